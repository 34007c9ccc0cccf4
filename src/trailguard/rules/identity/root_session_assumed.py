"""Somebody took root's place in a member account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="sts:AssumeRoot",
    severity=Severity.MEDIUM,
    title="Root session assumed",
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html"],
    tags=["mitre:T1548.005", "cis:4.3"],
)
def root_session_assumed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody in the management account assumed root of a member account, for one of five tasks.

    Among these tasks are policies that lock everybody out of a bucket or queue, which may be opened so, and
    root's own credentials.

    Known false positives: the task was needed; it is seldom.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("targetPrincipal"))
    return Violation(
        f"{event.actor} assumed root of {named or 'an account that is not named'}", resource=named
    )
