"""A role is open to anyone."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._policy import despite_conditions, is_unreadable, statements_for_anyone
from trailguard.verdict import Severity, Violation


@rule(
    on="AWS::IAM::Role",
    severity=Severity.CRITICAL,
    title="Role is open to anyone",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
    tags=["mitre:T1078.004"],
)
def role_open_to_anyone(item: ConfigurationItem) -> Violation | None:
    """A role's trust policy, as it stands, allows everybody, from any AWS account, to assume it.

    Whoever learns the role's ARN, which is easily guessed, gets its permissions. Roles that were opened long
    ago, or by somebody whom no trail watched, are found here; ``role-trusts-anyone`` sees it happen.

    A condition counts where it says who calls, by things that callers cannot choose: their organisation,
    account or ARN, the network they come from. ``sts:ExternalId`` does not count, as it is no secret, nor do
    MFA, session names, user names and tags of the principal, nor anything negated or with ``IfExists``.

    Known false positives: a role whose openness another statement takes back (Deny is not weighed), or whose
    open statement allows no more than ``sts:TagSession``. Not seen: trust in one foreign account, and in an
    identity provider such as GitHub or Cognito without saying which of its users.
    """
    document = item.configuration.get("assumeRolePolicyDocument")
    if is_unreadable(document):
        return Violation("the role's trust policy cannot be read, so nobody knows whom it lets in")
    statements = statements_for_anyone(document)
    if not statements:
        return None
    reason = f"anyone may assume the role {item.resource}{despite_conditions(statements)}"
    return Violation(reason, evidence={"statements": statements})
