# A trail writes into a log group; subscription filters pass on what some rule listens to.

module "trailguard" {
  source = "../.."

  package     = var.package
  subscribers = var.subscribers

  cloudwatch_logs = {
    log_group_name  = var.log_group_name
    filter_patterns = jsondecode(file("${path.module}/filters.json"))
  }
}
