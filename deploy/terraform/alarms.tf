# Who watches the watcher.

locals {
  own_topic       = var.create_topic ? [aws_sns_topic.verdicts[0].arn] : []
  alarm_topics    = length(var.alarm_topic_arns) > 0 ? var.alarm_topic_arns : local.own_topic
  function_alarms = var.create_alarms ? { Errors = "fails", Throttles = "is throttled" } : {}
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each = local.function_alarms

  alarm_name          = "${var.name}-${lower(each.key)}"
  alarm_description   = "The function ${each.value}: events are late, or lost"
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching" # nothing happened
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "dead_letter" {
  for_each = var.create_alarms ? local.dead_letters : toset([])

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "There is something in the dead-letter queue ${aws_sqs_queue.dead_letter[each.key].name}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letter[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching" # SQS measures nothing in queues that nobody used for hours
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "log_files" {
  count = var.create_alarms && var.log_files != null ? 1 : 0

  alarm_name          = "${var.name}-log-files-wait"
  alarm_description   = "A log file waits for more than ${var.longest_wait} seconds"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.log_files[0].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.longest_wait
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
  tags                = var.tags
}
