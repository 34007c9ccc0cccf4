from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.config_changed import config_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("config:PutConfigurationRecorder", request={"configurationRecorderName": "default"})


def test_names_who_did_it_to_what() -> None:
    assert config_changed(SAMPLE) == [
        Violation(
            "user alice changed AWS Config by config:PutConfigurationRecorder of default", resource="default"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("config:PutConfigurationRecorder")

    assert_violates(
        config_changed,
        event,
        reason="user alice changed AWS Config by config:PutConfigurationRecorder of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(config_changed, cloudtrail_event("config:PutConfigurationRecorder", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(config_changed, cloudtrail_event("config:PutConfigurationRecorder"))
