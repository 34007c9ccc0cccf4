from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.key_weakened import key_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("kms:DisableKeyRotation", request={"keyId": "key-1"})


def test_names_who_did_it_to_what() -> None:
    assert key_weakened(SAMPLE) == [
        Violation("user alice called kms:DisableKeyRotation on the key key-1", resource="key-1")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("kms:DisableKeyRotation")

    assert_violates(
        key_weakened,
        event,
        reason="user alice called kms:DisableKeyRotation on the key one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(key_weakened, cloudtrail_event("kms:DisableKeyRotation", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(key_weakened, cloudtrail_event("kms:DisableKeyRotation"))
