import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.event_rule_disabled import event_rule_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("events:DisableRule", request={"name": "guardduty-to-chat"})


def test_names_who_did_it_to_what() -> None:
    assert event_rule_disabled(SAMPLE) == [
        Violation(
            "user alice called events:DisableRule on the rule guardduty-to-chat", resource="guardduty-to-chat"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("events:DisableRule")

    assert_violates(
        event_rule_disabled,
        event,
        reason="user alice called events:DisableRule on the rule one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(event_rule_disabled, cloudtrail_event("events:DisableRule", error="AccessDenied"))


@pytest.mark.parametrize("key", ["rule"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        event_rule_disabled,
        cloudtrail_event("events:DisableRule", request={key: "guardduty-to-chat"}),
        resource="guardduty-to-chat",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(event_rule_disabled, cloudtrail_event("events:DisableRule"))
