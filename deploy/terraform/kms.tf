# A key of one's own, if wanted: given, or made here.

locals {
  has_key     = var.create_kms_key || var.kms_key_arn != null
  kms_key_arn = var.create_kms_key ? one(aws_kms_key.this[*].arn) : var.kms_key_arn

  key_statements = [
    for statement in [
      {
        # Publish, SendMessage, ReceiveMessage and all calls of DynamoDB need it where the key is ours; so does
        # GetObject in a bucket made here, and Lambda for the environment.
        Sid      = "UseKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.kms_key_arn
      },
    ] : statement if local.has_key
  ]
}

resource "aws_kms_key" "this" {
  count = var.create_kms_key ? 1 : 0

  description         = "What ${var.name} keeps and sends"
  enable_key_rotation = true
  tags                = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Without it nobody could change the key any more. In a key's policy, "*" is this key.
        Sid       = "AccountDecidesByIam"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Resource  = "*"
      },
      {
        # Alarms, rules and buckets that put something into encrypted topics and queues; AWS Config and CloudTrail
        # that put logs into the encrypted bucket, and look at the key before.
        Sid       = "ServicesOfThisAccountSend"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"]
        Principal = { Service = ["cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com", "config.amazonaws.com", "events.amazonaws.com", "s3.amazonaws.com"] }
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = distinct([local.account_id, local.bucket.account_id]) } }
      },
      {
        Sid       = "LogOfTheFunction"
        Effect    = "Allow"
        Action    = ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Principal = { Service = "logs.${local.region}.${data.aws_partition.current.dns_suffix}" }
        Resource  = "*"
        Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/lambda/${var.name}" } }
      },
    ]
  })

  lifecycle {
    precondition {
      condition     = var.kms_key_arn == null
      error_message = "Either give kms_key_arn, or set create_kms_key, not both."
    }
  }
}

resource "aws_kms_alias" "this" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}
