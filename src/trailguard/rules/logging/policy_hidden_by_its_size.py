"""A policy was so large that CloudTrail did not write it down."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import is_true
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateRole",
        "iam:PutGroupPolicy",
        "iam:PutRolePolicy",
        "iam:PutUserPolicy",
        "iam:UpdateAssumeRolePolicy",
    ],
    severity=Severity.MEDIUM,
    title="Policy hidden by its size",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
    ],
    tags=["mitre:T1562.008"],
)
def policy_hidden_by_its_size(event: CloudTrailEvent) -> Violation | None:
    """Somebody wrote a policy that CloudTrail left out of the record for its size.

    IAM does not count white space in a policy, and CloudTrail leaves out parameters of more than 100 KB: with
    enough blanks, nobody sees in the trail what was allowed, or to whom. No other rule can tell either.

    Known false positives: none that is known, for policies have a few KB; except a generator of policies by
    ``actor``. Not seen: other services, whose requests are large for good reasons.
    """
    if not is_true(event.request_parameters.get("omitted")):
        return None
    return Violation(
        f"{event.actor} called {event.action} with parameters that are too large to be in the record",
        evidence={"requestParameters": event.request_parameters},
    )
