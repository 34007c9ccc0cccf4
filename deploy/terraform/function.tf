# The function, its log and its role. What the role may do beyond its log stands with what it is for: each file has
# its `..._statements`, which are empty when that is not wanted.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.id # its other names differ between versions 5 and 6 of the provider

  # AWS Config, CloudWatch Logs and EventBridge do not wait for the function's answer.
  invoked_asynchronously = var.cloudwatch_logs != null || var.eventbridge != null || var.aws_config != null

  function_statements = [
    {
      # What the function prints, and Lambda about it. The group is made here, so that it may make none.
      Sid      = "WriteLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.function.arn}:*"
    },
  ]
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn
  tags              = var.tags
}

resource "aws_iam_role" "function" {
  name = "${var.name}-function-${local.region}" # roles are global, functions are not
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsTheFunction"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name = var.name
  role = aws_iam_role.function.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.function_statements,
      local.key_statements,
      local.dead_letter_statements,
      local.log_files_statements,
      local.config_statements,
      local.topic_statements,
      local.state_statements,
    )
  })
}

resource "aws_iam_role_policy_attachment" "function" {
  count = length(var.policy_arns)

  role       = aws_iam_role.function.name
  policy_arn = var.policy_arns[count.index]
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Judges what CloudTrail and AWS Config tell"
  role                           = aws_iam_role.function.arn
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  handler                        = "lambda_function.lambda_handler"
  runtime                        = var.runtime
  architectures                  = [var.architecture]
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency == null ? -1 : var.reserved_concurrency
  kms_key_arn                    = local.kms_key_arn
  tags                           = var.tags

  environment {
    variables = merge(local.dead_letter_settings, local.topic_settings, local.state_settings, var.environment)
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  # Whatever invokes the function depends on it, and so finds it with all that it may do.
  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy_attachment.function]
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = local.invoked_asynchronously ? 1 : 0

  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letter["failed"].arn
    }
  }
}
