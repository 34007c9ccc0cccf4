"""One caller reads what many instances run when they start."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match("ec2:DescribeInstanceAttribute", outcome="any"),
    severity=Severity.MEDIUM,
    title="User data of many instances read",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"],
    tags=["mitre:T1552.005", "mitre:T1580"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
)
def user_data_read_in_bulk(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller asked for the user data of five different instances within ten minutes.

    Passwords and keys are often in these scripts. Denied calls count as well.

    Known false positives: Terraform, which reads the user data of each instance that it manages, and tools
    that take stock; except them by ``actor``. Services' calls do not count unless ``service_calls`` says
    so.
    """
    request = event.request_parameters
    if not params.count(event) or request.get("attribute") != "userData":
        return None
    instance = first_text(request.get("instanceId"))
    return Violation(
        f"{event.actor} asked for the user data of the instance {instance or '(not named)'}",
        resource=instance,
    )
