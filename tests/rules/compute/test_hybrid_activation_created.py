from trailguard import Violation
from trailguard.rules.compute.hybrid_activation_created import hybrid_activation_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ssm:CreateActivation", request={"iamRole": "Hybrid"})


def test_names_who_did_it_to_what() -> None:
    assert hybrid_activation_created(SAMPLE) == [
        Violation("user alice made an activation for the role Hybrid", resource="Hybrid")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ssm:CreateActivation")

    assert_violates(
        hybrid_activation_created,
        event,
        reason="user alice made an activation for the role one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(hybrid_activation_created, cloudtrail_event("ssm:CreateActivation", error="AccessDenied"))
