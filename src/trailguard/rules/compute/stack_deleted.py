"""A stack was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="cloudformation:DeleteStack",
    severity=Severity.LOW,
    title="Stack deleted",
    references=["https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html"],
    tags=["mitre:T1485", "strict"],
)
def stack_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a stack, and all that is in it.

    One call does what otherwise takes many, and CloudFormation makes those.

    Known false positives: environments that are taken down; except pipelines by ``actor``. Services' calls,
    as of stacks in stacks, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    stack = first_text(event.request_parameters.get("stackName"))
    return Violation(f"{event.actor} deleted the stack {stack or '(not named)'}", resource=stack)
