import pytest

from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.compute.guardrail_weakened import guardrail_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("bedrock:DeleteGuardrail", request={"guardrailIdentifier": "gr-1"})


def test_names_who_did_it_to_what() -> None:
    assert guardrail_weakened(SAMPLE) == [
        Violation("user alice called bedrock:DeleteGuardrail on gr-1", resource="gr-1")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("bedrock:DeleteGuardrail")

    assert_violates(
        guardrail_weakened,
        event,
        reason="user alice called bedrock:DeleteGuardrail on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(guardrail_weakened, cloudtrail_event("bedrock:DeleteGuardrail", error="AccessDenied"))


@pytest.mark.parametrize("key", ["policyArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        guardrail_weakened,
        cloudtrail_event("bedrock:DeleteGuardrail", request={key: "gr-1"}),
        resource="gr-1",
    )


def test_a_change_is_low() -> None:
    assert_violates(
        guardrail_weakened,
        cloudtrail_event("bedrock:UpdateGuardrail", request={"guardrailIdentifier": "gr-1"}),
        reason="user alice called bedrock:UpdateGuardrail on gr-1",
        severity=Severity.LOW,
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(guardrail_weakened, cloudtrail_event("bedrock:DeleteGuardrail"))
