"""A role can be assumed by anyone."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._policy import despite_conditions, statements_for_anyone
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
    severity=Severity.CRITICAL,
    title="Role can be assumed by anyone",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
    tags=["mitre:T1098.003", "mitre:T1078.004"],
)
def role_trusts_anyone(event: CloudTrailEvent) -> Violation | None:
    """A role's trust policy allows everybody, from any AWS account, to assume it.

    Whoever learns the role's ARN, which is easily guessed, gets its permissions. It is also how an intruder
    leaves a door open: the role works from an account of theirs after every key has been rotated.

    A condition counts where it says who calls, by things that callers cannot choose: their organisation,
    account or ARN, the network they come from. ``sts:ExternalId`` does not count: AWS says that an external
    id is not a secret. Nor do MFA, session names, user names and tags of the principal, which callers set for
    themselves, nor anything negated or with ``IfExists``, which holds for those who lack the key.

    Known false positives: a role whose openness another statement takes back (Deny is not weighed), or whose
    open statement allows no more than ``sts:TagSession``. Not seen: trust in one foreign account, and in an
    identity provider such as GitHub or Cognito without saying which of its users.
    """
    request, made = event.request_parameters, event.response_elements.get("role")
    role = made if isinstance(made, dict) else {}
    document = request.get("policyDocument") or request.get("assumeRolePolicyDocument")
    statements = statements_for_anyone(document or role.get("assumeRolePolicyDocument"))
    if not statements:
        return None
    names = (role.get("arn"), request.get("roleName"))
    resource = next((name for name in names if isinstance(name, str) and name), None)
    return Violation(
        f"{event.actor} lets anyone assume the role {resource or '(not named)'}"
        f"{despite_conditions(statements)}",
        resource=resource,
        evidence={"statements": statements},
    )
