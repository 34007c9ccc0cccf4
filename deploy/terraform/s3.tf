# Log files in the bucket -> notification -> queue -> function, which fetches them.

locals {
  log_files_statements = [
    for statement in [
      {
        # Lambda polls the queue in the role's name, and deletes what the function did not report as failed.
        Sid      = "ReceiveLogFileNotifications"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = one(aws_sqs_queue.log_files[*].arn)
      },
      {
        # GetObject of objects.py, with a VersionId where the bucket keeps versions.
        Sid      = "ReadLogFiles"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = "${local.bucket.arn}/${try(var.log_files.prefix, "")}*"
      },
      {
        # GetObject where the objects of a given bucket are encrypted with a key.
        Sid       = "DecryptLogFiles"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = local.bucket.kms_key_arn
        Condition = { StringLike = { "kms:ViaService" = "s3.*.${data.aws_partition.current.dns_suffix}" } }
      },
    ] : statement if var.log_files != null && (statement.Sid != "DecryptLogFiles" || local.bucket.kms_key_arn != null)
  ]
}

resource "aws_sqs_queue" "log_files" {
  count = var.log_files != null ? 1 : 0

  name                       = "${var.name}-log-files"
  visibility_timeout_seconds = 6 * var.timeout # as Lambda asks for: a message must not come again while it is retried
  message_retention_seconds  = 345600
  kms_master_key_id          = local.kms_key_arn
  sqs_managed_sse_enabled    = local.has_key ? null : true
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter["log-files-failed"].arn
    maxReceiveCount     = 5
  })

  lifecycle {
    precondition {
      condition     = var.bucket != null
      error_message = "log_files needs bucket: where the log files are."
    }
  }
}

resource "aws_sqs_queue_policy" "log_files" {
  count = var.log_files != null ? 1 : 0

  queue_url = aws_sqs_queue.log_files[0].url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "BucketNotifies"
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Principal = { Service = "s3.amazonaws.com" }
      Resource  = aws_sqs_queue.log_files[0].arn
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.bucket.arn }
        StringEquals = { "aws:SourceAccount" = local.bucket.account_id }
      }
    }]
  })
}

resource "aws_s3_bucket_notification" "log_files" {
  count = var.log_files == null ? 0 : var.log_files.notify ? 1 : 0

  bucket = local.bucket.name

  queue {
    queue_arn     = aws_sqs_queue.log_files[0].arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.log_files.prefix
    filter_suffix = ".json.gz"
  }

  depends_on = [aws_sqs_queue_policy.log_files] # S3 tries whether it may
}

resource "aws_lambda_event_source_mapping" "log_files" {
  count = var.log_files != null ? 1 : 0

  event_source_arn        = aws_sqs_queue.log_files[0].arn
  function_name           = aws_lambda_function.this.arn
  batch_size              = var.log_files.batch_size
  function_response_types = ["ReportBatchItemFailures"] # else a message that failed would be deleted
  tags                    = var.tags

  dynamic "scaling_config" {
    for_each = var.log_files.maximum_concurrency == null ? [] : [var.log_files.maximum_concurrency]

    content {
      maximum_concurrency = scaling_config.value
    }
  }

  # Lambda tries whether the role may read the queue. The function depends on it, too, but this is where it matters.
  depends_on = [aws_iam_role_policy.function]
}
