# What each wiring makes, and that it makes nothing else. Needs Terraform 1.7, and a package:
#
#   trailguard package function.zip
#   terraform init && terraform test

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
}

variables {
  package = "function.zip"
}

run "nothing_invokes" {
  command = plan

  assert {
    condition     = length(aws_lambda_permission.cloudwatch_logs) + length(aws_lambda_permission.eventbridge) + length(aws_lambda_permission.config) == 0
    error_message = "Somebody may invoke the function, though nothing is wired."
  }

  assert {
    condition     = length(aws_sqs_queue.log_files) + length(aws_lambda_event_source_mapping.log_files) + length(aws_s3_bucket_notification.log_files) == 0
    error_message = "There is a queue for log files, though nobody wants them."
  }

  assert {
    condition     = length(aws_s3_bucket.logs) + length(aws_cloudtrail.this) + length(aws_config_configuration_recorder.this) + length(aws_kms_key.this) == 0
    error_message = "Bucket, trail, recorder or key are made, though nobody asked."
  }

  assert {
    condition     = keys(aws_sqs_queue.dead_letter) == ["undecodable"] && length(aws_lambda_function_event_invoke_config.this) == 0
    error_message = "There are dead-letter queues for what cannot happen."
  }
}

run "cloudwatch_logs" {
  command = plan

  variables {
    cloudwatch_logs = { log_group_name = "trail", filter_patterns = ["{ $.eventName = \"A\" }", "{ $.eventName = \"B\" }"] }
  }

  assert {
    condition     = tolist(aws_cloudwatch_log_subscription_filter.trail[*].filter_pattern) == var.cloudwatch_logs.filter_patterns
    error_message = "There has to be a filter for each pattern."
  }

  assert {
    condition     = aws_lambda_permission.cloudwatch_logs[0].source_arn == "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*" && aws_lambda_permission.cloudwatch_logs[0].source_account == "111122223333"
    error_message = "Another log group could invoke the function."
  }

  assert {
    condition     = keys(aws_sqs_queue.dead_letter) == ["failed", "undecodable"]
    error_message = "What failed has to go to a dead-letter queue."
  }
}

run "eventbridge" {
  command = plan

  variables {
    eventbridge = { event_patterns = ["{\"source\":[\"aws.ec2\"]}", "{\"source\":[\"aws.iam\"]}"] }
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.trail) == 2 && length(aws_cloudwatch_event_target.trail) == 2
    error_message = "There has to be a rule for each pattern, with a target."
  }

  assert {
    condition     = aws_lambda_permission.eventbridge[0].source_arn == "arn:aws:events:eu-west-1:111122223333:rule/trailguard-*"
    error_message = "Rules of this module have to invoke the function, and no others."
  }

  assert {
    condition     = alltrue([for rule in aws_cloudwatch_event_rule.trail : rule.state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"])
    error_message = "Rules have to get events that only read, too."
  }
}

run "log_files" {
  command = plan

  variables {
    bucket    = { name = "amzn-s3-demo-bucket" }
    log_files = {}
    timeout   = 100
  }

  assert {
    condition     = contains(aws_lambda_event_source_mapping.log_files[0].function_response_types, "ReportBatchItemFailures")
    error_message = "A message that failed would be deleted."
  }

  assert {
    condition     = aws_sqs_queue.log_files[0].visibility_timeout_seconds >= 6 * aws_lambda_function.this.timeout
    error_message = "A message would come again while the function still has it."
  }

  assert {
    condition     = length(aws_s3_bucket.logs) == 0 && aws_s3_bucket_notification.log_files[0].bucket == "amzn-s3-demo-bucket"
    error_message = "The bucket is there already, and has to notify the queue."
  }

  assert {
    condition     = keys(aws_sqs_queue.dead_letter) == ["log-files-failed", "undecodable"] && length(aws_lambda_function_event_invoke_config.this) == 0
    error_message = "SQS has a dead-letter queue of its own; Lambda is not asked asynchronously."
  }
}

run "log_files_of_a_bucket_that_notifies_others" {
  command = plan

  variables {
    bucket    = { name = "amzn-s3-demo-bucket", account_id = "444455556666" }
    log_files = { notify = false }
  }

  assert {
    condition     = length(aws_s3_bucket_notification.log_files) == 0 && length(aws_sqs_queue.log_files) == 1
    error_message = "The bucket's notifications must be left alone."
  }
}

run "aws_config" {
  command = plan

  variables {
    aws_config = { resource_types = ["AWS::EC2::SecurityGroup"] }
  }

  assert {
    condition = toset([for detail in aws_config_config_rule.this[0].source[0].source_detail : detail.message_type]) == toset([
      "ConfigurationItemChangeNotification",
      "OversizedConfigurationItemChangeNotification",
    ])
    error_message = "The largest resources would never be judged."
  }

  assert {
    condition     = aws_config_config_rule.this[0].scope[0].compliance_resource_types == toset(["AWS::EC2::SecurityGroup"])
    error_message = "The rule has to be invoked for these types."
  }

  assert {
    condition     = length(aws_config_configuration_recorder.this) + length(aws_config_delivery_channel.this) == 0
    error_message = "There may be a recorder already, and a region has only one."
  }
}

run "neither_topic_nor_table_nor_alarms" {
  command = plan

  variables {
    create_topic       = false
    create_state_table = false
    create_alarms      = false
    subscribers        = { security = { protocol = "email", endpoint = "security@example.com" } }
  }

  assert {
    condition     = length(aws_sns_topic.verdicts) + length(aws_sns_topic_subscription.verdicts) + length(aws_dynamodb_table.state) == 0
    error_message = "Topic or table are made, though they are turned off."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.function) + length(aws_cloudwatch_metric_alarm.dead_letter) + length(aws_cloudwatch_metric_alarm.log_files) == 0
    error_message = "Alarms are raised, though they are turned off."
  }
}

run "alarms" {
  command = plan

  variables {
    bucket           = { name = "amzn-s3-demo-bucket" }
    log_files        = {}
    alarm_topic_arns = ["arn:aws:sns:eu-west-1:111122223333:on-call"]
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.function) == ["Errors", "Throttles"] && keys(aws_cloudwatch_metric_alarm.dead_letter) == keys(aws_sqs_queue.dead_letter)
    error_message = "Errors, throttles and each dead-letter queue have to raise an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.log_files[0].threshold == 900 && aws_cloudwatch_metric_alarm.log_files[0].alarm_actions == toset(var.alarm_topic_arns)
    error_message = "Log files that wait have to raise an alarm at the topics given."
  }
}

run "log_files_without_a_bucket" {
  command = plan

  variables {
    log_files = {}
  }

  expect_failures = [aws_sqs_queue.log_files]
}

run "a_trail_without_a_bucket" {
  command = plan

  variables {
    trail = { name = "trail" }
  }

  expect_failures = [aws_cloudtrail.this]
}

run "a_recorder_without_a_bucket" {
  command = plan

  variables {
    aws_config = { resource_types = ["AWS::EC2::SecurityGroup"], record = true }
  }

  expect_failures = [aws_config_configuration_recorder.this]
}

run "two_keys" {
  command = plan

  variables {
    create_kms_key = true
    kms_key_arn    = "arn:aws:kms:eu-west-1:111122223333:key/EXAMPLE"
  }

  expect_failures = [aws_kms_key.this]
}
