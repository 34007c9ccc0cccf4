# The topic that verdicts and alarms are published to, and who gets them.

locals {
  topic_settings = var.create_topic ? {
    "TRAILGUARD__NOTIFIERS__${var.notifier_position}__TYPE"      = "sns"
    "TRAILGUARD__NOTIFIERS__${var.notifier_position}__TOPIC_ARN" = aws_sns_topic.verdicts[0].arn
  } : {}

  topic_statements = [
    for statement in [
      {
        # PublishBatch of notifiers/sns.py.
        Sid      = "PublishVerdicts"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = one(aws_sns_topic.verdicts[*].arn)
      },
    ] : statement if var.create_topic
  ]
}

resource "aws_sns_topic" "verdicts" {
  count = var.create_topic ? 1 : 0

  name              = "${var.name}-verdicts"
  kms_master_key_id = local.kms_key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "verdicts" {
  count = var.create_topic ? 1 : 0

  arn = aws_sns_topic.verdicts[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "OnlyByTls"
          Effect    = "Deny"
          Action    = "sns:Publish"
          Principal = "*"
          Resource  = aws_sns_topic.verdicts[0].arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
      ],
      [
        for statement in [
          {
            Sid       = "AlarmsTell"
            Effect    = "Allow"
            Action    = "sns:Publish"
            Principal = { Service = "cloudwatch.amazonaws.com" }
            Resource  = aws_sns_topic.verdicts[0].arn
            Condition = {
              ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.region}:${local.account_id}:alarm:${var.name}-*" }
              StringEquals = { "aws:SourceAccount" = local.account_id }
            }
          },
        ] : statement if var.create_alarms
      ],
    )
  })
}

resource "aws_sns_topic_subscription" "verdicts" {
  for_each = var.create_topic ? var.subscribers : {}

  topic_arn = aws_sns_topic.verdicts[0].arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}
