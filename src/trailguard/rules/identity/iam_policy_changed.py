"""Somebody was given or denied something in IAM."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeleteGroupPolicy",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:DeleteRolePolicy",
        "iam:DeleteUserPolicy",
        "iam:DetachGroupPolicy",
        "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
        "iam:PutGroupPolicy",
        "iam:PutRolePolicy",
        "iam:PutUserPolicy",
        "iam:SetDefaultPolicyVersion",
    ],
    severity=Severity.LOW,
    title="IAM policy changed",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage.html"],
    tags=["mitre:T1098.003", "cis:4.4", "strict"],
)
def iam_policy_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody wrote, deleted, attached or detached a policy of IAM.

    Who may do what is decided by such calls alone. Other rules tell of those that give too much.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("userName"),
        event.request_parameters.get("roleName"),
        event.request_parameters.get("groupName"),
        event.request_parameters.get("policyArn"),
        event.request_parameters.get("policyName"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
