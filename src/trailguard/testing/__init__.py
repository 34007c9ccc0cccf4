"""The kit for testing rules: complete events, made offline and the same on every run, and assertions.

    from trailguard.testing import assert_violates, assumed_role, cloudtrail_event, configuration_item

    event = cloudtrail_event("ec2:RunInstances", actor=assumed_role("Deployer"), request={...})
    item = configuration_item("AWS::EC2::SecurityGroup", {"ipPermissions": [...]})
    assert_violates(rule, event, reason="...")

The fixtures, the contract and coverage are pytest's to call: `docs/testing-rules.md` has them.
"""

from trailguard.testing.assertions import assert_complies, assert_violates
from trailguard.testing.deliveries import (
    Delivery,
    SampleEvent,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    sns_event,
    sqs_event,
)
from trailguard.testing.engines import engine_with
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
from trailguard.testing.items import (
    SampleItem,
    SampleRun,
    config_snapshot,
    configuration_item,
    scheduled_run,
)
from trailguard.testing.notifier import RecordingNotifier
from trailguard.testing.recorded import recorded_event, recorded_item

__all__ = [
    "DEFAULT_ACCOUNT_ID",
    "DEFAULT_TIME",
    "Delivery",
    "RecordingNotifier",
    "SampleEvent",
    "SampleItem",
    "SampleRun",
    "assert_complies",
    "assert_violates",
    "assumed_role",
    "aws_account",
    "aws_service",
    "cloudtrail_event",
    "cloudwatch_logs_event",
    "config_snapshot",
    "configuration_item",
    "engine_with",
    "federated_user",
    "firehose_event",
    "iam_user",
    "identity_center_role",
    "identity_center_user",
    "kinesis_event",
    "log_file",
    "recorded_event",
    "recorded_item",
    "root",
    "saml_user",
    "scheduled_run",
    "service_event",
    "sns_event",
    "sqs_event",
    "web_identity_user",
]
