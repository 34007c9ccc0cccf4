import pytest

from callers import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.key_pair_made import key_pair_made
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ec2:ImportKeyPair", request={"keyName": "deployer"})


def test_names_who_did_it_to_what() -> None:
    assert key_pair_made(SAMPLE) == [
        Violation("user alice called ec2:ImportKeyPair of deployer", resource="deployer")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ec2:ImportKeyPair")

    assert_violates(
        key_pair_made,
        event,
        reason="user alice called ec2:ImportKeyPair of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(key_pair_made, cloudtrail_event("ec2:ImportKeyPair", error="AccessDenied"))


@pytest.mark.parametrize("key", ["instanceName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        key_pair_made, cloudtrail_event("ec2:ImportKeyPair", request={key: "deployer"}), resource="deployer"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(key_pair_made, cloudtrail_event("ec2:ImportKeyPair"))
