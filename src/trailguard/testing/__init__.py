"""Events for tests of rules: complete CloudTrail records, made offline and the same on every run.

from trailguard.testing import assumed_role, cloudtrail_event

event = cloudtrail_event("ec2:RunInstances", actor=assumed_role("Deployer"), request={...})
"""

from trailguard.testing.deliveries import (
    Delivery,
    SampleEvent,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    sns_event,
    sqs_event,
)
from trailguard.testing.events import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_TIME,
    assumed_role,
    aws_account,
    aws_service,
    cloudtrail_event,
    federated_user,
    iam_user,
    identity_center_role,
    identity_center_user,
    log_file,
    root,
    saml_user,
    service_event,
    web_identity_user,
)

__all__ = [
    "DEFAULT_ACCOUNT_ID",
    "DEFAULT_TIME",
    "Delivery",
    "SampleEvent",
    "assumed_role",
    "aws_account",
    "aws_service",
    "cloudtrail_event",
    "cloudwatch_logs_event",
    "federated_user",
    "firehose_event",
    "iam_user",
    "identity_center_role",
    "identity_center_user",
    "kinesis_event",
    "log_file",
    "root",
    "saml_user",
    "service_event",
    "sns_event",
    "sqs_event",
    "web_identity_user",
]
