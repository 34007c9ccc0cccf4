# CloudTrail tells EventBridge within seconds; rules pass on what some rule of trailguard listens to.

module "trailguard" {
  source = "../.."

  package     = var.package
  subscribers = var.subscribers

  eventbridge = {
    event_patterns = [for pattern in jsondecode(file("${path.module}/filters.json")) : jsonencode(pattern)]
  }
}
