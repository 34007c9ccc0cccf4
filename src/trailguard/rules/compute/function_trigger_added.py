"""A function was made to listen to something."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on="lambda:CreateEventSourceMapping",
    severity=Severity.LOW,
    title="Function listens to a source",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"],
    tags=["mitre:T1546", "mitre:T1648", "strict"],
)
def function_trigger_added(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody had a function called for what comes into a queue, stream or table.

    All that comes in goes through the function, and may go elsewhere from there.

    Known false positives: each deployment of such an application; except pipelines by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    name, source = function_of(event), first_text(event.request_parameters.get("eventSourceArn"))
    return Violation(
        f"{event.actor} made the function {name or '(not named)'} listen to {source or 'a source'}",
        resource=name,
        evidence={"event_source_arn": source},
    )
