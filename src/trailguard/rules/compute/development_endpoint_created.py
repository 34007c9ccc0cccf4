"""An endpoint of Glue was made that one may log in to."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["glue:CreateDevEndpoint", "glue:UpdateDevEndpoint"],
    severity=Severity.MEDIUM,
    title="Glue development endpoint created",
    references=["https://docs.aws.amazon.com/glue/latest/dg/dev-endpoint.html"],
    tags=["mitre:T1098.004", "mitre:T1548.005"],
)
def development_endpoint_created(event: CloudTrailEvent) -> Violation:
    """Somebody made or changed a development endpoint of Glue, with an SSH key of theirs.

    It has a role, which whoever logs in has, too: a known way to more.

    Known false positives: teams that still work with such endpoints; except them by ``actor``.
    """
    named = first_text(event.request_parameters.get("endpointName"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
