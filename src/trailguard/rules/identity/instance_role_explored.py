"""The credentials of an instance are used to look around."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.identity._discovery import DISCOVERY
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


@rule(
    on=Match(*DISCOVERY, outcome="any"),
    severity=Severity.MEDIUM,
    title="Account explored with the credentials of an instance",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html"
    ],
    tags=["mitre:T1552.005", "mitre:T1580"],
    threshold=Threshold(3, within="10m", by="actor", distinct="event_name"),
)
def instance_role_explored(event: CloudTrailEvent) -> Violation | None:
    """The role of an EC2 instance was used for three different calls by which one learns what an account has.

    An application knows what it works with, and lists nothing. Whoever came in by it, or took its
    credentials from the metadata service, does.

    Known false positives: agents and build servers that take stock from an instance; except them by
    ``actor``. Not seen: whether the calls come from the instance.
    """
    if not _INSTANCE.fullmatch(event.actor.session_name or ""):
        return None
    return Violation(f"{event.actor} explores the account: {event.action}")
