"""One caller opens sessions on many instances."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "ssm:StartSession",
        "ec2-instance-connect:SendSSHPublicKey",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        outcome="any",
    ),
    severity=Severity.MEDIUM,
    title="Sessions on many instances",
    references=["https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html"],
    tags=["mitre:T1021.008", "mitre:T1021.004"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
)
def sessions_on_many_instances(event: CloudTrailEvent) -> Violation | None:
    """One caller opened sessions on five different instances within ten minutes, or tried.

    By Systems Manager, or by SSH keys that EC2 Instance Connect pushes. People work on one or two; whoever
    spreads goes from one to the next.

    Known false positives: tools that go through all instances; except them by ``actor``. Calls that name
    no instance do not count.
    """
    request = event.request_parameters
    target = first_text(request.get("target"), request.get("instanceId"))
    if target is None:
        return None
    return Violation(f"{event.actor} opens a session on {target}", resource=target)
