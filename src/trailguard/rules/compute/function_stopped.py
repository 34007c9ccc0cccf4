"""A function cannot run any more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on="lambda:PutFunctionConcurrency",
    severity=Severity.LOW,
    title="Function stopped",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"],
    tags=["mitre:T1489", "mitre:T1562.001"],
)
def function_stopped(event: CloudTrailEvent) -> Violation | None:
    """Somebody reserved no concurrency for a function: every call of it is refused.

    Functions watch over accounts, too: trailguard is one. It looks as if nothing was changed, and can be
    taken back without a trace.

    Known false positives: functions that got out of hand, as by calling themselves; ask whoever stopped it.
    """
    if str(event.request_parameters.get("reservedConcurrentExecutions")) != "0":
        return None
    name = function_of(event)
    return Violation(f"{event.actor} stopped the function {name or '(not named)'}", resource=name)
