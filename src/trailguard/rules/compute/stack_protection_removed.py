"""A stack may be deleted again."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="cloudformation:UpdateTerminationProtection",
    severity=Severity.LOW,
    title="Protection of a stack disabled",
    references=[
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html"
    ],
    tags=["mitre:T1485"],
)
def stack_protection_removed(event: CloudTrailEvent) -> Violation | None:
    """Somebody took away what keeps a stack from being deleted.

    All that is in it can go by one call afterwards.

    Known false positives: stacks that are taken down for good reasons; except who does that by ``actor``.
    """
    if event.request_parameters.get("enableTerminationProtection") not in (False, "false"):
        return None
    stack = first_text(event.request_parameters.get("stackName"))
    return Violation(
        f"{event.actor} disabled the protection of the stack {stack or '(not named)'}", resource=stack
    )
