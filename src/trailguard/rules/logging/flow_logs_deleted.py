"""Flow logs of a VPC were deleted."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import texts
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:DeleteFlowLogs",
    severity=Severity.HIGH,
    title="Flow logs deleted",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html"],
    tags=["mitre:T1562.008"],
)
def flow_logs_deleted(event: CloudTrailEvent) -> Iterator[Violation]:
    """Somebody deleted flow logs: who talks to whom in that network is recorded no more.

    An intruder does it before data leaves. What was recorded before stays in its bucket or log group.

    Known false positives: a network that is taken down with its flow logs (except who does that by
    ``actor``), and flow logs that are replaced.
    """
    for flow_log in texts(request_of(event).get("flowLogId")) or [""]:
        yield Violation(
            f"{event.actor} deleted the flow log {flow_log or '(not named)'}", resource=flow_log or None
        )
