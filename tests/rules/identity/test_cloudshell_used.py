from trailguard import Violation
from trailguard.rules.identity.cloudshell_used import cloudshell_used
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("cloudshell:CreateEnvironment", request={"environmentId": "env-1"})


def test_names_who_did_it_to_what() -> None:
    assert cloudshell_used(SAMPLE) == [Violation("user alice opened a shell with env-1", resource="env-1")]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("cloudshell:CreateEnvironment")

    assert_violates(
        cloudshell_used,
        event,
        reason="user alice opened a shell with an environment that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(cloudshell_used, cloudtrail_event("cloudshell:CreateEnvironment", error="AccessDenied"))
