# AWS Config -> custom rule -> function, which puts evaluations; and a recorder, if the region has none.

locals {
  records = try(var.aws_config.record, false)

  config_statements = [
    for statement in [
      {
        # PutEvaluations of evaluations.py. AWS Config has no resource for it.
        Sid      = "PutEvaluations"
        Effect   = "Allow"
        Action   = ["config:PutEvaluations"]
        Resource = "*"
      },
      {
        # GetResourceConfigHistory of history.py, for oversized items. AWS Config has no resource for it, either.
        Sid      = "ReadOversizedItems"
        Effect   = "Allow"
        Action   = ["config:GetResourceConfigHistory"]
        Resource = "*"
      },
    ] : statement if var.aws_config != null
  ]

  # Items over 256 KB come as the second type: without it, the largest resources are never judged.
  message_types = [
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
  ]
}

resource "aws_lambda_permission" "config" {
  count = var.aws_config != null ? 1 : 0

  statement_id  = "ConfigInvokes"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "config.amazonaws.com"
  # No source_arn: the rule's has an id that AWS Config makes up, and it tries whether it may invoke before that.
  source_account = local.account_id
}

resource "aws_config_config_rule" "this" {
  count = var.aws_config != null ? 1 : 0

  name             = var.name
  description      = "What the rules of trailguard say of these resources, the worst of it"
  input_parameters = length(var.aws_config.input_parameters) > 0 ? jsonencode(var.aws_config.input_parameters) : null
  tags             = var.tags

  scope {
    compliance_resource_types = var.aws_config.resource_types
  }

  source {
    owner             = "CUSTOM_LAMBDA"
    source_identifier = aws_lambda_function.this.arn

    dynamic "source_detail" {
      for_each = local.message_types

      content {
        event_source = "aws.config"
        message_type = source_detail.value
      }
    }

    dynamic "source_detail" {
      for_each = var.aws_config.schedule == null ? [] : [var.aws_config.schedule]

      content {
        event_source                = "aws.config"
        message_type                = "ScheduledNotification"
        maximum_execution_frequency = source_detail.value
      }
    }
  }

  depends_on = [aws_lambda_permission.config, aws_config_configuration_recorder_status.this]
}

resource "aws_iam_role" "recorder" {
  count = local.records ? 1 : 0

  name = "${var.name}-recorder-${local.region}"
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ConfigRecords"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "config.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "recorder" {
  count = local.records ? 1 : 0

  role       = aws_iam_role.recorder[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWS_ConfigRole"
}

resource "aws_iam_role_policy" "recorder" {
  count = local.records ? 1 : 0

  name = "${var.name}-recorder"
  role = aws_iam_role.recorder[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "LookAtBucket"
          Effect   = "Allow"
          Action   = ["s3:GetBucketAcl", "s3:ListBucket"]
          Resource = local.bucket.arn
        },
        {
          Sid       = "WriteHistory"
          Effect    = "Allow"
          Action    = ["s3:PutObject"]
          Resource  = "${local.bucket.arn}/AWSLogs/${local.account_id}/Config/*"
          Condition = { StringLike = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
        },
      ],
      [
        for statement in [
          {
            Sid      = "EncryptHistory"
            Effect   = "Allow"
            Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
            Resource = local.creates_bucket ? local.kms_key_arn : local.bucket.kms_key_arn
          },
        ] : statement if statement.Resource != null
      ],
    )
  })
}

resource "aws_config_configuration_recorder" "this" {
  count = local.records ? 1 : 0

  name     = var.name
  role_arn = aws_iam_role.recorder[0].arn

  recording_group {
    all_supported                 = false
    include_global_resource_types = false
    resource_types                = var.aws_config.resource_types
  }

  lifecycle {
    precondition {
      condition     = var.bucket != null
      error_message = "aws_config.record needs bucket: where AWS Config keeps its history."
    }
  }
}

resource "aws_config_delivery_channel" "this" {
  count = local.records ? 1 : 0

  name           = var.name
  s3_bucket_name = local.bucket.name
  s3_kms_key_arn = local.creates_bucket ? local.kms_key_arn : local.bucket.kms_key_arn

  # AWS Config wants a recorder first, and tries whether its role may write.
  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.recorder, aws_s3_bucket_policy.logs]
}

resource "aws_config_configuration_recorder_status" "this" {
  count = local.records ? 1 : 0

  name       = aws_config_configuration_recorder.this[0].name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this, aws_iam_role_policy_attachment.recorder]
}
