"""A tool that attacks accounts says who it is."""

from __future__ import annotations

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup

# What such tools call first, and what intruders change. Not all calls: a model is made of what a rule hears.
_FIRST_CALLS = (
    "sts:GetCallerIdentity",
    "iam:ListUsers",
    "iam:ListRoles",
    "iam:ListGroups",
    "iam:ListAttachedUserPolicies",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountSummary",
    "iam:SimulatePrincipalPolicy",
    "iam:CreateUser",
    "iam:CreateRole",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "s3:ListBuckets",
    "secretsmanager:ListSecrets",
    "organizations:DescribeOrganization",
    "ec2:RunInstances",
    "ec2:GetPasswordData",
    "ec2:ModifyInstanceAttribute",
    "ec2:ModifySnapshotAttribute",
    "lambda:UpdateFunctionCode",
    "ssm:SendCommand",
    "ses:GetSendQuota",
)


class Params(BaseModel, frozen=True, defer_build=True):
    """Parts of user agents by which tools are known, in lower case: of attackers, and of auditors."""

    attackers: tuple[str, ...] = (
        "pacu",
        "trufflehog",
        "stratus-red-team",
        "cloudfox",
        "enumerate-iam",
        "aws_consoler",
        "weirdaal",
        "kali",
        "parrot",
        "pentoo",
        "blackarch",
        "s3 browser",
    )
    auditors: tuple[str, ...] = ("scoutsuite", "scout suite", "prowler", "cloudmapper", "cloudsploit")


@rule(
    on=Match(*_FIRST_CALLS, outcome="any"),
    severity=Severity.HIGH,
    title="Attack tool used",
    references=["https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html"],
    tags=["mitre:T1078.004", "mitre:T1526"],
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def attack_tool_used(event: CloudTrailEvent, params: Params) -> Violation | None:
    """A call came from a tool for attacks, or from a system that is made for them, as its user agent says.

    User agents prove nothing, but few people lie in this direction: Kali's name in it is what GuardDuty
    reports as well. TruffleHog tries keys that it found, so that one of them works. Tools that auditors use
    are low.

    Known false positives: a test that is announced (except it by ``actor``, with an end). Names are in
    ``attackers`` and ``auditors``. Not seen: tools that hide, and all calls but those that come first or
    change something that matters.
    """
    agent = (event.user_agent or "").lower()
    attacker = next((name for name in params.attackers if _says(agent, name)), None)
    auditor = next((name for name in params.auditors if _says(agent, name)), None)
    if attacker is None and auditor is None:
        return None
    return Violation(
        f"{event.actor} called {event.action} with {attacker or auditor}",
        resource=event.actor.arn,
        severity=None if attacker else Severity.LOW,
        evidence={"user_agent": event.user_agent},
    )


def _says(agent: str, name: str) -> bool:
    """Tell whether a user agent has a name that does not begin within a word, as kali in alkaline does."""
    at = agent.find(name)
    return at >= 0 and not agent[max(at - 1, 0) : at].isalpha()
