variable "region" {
  description = "Where the function is to be; the logs have to be there, too."
  type        = string
}

variable "package" {
  description = "The zip that `trailguard package` made."
  type        = string
  default     = "function.zip"
}

variable "subscribers" {
  description = "Who is told, such as { security = { protocol = \"email\", endpoint = \"security@example.com\" } }."
  type = map(object({
    protocol = string
    endpoint = string
  }))
  default = {}
}
