# The table in which functions remember what was told, and count. What is lost of it is told twice: no backup.

locals {
  state_settings = var.create_state_table ? {
    TRAILGUARD__STATE__TYPE  = "dynamodb"
    TRAILGUARD__STATE__TABLE = aws_dynamodb_table.state[0].name
  } : {}

  state_statements = [
    for statement in [
      {
        # The calls of stores/dynamodb.py: claim, add, mark and known.
        Sid    = "RememberAndCount"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ]
        Resource = one(aws_dynamodb_table.state[*].arn)
      },
    ] : statement if var.create_state_table
  ]
}

resource "aws_dynamodb_table" "state" {
  count = var.create_state_table ? 1 : 0

  name         = "${var.name}-state"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  tags         = var.tags

  attribute {
    name = "pk"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  dynamic "server_side_encryption" {
    for_each = local.has_key ? [local.kms_key_arn] : []

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}
