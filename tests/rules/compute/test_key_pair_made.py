from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.key_pair_made import key_pair_made
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event("ec2:ImportKeyPair", request={"keyName": "deployer"})
UNNAMED = cloudtrail_event("ec2:ImportKeyPair")
OTHER = cloudtrail_event("lightsail:CreateKeyPair", request={"keyPairName": "deployer"})


def test_names_who_did_it_to_what() -> None:
    assert key_pair_made(CALLED) == [
        Violation("user alice called ec2:ImportKeyPair of deployer", resource="deployer")
    ]
    assert_violates(key_pair_made, OTHER, resource="deployer")


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        key_pair_made,
        UNNAMED,
        reason="user alice called ec2:ImportKeyPair of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(key_pair_made, cloudtrail_event("ec2:ImportKeyPair", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(key_pair_made, cloudtrail_event("ec2:ImportKeyPair"))
