"""Somebody opened a shell in the console."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="cloudshell:CreateEnvironment",
    severity=Severity.LOW,
    title="CloudShell opened",
    references=["https://docs.aws.amazon.com/cloudshell/latest/userguide/logging-and-monitoring.html"],
    tags=["mitre:T1059.009", "strict"],
)
def cloudshell_used(event: CloudTrailEvent) -> Violation:
    """Somebody made an environment of CloudShell, a command line in the console.

    What is done in it comes from an address of AWS, and from a machine that nobody else looks at.

    Known false positives: everybody who likes it.
    """
    named = first_text(event.request_parameters.get("environmentId"))
    return Violation(
        f"{event.actor} opened a shell with {named or 'an environment that is not named'}", resource=named
    )
