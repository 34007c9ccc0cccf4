# CloudTrail -> the default event bus -> a rule for each pattern -> function.

locals {
  event_patterns = var.eventbridge != null ? var.eventbridge.event_patterns : []

  # One for all rules: a function's policy has room for some fifty of them, a queue's for some eighty.
  event_rules_arn = "arn:${local.partition}:events:${local.region}:${local.account_id}:rule/${var.name}-*"
}

resource "aws_cloudwatch_event_rule" "trail" {
  count = length(local.event_patterns)

  name          = "${var.name}-${count.index + 1}"
  description   = "Events that a rule of trailguard listens to"
  event_pattern = local.event_patterns[count.index]
  state         = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" # ENABLED leaves out what only reads
  tags          = var.tags
}

resource "aws_lambda_permission" "eventbridge" {
  count = var.eventbridge != null ? 1 : 0

  statement_id  = "EventBridgeInvokes"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "events.amazonaws.com"
  source_arn    = local.event_rules_arn
}

resource "aws_cloudwatch_event_target" "trail" {
  count = length(local.event_patterns)

  rule      = aws_cloudwatch_event_rule.trail[count.index].name
  target_id = var.name
  arn       = aws_lambda_function.this.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letter["failed"].arn
  }

  depends_on = [aws_lambda_permission.eventbridge, aws_sqs_queue_policy.failed]
}

resource "aws_sqs_queue_policy" "failed" {
  count = var.eventbridge != null ? 1 : 0

  queue_url = aws_sqs_queue.dead_letter["failed"].url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EventBridgeSendsWhatItCannotDeliver"
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "events.amazonaws.com" }
      Resource  = aws_sqs_queue.dead_letter["failed"].arn
      Condition = { ArnLike = { "aws:SourceArn" = local.event_rules_arn } }
    }]
  })
}
