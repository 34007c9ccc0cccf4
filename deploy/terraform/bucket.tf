# The bucket of the log files, made or given, and a trail into it, if there is no other.

locals {
  creates_bucket = try(var.bucket.create, false)

  bucket = {
    name        = local.creates_bucket ? aws_s3_bucket.logs[0].bucket : try(var.bucket.name, "")
    arn         = local.creates_bucket ? aws_s3_bucket.logs[0].arn : "arn:${local.partition}:s3:::${try(var.bucket.name, "")}"
    account_id  = try(coalesce(var.bucket.account_id), local.account_id)
    kms_key_arn = local.creates_bucket ? null : try(var.bucket.kms_key_arn, null)
  }

  # A trail made elsewhere may have another home region, and any name.
  trail_arn       = "arn:${local.partition}:cloudtrail:${var.trail != null ? local.region : "*"}:${local.account_id}:trail/${var.trail != null ? var.trail.name : "*"}"
  event_selectors = try(jsondecode(var.trail.event_selectors), [])
}

resource "aws_s3_bucket" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = var.bucket.name
  tags   = var.tags
}

resource "aws_s3_bucket_public_access_block" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket                  = aws_s3_bucket.logs[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = aws_s3_bucket.logs[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = aws_s3_bucket.logs[0].id

  rule {
    bucket_key_enabled = local.has_key

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.has_key ? "aws:kms" : "AES256"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = aws_s3_bucket.logs[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = aws_s3_bucket.logs[0].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.bucket.expire_after_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.logs]
}

resource "aws_s3_bucket_policy" "logs" {
  count = local.creates_bucket ? 1 : 0

  bucket = aws_s3_bucket.logs[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [aws_s3_bucket.logs[0].arn, "${aws_s3_bucket.logs[0].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "TrailLooks"
        Effect    = "Allow"
        Action    = "s3:GetBucketAcl"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = aws_s3_bucket.logs[0].arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = local.trail_arn }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = "${aws_s3_bucket.logs[0].arn}/AWSLogs/${local.account_id}/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = local.trail_arn }
          StringEquals = { "aws:SourceAccount" = local.account_id, "s3:x-amz-acl" = "bucket-owner-full-control" }
        }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.logs] # two changes at a time are refused
}

resource "aws_cloudtrail" "this" {
  count = var.trail != null ? 1 : 0

  name                          = var.trail.name
  s3_bucket_name                = local.bucket.name
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  kms_key_id                    = local.creates_bucket ? local.kms_key_arn : local.bucket.kms_key_arn
  tags                          = var.tags

  dynamic "advanced_event_selector" {
    for_each = local.event_selectors

    content {
      name = try(advanced_event_selector.value.Name, null)

      dynamic "field_selector" {
        for_each = advanced_event_selector.value.FieldSelectors

        content {
          field           = field_selector.value.Field
          equals          = try(field_selector.value.Equals, null)
          not_equals      = try(field_selector.value.NotEquals, null)
          starts_with     = try(field_selector.value.StartsWith, null)
          not_starts_with = try(field_selector.value.NotStartsWith, null)
          ends_with       = try(field_selector.value.EndsWith, null)
          not_ends_with   = try(field_selector.value.NotEndsWith, null)
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.bucket != null
      error_message = "trail needs bucket: where it writes to."
    }
  }

  depends_on = [aws_s3_bucket_policy.logs] # CloudTrail tries whether it may
}
