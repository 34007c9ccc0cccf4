from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.anonymous_identities_allowed import anonymous_identities_allowed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Visitor"


def create(*, allowed: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "cognito-identity:CreateIdentityPool",
        request={"allowUnauthenticatedIdentities": allowed, **request},
    )


def set_roles(roles: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "cognito-identity:SetIdentityPoolRoles", request={"identityPoolId": "us-east-1:app", "roles": roles}
    )


OPEN = create(allowed=True, identityPoolName="app")
UNNAMED = create(allowed=True)
WITH_A_ROLE = set_roles({"authenticated": "arn:aws:iam::111122223333:role/User", "unauthenticated": ROLE})


def test_names_the_pool() -> None:
    assert anonymous_identities_allowed(OPEN) == [
        Violation("user alice lets strangers have credentials by the pool app", resource="app")
    ]
    assert_violates(anonymous_identities_allowed, UNNAMED, resource=None)


def test_a_role_alone_is_low() -> None:
    assert_violates(
        anonymous_identities_allowed,
        WITH_A_ROLE,
        reason=f"user alice has the role {ROLE} for strangers by the pool us-east-1:app",
        resource="us-east-1:app",
        severity=Severity.LOW,
    )


def test_pools_for_users() -> None:
    assert_complies(anonymous_identities_allowed, create(allowed=False, identityPoolName="app"))
    assert_complies(anonymous_identities_allowed, cloudtrail_event("cognito-identity:UpdateIdentityPool"))
    assert_complies(
        anonymous_identities_allowed, set_roles({"authenticated": "arn:aws:iam::111122223333:role/User"})
    )
    assert_complies(anonymous_identities_allowed, set_roles(None))
