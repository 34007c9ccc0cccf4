"""One caller is denied many different things."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


class Params(Callers, frozen=True, defer_build=True):
    """Whether calls count that services make, or people in the console, whose pages ask for much."""

    console: bool = False


@rule(
    on=Match("*:*", error=["AccessDenied*", "*UnauthorizedOperation", "UnauthorizedAccess"]),
    severity=Severity.MEDIUM,
    title="Many different calls denied",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"],
    tags=["mitre:T1580", "mitre:T1526", "cis:4.1"],
    threshold=Threshold(15, within="10m", by="actor", distinct="event_name"),
)
def denied_calls_burst(event: CloudTrailEvent, params: Params) -> Violation | None:
    """One caller was denied fifteen different calls within ten minutes.

    Somebody with a stolen key does not know what it may do, and tries. A program that lacks a permission is
    denied the same call again and again, which does not count.

    Known false positives: a new role that is being set up; except it by ``actor``. People who look at the
    console with few rights do not count unless ``console`` says so, nor do services' calls.
    """
    from_console = bool(event.session_credential_from_console)
    if not params.count(event) or (from_console and not params.console):
        return None
    return Violation(f"{event.actor} is denied {event.action}")
