# --- The function ---------------------------------------------------------------------------------------------

variable "name" {
  description = "What everything made here is called, or begins with. Two of them in one account and region need different names."
  type        = string
  default     = "trailguard"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}$", var.name))
    error_message = "name must be 1 to 39 lower-case letters, digits and hyphens, and begin with a letter: roles are called after it and the region."
  }
}

variable "package" {
  description = "The zip that `trailguard package` made, for the runtime and the architecture below."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.package, ".zip")
    error_message = "package must be the path of a .zip; make one with: trailguard package function.zip"
  }
}

variable "runtime" {
  description = "Lambda's runtime. The package has to be made for it."
  type        = string
  default     = "python3.13"
  nullable    = false

  validation {
    condition     = contains(["python3.11", "python3.12", "python3.13", "python3.14"], var.runtime)
    error_message = "runtime must be python3.11, python3.12, python3.13 or python3.14."
  }
}

variable "architecture" {
  description = "Lambda's processor: x86_64 or arm64. The package has to be made for it."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "memory_size" {
  description = "Memory of the function in MB; processor time grows with it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "memory_size must be from 128 to 10240 MB."
  }
}

variable "timeout" {
  description = "How many seconds an invocation may take."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "timeout must be from 1 to 900 seconds."
  }
}

variable "reserved_concurrency" {
  description = "How many invocations may run at a time, set aside from what the account has. Null sets nothing aside."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be at least 1: with 0 the function never runs, and events are lost."
  }
}

variable "environment" {
  description = "Environment variables: more settings (TRAILGUARD__RULES__...), or others than this module sets."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !anytrue([for key in keys(var.environment) : startswith(key, "AWS_")])
    error_message = "environment must not have names that begin with AWS_: they are Lambda's own."
  }
}

variable "policy_arns" {
  description = "Further policies for the function's role: for secrets that trailguard.toml reads, notifiers that it names, or rules that ask AWS."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.policy_arns : startswith(arn, "arn:")])
    error_message = "policy_arns must be ARNs of IAM policies."
  }
}

variable "log_retention_days" {
  description = "For how many days the function's log is kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "kms_key_arn" {
  description = "A key for topic, queues, table, log and environment. Its policy has to let in logs, cloudtrail, cloudwatch, config, events and s3 as `kms.tf` does. Null leaves it to keys of AWS's."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, not its id or alias."
  }
}

variable "create_kms_key" {
  description = "Whether to make such a key."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that can have tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

# --- What invokes it: any of these four, each null when it is not wanted ----------------------------------------

variable "cloudwatch_logs" {
  description = <<-EOT
    Judge what arrives in the trail's log group.

    - log_group_name: the group, in this account and region.
    - filter_patterns: what `trailguard filters cloudwatch-logs` prints. A log group takes two filters.
  EOT
  type = object({
    log_group_name  = string
    filter_patterns = list(string)
  })
  default = null

  validation {
    condition     = var.cloudwatch_logs == null ? true : can(regex("^[A-Za-z0-9_./#-]{1,512}$", var.cloudwatch_logs.log_group_name))
    error_message = "cloudwatch_logs.log_group_name must be the name of a log group, not its ARN."
  }

  validation {
    condition     = var.cloudwatch_logs == null ? true : contains([1, 2], length(var.cloudwatch_logs.filter_patterns))
    error_message = "cloudwatch_logs.filter_patterns must be one or two: a log group takes no more than two subscription filters."
  }

  validation {
    condition     = var.cloudwatch_logs == null ? true : alltrue([for pattern in var.cloudwatch_logs.filter_patterns : length(pattern) <= 1024])
    error_message = "cloudwatch_logs.filter_patterns must each be of at most 1024 characters."
  }
}

variable "eventbridge" {
  description = <<-EOT
    Judge what CloudTrail tells the default event bus. There has to be a trail.

    - event_patterns: what `trailguard filters eventbridge` prints, each as JSON text. One rule is made of each.
  EOT
  type = object({
    event_patterns = list(string)
  })
  default = null

  validation {
    condition     = var.eventbridge == null ? true : length(var.eventbridge.event_patterns) > 0
    error_message = "eventbridge.event_patterns must have at least one pattern."
  }

  validation {
    condition     = var.eventbridge == null ? true : alltrue([for pattern in var.eventbridge.event_patterns : can(keys(jsondecode(pattern)))])
    error_message = "eventbridge.event_patterns must each be a JSON object as text, as jsonencode makes it."
  }

  validation {
    condition     = var.eventbridge == null ? true : alltrue([for pattern in var.eventbridge.event_patterns : length(pattern) <= 2048])
    error_message = "eventbridge.event_patterns must each be of at most 2048 characters."
  }
}

variable "log_files" {
  description = <<-EOT
    Judge log files when they are put into `bucket`, by a queue.

    - prefix: of the keys that are wanted.
    - notify: whether to set the bucket's notifications, which replaces all that it has. Where it has others, or belongs to another account, leave it
      out and have them sent to the output `log_files_queue_arn`.
    - batch_size: how many files an invocation gets at most.
    - maximum_concurrency: how many invocations at a time; null for as many as there can be.
  EOT
  type = object({
    prefix              = optional(string, "AWSLogs/")
    notify              = optional(bool, true)
    batch_size          = optional(number, 10)
    maximum_concurrency = optional(number)
  })
  default = null

  validation {
    condition     = var.log_files == null ? true : var.log_files.batch_size >= 1 && var.log_files.batch_size <= 10
    error_message = "log_files.batch_size must be from 1 to 10."
  }

  validation {
    condition     = try(var.log_files.maximum_concurrency, null) == null ? true : var.log_files.maximum_concurrency >= 2 && var.log_files.maximum_concurrency <= 1000
    error_message = "log_files.maximum_concurrency must be from 2 to 1000."
  }
}

variable "aws_config" {
  description = <<-EOT
    Be a custom rule of AWS Config, which shows what complies.

    - resource_types: what `trailguard filters config` prints.
    - input_parameters: of the rule, such as { rules = "security-group-lets-internet-in" }.
    - schedule: how often rules that listen to `schedule` run; null for never.
    - record: whether to have AWS Config record these types, into `bucket`. A region of an account has only one recorder; leave it out where there is one.
  EOT
  type = object({
    resource_types   = list(string)
    input_parameters = optional(map(string), {})
    schedule         = optional(string)
    record           = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.aws_config == null ? true : length(var.aws_config.resource_types) >= 1 && length(var.aws_config.resource_types) <= 100
    error_message = "aws_config.resource_types must be 1 to 100 types: the scope of a rule takes no more. Call the module once more, with another name, for others."
  }

  validation {
    condition     = var.aws_config == null ? true : alltrue([for type in var.aws_config.resource_types : can(regex("^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$", type))])
    error_message = "aws_config.resource_types must be written as AWS Config does, such as AWS::EC2::SecurityGroup."
  }

  validation {
    condition     = try(var.aws_config.schedule, null) == null ? true : contains(["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"], var.aws_config.schedule)
    error_message = "aws_config.schedule must be One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours."
  }
}

# --- Where the logs come from ------------------------------------------------------------------------------------

variable "bucket" {
  description = <<-EOT
    The bucket of the log files. `log_files`, `trail` and `aws_config.record` need it.

    - name: its name.
    - create: whether to make it.
    - account_id: the account that owns it, if that is another one.
    - kms_key_arn: the key that its objects are encrypted with, where it is not made here.
    - expire_after_days: when the log files in a bucket made here are deleted.
  EOT
  type = object({
    name              = string
    create            = optional(bool, false)
    account_id        = optional(string)
    kms_key_arn       = optional(string)
    expire_after_days = optional(number, 365)
  })
  default = null

  validation {
    condition     = var.bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket.name))
    error_message = "bucket.name must be the name of a bucket, neither its ARN nor its URL."
  }

  validation {
    condition     = try(var.bucket.account_id, null) == null ? true : can(regex("^[0-9]{12}$", var.bucket.account_id))
    error_message = "bucket.account_id must have 12 digits."
  }

  validation {
    condition     = try(var.bucket.kms_key_arn, null) == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.bucket.kms_key_arn))
    error_message = "bucket.kms_key_arn must be the ARN of a key, not its id or alias: roles are allowed keys alone."
  }

  validation {
    condition     = var.bucket == null ? true : var.bucket.expire_after_days >= 1
    error_message = "bucket.expire_after_days must be at least 1."
  }
}

