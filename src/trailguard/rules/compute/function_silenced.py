"""A function was deleted, or may not run any more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["lambda:DeleteFunction", "lambda:DeleteEventSourceMapping"],
    severity=Severity.LOW,
    title="Function deleted",
    references=["https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html"],
    tags=["mitre:T1489", "mitre:T1485", "strict"],
)
def function_silenced(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a function, or what it listens to.

    Functions watch over accounts, too: trailguard is one. ``function-stopped`` tells of those that
    may not run.

    Known false positives: applications that are taken down; except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = function_of(event) or first_text(event.request_parameters.get("uUID"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
