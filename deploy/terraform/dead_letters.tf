# Three queues, because each is emptied in another way:
#
# - undecodable: what nobody can read. To try again is of no use; a person looks at it.
# - failed: events that the function, or EventBridge before it, gave up on. They are handled by invoking the function
#   with them, once the cause is gone.
# - log-files-failed: notifications of log files. SQS itself moves them back ("start DLQ redrive"), which it does only
#   between a queue and its own dead-letter queue.

locals {
  dead_letters = toset(concat(
    ["undecodable"],
    local.invoked_asynchronously ? ["failed"] : [],
    var.log_files != null ? ["log-files-failed"] : [],
  ))

  dead_letter_settings = {
    TRAILGUARD__DEAD_LETTER__TYPE      = "sqs"
    TRAILGUARD__DEAD_LETTER__QUEUE_URL = aws_sqs_queue.dead_letter["undecodable"].url
  }

  dead_letter_statements = concat(
    [
      {
        # The dead letter of the settings: SendMessageBatch of notifiers/sqs.py.
        Sid      = "SendUndecodable"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.dead_letter["undecodable"].arn
      },
    ],
    [
      for statement in [
        {
          # Lambda sends what failed for good, in the role's name.
          Sid      = "SendFailed"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = try(aws_sqs_queue.dead_letter["failed"].arn, null)
        },
      ] : statement if local.invoked_asynchronously
    ],
  )
}

resource "aws_sqs_queue" "dead_letter" {
  for_each = local.dead_letters

  name                      = "${var.name}-${each.key}"
  message_retention_seconds = 1209600 # two weeks, the most there is
  kms_master_key_id         = local.kms_key_arn
  sqs_managed_sse_enabled   = local.has_key ? null : true
  tags                      = var.tags
}
