from trailguard import CloudTrailEvent, Violation
from trailguard.rules.network.resource_shared_outside import resource_shared_outside
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def share(*principals: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("ram:CreateResourceShare", request={"principals": list(principals), **request})


SHARED = share("444455556666", name="network", resourceArns=["arn:subnet"])
UNNAMED = share("444455556666")


def test_names_share_and_account() -> None:
    assert resource_shared_outside(SHARED) == [
        Violation(
            "user alice shared network with the account 444455556666",
            resource="network",
            evidence={"resources": ["arn:subnet"]},
        )
    ]
    assert_violates(resource_shared_outside, UNNAMED, resource=None)


def test_own_accounts_and_organizations() -> None:
    assert_complies(resource_shared_outside, share("111122223333"))
    assert_complies(resource_shared_outside, share("arn:aws:organizations::111122223333:ou/o-1/ou-1"))
    assert_complies(resource_shared_outside, cloudtrail_event("ram:AssociateResourceShare"))
    assert_complies(resource_shared_outside, SHARED, params={"trusted_accounts": ["444455556666"]})