variable "trail" {
  description = <<-EOT
    A trail into `bucket`, where the organization has none.

    - name: its name.
    - event_selectors: what `trailguard filters cloudtrail` prints, as JSON text; null for all management events.
  EOT
  type = object({
    name            = string
    event_selectors = optional(string)
  })
  default = null

  validation {
    condition     = var.trail == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$", var.trail.name))
    error_message = "trail.name must be 3 to 128 letters, digits, periods, underscores and hyphens."
  }

  validation {
    condition     = try(var.trail.event_selectors, null) == null ? true : can([for selector in jsondecode(var.trail.event_selectors) : selector.FieldSelectors])
    error_message = "trail.event_selectors must be a JSON list of advanced event selectors, each with FieldSelectors."
  }
}

# --- Who is told, and what is remembered --------------------------------------------------------------------------

variable "create_topic" {
  description = "Whether to make an SNS topic and tell it of verdicts. Without it, the notifiers in trailguard.toml are told."
  type        = bool
  default     = true
  nullable    = false
}

variable "notifier_position" {
  description = "How many notifiers trailguard.toml has. The topic is added after them; with too low a number it would overwrite one."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.notifier_position >= 0 && floor(var.notifier_position) == var.notifier_position
    error_message = "notifier_position must be 0 or a whole number above."
  }
}

variable "subscribers" {
  description = "Who gets what is published to the topic, by names of yours: these have to be known when planning, endpoints need not."
  type = map(object({
    protocol = string
    endpoint = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for one in values(var.subscribers) : contains(["email", "email-json", "https", "lambda", "sms", "sqs"], one.protocol)])
    error_message = "subscribers must each have the protocol email, email-json, https, lambda, sms or sqs."
  }
}

variable "create_state_table" {
  description = "Whether to make a DynamoDB table, by which functions know what was told already, and count what needs counting."
  type        = bool
  default     = true
  nullable    = false
}

variable "create_alarms" {
  description = "Whether to raise alarms: the function fails or is throttled, a dead-letter queue is not empty, log files wait."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arns" {
  description = "Topics that alarms are sent to. The module's own if empty."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : startswith(arn, "arn:")])
    error_message = "alarm_topic_arns must be ARNs of SNS topics."
  }
}

variable "longest_wait" {
  description = "After how many seconds a log file that still waits raises an alarm."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.longest_wait >= 60
    error_message = "longest_wait must be at least 60 seconds."
  }
}
