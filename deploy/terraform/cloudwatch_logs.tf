# The trail's log group -> subscription filters -> function.

resource "aws_lambda_permission" "cloudwatch_logs" {
  count = var.cloudwatch_logs != null ? 1 : 0

  statement_id   = "CloudWatchLogsInvokes"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this.function_name
  principal      = "logs.amazonaws.com"
  source_arn     = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${var.cloudwatch_logs.log_group_name}:*"
  source_account = local.account_id
}

resource "aws_cloudwatch_log_subscription_filter" "trail" {
  count = var.cloudwatch_logs != null ? length(var.cloudwatch_logs.filter_patterns) : 0

  name            = "${var.name}-${count.index + 1}"
  log_group_name  = var.cloudwatch_logs.log_group_name
  filter_pattern  = var.cloudwatch_logs.filter_patterns[count.index]
  destination_arn = aws_lambda_function.this.arn

  depends_on = [aws_lambda_permission.cloudwatch_logs] # CloudWatch Logs tries whether it may
}
