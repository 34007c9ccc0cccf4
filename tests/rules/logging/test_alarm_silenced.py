from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.alarm_silenced import alarm_silenced
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event("cloudwatch:DeleteAlarms", request={"alarmNames": ["root-used", "denied"]})
DISABLED = cloudtrail_event("cloudwatch:DisableAlarmActions")


def test_each_alarm_is_named() -> None:
    assert alarm_silenced(DELETED) == [
        Violation("user alice silenced the alarm root-used", resource="root-used"),
        Violation("user alice silenced the alarm denied", resource="denied"),
    ]
    assert_violates(alarm_silenced, DISABLED, reason="user alice silenced the alarm (not named)")


def test_calls_of_services() -> None:
    assert_services_do_not_count(alarm_silenced, cloudtrail_event("cloudwatch:DeleteAlarms"))


def test_a_failed_call_silenced_nothing() -> None:
    assert_complies(alarm_silenced, cloudtrail_event("cloudwatch:DeleteAlarms", error="ResourceNotFound"))
