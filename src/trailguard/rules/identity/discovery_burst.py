"""One caller looks at everything an account has."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.identity._discovery import DISCOVERY
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


class Params(Callers, frozen=True, defer_build=True):
    """Whether calls count that services make, or people in the console, whose pages list much."""

    console: bool = False


@rule(
    on=Match(*DISCOVERY, outcome="any"),
    severity=Severity.MEDIUM,
    title="Account explored",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"],
    tags=["mitre:T1580", "mitre:T1087.004", "mitre:T1526"],
    threshold=Threshold(12, within="10m", by="actor", distinct="event_name"),
)
def discovery_burst(event: CloudTrailEvent, params: Params) -> Violation | None:
    """One caller made a dozen different calls within ten minutes by which one learns what is here.

    Whoever has come in does not know where they are, and lists users, roles, buckets, functions, secrets
    and detectors one after the other. Denied calls count too.

    Known false positives: tools that take stock of accounts, or audit them; except these by ``actor``.
    People in the console do not count unless ``console`` says so, nor do services' calls.
    """
    from_console = bool(event.session_credential_from_console)
    if not params.count(event) or (from_console and not params.console):
        return None
    return Violation(f"{event.actor} explores the account: {event.action}")
