import pytest

from trailguard import Violation
from trailguard.rules.logging.config_recorder_stopped import config_recorder_stopped
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "config:StopConfigurationRecorder", request={"configurationRecorderName": "default"}
)


def test_names_who_did_it_to_what() -> None:
    assert config_recorder_stopped(SAMPLE) == [
        Violation("user alice called config:StopConfigurationRecorder on default", resource="default")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("config:StopConfigurationRecorder")

    assert_violates(
        config_recorder_stopped,
        event,
        reason="user alice called config:StopConfigurationRecorder on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        config_recorder_stopped, cloudtrail_event("config:StopConfigurationRecorder", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["deliveryChannelName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        config_recorder_stopped,
        cloudtrail_event("config:StopConfigurationRecorder", request={key: "default"}),
        resource="default",
    )
