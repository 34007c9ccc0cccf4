output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The function's ARN."
  value       = aws_lambda_function.this.arn
}

output "role_name" {
  description = "The function's role, for policies of your own."
  value       = aws_iam_role.function.name
}

output "log_group_name" {
  description = "Where the function's log is."
  value       = aws_cloudwatch_log_group.function.name
}

output "topic_arn" {
  description = "The topic of verdicts and alarms; null without one."
  value       = one(aws_sns_topic.verdicts[*].arn)
}

output "state_table_name" {
  description = "The table; null without one."
  value       = one(aws_dynamodb_table.state[*].name)
}

output "dead_letter_queue_urls" {
  description = "The dead-letter queues, by what is in them: undecodable, failed, log-files-failed."
  value       = { for key, queue in aws_sqs_queue.dead_letter : key => queue.url }
}

output "log_files_queue_arn" {
  description = "The queue for notifications of log files; null without it."
  value       = one(aws_sqs_queue.log_files[*].arn)
}

output "bucket_name" {
  description = "The bucket of the log files; null without one."
  value       = try(var.bucket.name, null)
}

output "config_rule_name" {
  description = "The rule of AWS Config; null without one."
  value       = one(aws_config_config_rule.this[*].name)
}

output "kms_key_arn" {
  description = "The key, made or given; null without one."
  value       = local.kms_key_arn
}
