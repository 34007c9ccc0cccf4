# AWS Config invokes the function for each change of a resource that some rule listens to, and shows what complies. A
# region that has a recorder already does without `record` and `bucket`.

module "trailguard" {
  source = "../.."

  package     = var.package
  subscribers = var.subscribers

  bucket = {
    name   = var.bucket_name
    create = true
  }

  aws_config = {
    resource_types = jsondecode(file("${path.module}/filters.json"))
    schedule       = "TwentyFour_Hours"
    record         = true
  }
}
