"""Names of users and roles are guessed by policies that are refused."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "iam:UpdateAssumeRolePolicy",
        "iam:CreateRole",
        "s3:PutBucketPolicy",
        "sqs:SetQueueAttributes",
        "kms:PutKeyPolicy",
        error=["MalformedPolicyDocument*", "MalformedPolicy*", "InvalidPrincipal*"],
    ),
    severity=Severity.MEDIUM,
    title="Names of principals guessed",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html"],
    tags=["mitre:T1087.004", "mitre:T1069.003"],
    threshold=Threshold(5, within="10m", by="actor"),
)
def principals_enumerated(event: CloudTrailEvent) -> Violation:
    """Five policies of one caller were refused within ten minutes because they are wrong.

    AWS refuses a policy that names somebody who is not there: so whoever writes one after the other learns
    which users and roles of another account there are.

    Known false positives: Terraform that tries again while a new role is not known everywhere yet; except
    it by ``actor``.
    """
    return Violation(f"{event.actor} had a policy refused: {event.action} failed with {event.error_code}")
