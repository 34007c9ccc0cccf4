"""A role can be assumed from an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text
from trailguard.rules._policy import accounts_let_in
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
    severity=Severity.HIGH,
    title="Role trusts another account",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
    tags=["mitre:T1098.003", "mitre:T1199", "cis:4.4"],
)
def role_trusts_another_account(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """A role's trust policy names another account, or somebody in it.

    It is how a door is left open to an account of an intruder's own, which works when every key has been
    rotated.

    Known false positives: other accounts of your own, and vendors: name them in ``trusted_accounts``. A new
    role is medium, and with an external id, as vendors want it, low; a role that is there and gets such a
    trust is high. Not seen: what the role may do.
    """
    request = event.request_parameters
    document = request.get("policyDocument") or request.get("assumeRolePolicyDocument")
    strangers = params.strangers(accounts_let_in(document), event)
    if not strangers:
        return None
    role = first_text(request.get("roleName"))
    severity = None
    if event.action == "iam:CreateRole":
        severity = Severity.LOW if "sts:externalid" in str(document).lower() else Severity.MEDIUM
    return Violation(
        f"{event.actor} lets the account {', '.join(strangers)} assume the role {role or '(not named)'}",
        resource=role,
        severity=severity,
        evidence={"accounts": strangers},
    )
