"""A policy was written that allows everything."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules._policy import administrative_statements
from trailguard.verdict import Severity, Violation

_HOLDERS = ("userName", "roleName", "groupName", "policyArn", "policyName", "permissionSetArn")


@rule(
    on=[
        "iam:PutUserPolicy",
        "iam:PutRolePolicy",
        "iam:PutGroupPolicy",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "sso:PutInlinePolicyToPermissionSet",
    ],
    severity=Severity.HIGH,
    title="Administrative policy written",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    ],
    tags=["mitre:T1098.003", "mitre:T1548.005", "cis:4.4"],
)
def administrative_policy_written(event: CloudTrailEvent) -> Violation | None:
    """Somebody wrote a policy that allows every action, or all of IAM, on everything.

    Whoever holds it may do everything, or give themselves everything. A new version of a policy changes
    everybody who holds it at once.

    Known false positives: policies for administrators that are written on purpose; except the pipeline by
    ``actor``, or the policy by ``resource``. A managed policy that is new is medium, as nobody holds it
    yet. Not seen: everything bit by bit, and conditions, which may take most of it back.
    """
    request = event.request_parameters
    document = request.get("policyDocument") or request.get("inlinePolicy")
    statements = administrative_statements(document)
    if not statements:
        return None
    whom = first_text(*map(request.get, _HOLDERS))
    held = event.action != "iam:CreatePolicy"
    return Violation(
        f"{event.actor} wrote a policy that allows everything: {event.action} of {whom or '(not named)'}",
        resource=whom,
        severity=None if held else Severity.MEDIUM,
        evidence={"statements": statements},
    )
