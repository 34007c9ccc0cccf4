from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.anonymous_identities_allowed import anonymous_identities_allowed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def create(*, allowed: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "cognito-identity:CreateIdentityPool",
        request={"allowUnauthenticatedIdentities": allowed, **request},
    )


OPEN = create(allowed=True, identityPoolName="app")
UNNAMED = create(allowed=True)


def test_names_the_pool() -> None:
    assert anonymous_identities_allowed(OPEN) == [
        Violation("user alice lets strangers have credentials by the pool app", resource="app")
    ]
    assert_violates(anonymous_identities_allowed, UNNAMED, resource=None)


def test_pools_for_users() -> None:
    assert_complies(anonymous_identities_allowed, create(allowed=False))
    assert_complies(anonymous_identities_allowed, cloudtrail_event("cognito-identity:UpdateIdentityPool"))
