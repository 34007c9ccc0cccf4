"""The shapes in which AWS delivers, one service a file.

An envelope is known by its keys, never by their order. It is opened one layer deep: what it wraps comes out
as a `Document`, for `trailguard.decode` to open in its turn, so that any may be in any other.
"""

from __future__ import annotations

from typing import Final

from trailguard.envelopes import (
    cloudtrail,
    cloudwatch_logs,
    config,
    eventbridge,
    firehose,
    kinesis,
    s3,
    sns,
    sqs,
)
from trailguard.envelopes._envelope import Envelope, Opener

__all__ = ["ENVELOPES", "SENDERS", "Envelope", "Opener"]

SENDERS: Final[dict[str, Opener]] = {
    "aws:sqs": sqs.message,
    "aws:sns": sns.record,
    "aws:kinesis": kinesis.record,
    "aws:s3": s3.record,
}
"""Who sends Lambda events as ``Records``, by the ``eventSource`` of each."""

# The first whose keys are all there opens the document, so what has more keys stands before what has fewer.
ENVELOPES: Final = tuple(
    Envelope(takes, frozenset(keys.split()), opener, label)
    for keys, opener, label, takes in [
        (
            "awslogs",
            cloudwatch_logs.subscription,
            "cloudwatch logs",
            "a CloudWatch Logs subscription payload ({'awslogs': {'data': ...}})",
        ),
        (
            "logEvents",
            cloudwatch_logs.log_events,
            "cloudwatch logs",
            "the log events that it carries ({'logEvents': [...]})",
        ),
        (
            "invokingEvent",
            config.rule_invocation,
            "config rule",
            "an invocation of an AWS Config custom rule ({'invokingEvent': ...})",
        ),
        (
            "detail-type detail",
            eventbridge.event,
            "eventbridge",
            "an EventBridge event of CloudTrail, S3 or AWS Config ({'detail-type': '... via CloudTrail'})",
        ),
        (
            "invocationId records",
            firehose.transform,
            "firehose",
            "records for Firehose to transform ({'invocationId': ..., 'records': [...]})",
        ),
        ("messageType", config.message, "config", "an AWS Config notification ({'messageType': ...})"),
        (
            "s3Bucket s3ObjectKey",
            cloudtrail.new_files,
            "cloudtrail",
            "CloudTrail's notification of new log files ({'s3Bucket': ..., 's3ObjectKey': [...]})",
        ),
        ("Event Bucket", s3.test_event, "s3", "the test message of S3 notifications"),
        ("Type TopicArn", sns.notification, "sns", "an SNS message ({'Type': 'Notification', ...})"),
        ("CloudTrailEvent", cloudtrail.lookup_event, "event", "an event of LookupEvents"),
        ("Events", cloudtrail.lookup_events, "events", "a page of LookupEvents ({'Events': [...]})"),
        (
            "QueryResultRows",
            cloudtrail.lake_rows,
            "rows",
            "the result of a CloudTrail Lake query ({'QueryResultRows': [...]})",
        ),
        (
            "resourceType configurationItemCaptureTime",
            config.item,
            "config",
            "one configuration item of AWS Config",
        ),
        ("digestS3Bucket", cloudtrail.digest, "digest", "a CloudTrail digest file, which is set aside"),
    ]
)
