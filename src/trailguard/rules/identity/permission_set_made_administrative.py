"""A permission set of Identity Center was made one of administrators."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.rules._policy import is_administrative_policy
from trailguard.verdict import Severity, Violation


@rule(
    on=["sso:AttachManagedPolicyToPermissionSet", "sso:AttachCustomerManagedPolicyReferenceToPermissionSet"],
    severity=Severity.MEDIUM,
    title="Permission set of administrators",
    references=[
        "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html"
    ],
    tags=["mitre:T1098.003"],
)
def permission_set_made_administrative(event: CloudTrailEvent) -> Violation | None:
    """Somebody attached an administrator's policy to a permission set of IAM Identity Center.

    Everybody who has the set is an administrator in every account where they have it.

    Known false positives: the set for administrators, when it is made; except it by ``resource``.
    """
    request = event.request_parameters
    reference = first(request.get("customerManagedPolicyReference"))
    policy = first_text(request.get("managedPolicyArn"), reference.get("name")) or ""
    if not is_administrative_policy(policy) and "admin" not in policy.lower():
        return None
    chosen = first_text(request.get("permissionSetArn"))
    return Violation(
        f"{event.actor} attached {policy} to the permission set {chosen or '(not named)'}", resource=chosen
    )
