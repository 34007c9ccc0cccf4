# A trail of its own writes log files into a bucket of its own; the function fetches each. Where there is a trail
# already, leave `trail` out, and `create = true` of the bucket.

module "trailguard" {
  source = "../.."

  package        = var.package
  subscribers    = var.subscribers
  create_kms_key = true

  bucket = {
    name   = var.bucket_name
    create = true
  }

  trail = {
    name            = "trailguard"
    event_selectors = file("${path.module}/filters.json")
  }

  log_files = {
    maximum_concurrency = 10
  }
}
