"""The root user of an account did something."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=Match("*:*", identity="Root", outcome="any"),
    severity=Severity.HIGH,
    title="Root user acted",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html",
    ],
    tags=["mitre:T1078.004", "cis:4.3"],
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def root_user_acted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody used the root user of an account for something, whether it was allowed or not.

    Root may do everything, no policy of the account holds it back, and hardly anything needs it. So each
    use is either known to somebody or an intruder's. Of all that root does within an hour, the first call
    is told.

    Known false positives: the few tasks that need root; ask who did it. What services do in root's name
    does not count unless ``service_calls`` says so. Sign-ins are those of ``root-signed-in``. Sessions of
    ``sts:AssumeRoot`` have another identity type.
    """
    if event.service == "signin" or not params.count(event):
        return None
    failed = "" if event.succeeded else ", which failed"
    return Violation(f"{event.actor} called {event.action}{failed}", resource=event.account_id)
