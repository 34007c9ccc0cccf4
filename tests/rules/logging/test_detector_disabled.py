import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.detector_disabled import detector_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("macie2:DisableMacie", request={"analyzerName": "external-access"})


def test_names_who_did_it_to_what() -> None:
    assert detector_disabled(SAMPLE) == [
        Violation("user alice called macie2:DisableMacie on external-access", resource="external-access")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("macie2:DisableMacie")

    assert_violates(
        detector_disabled,
        event,
        reason="user alice called macie2:DisableMacie on what it has, one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(detector_disabled, cloudtrail_event("macie2:DisableMacie", error="AccessDenied"))


@pytest.mark.parametrize("key", ["graphArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        detector_disabled,
        cloudtrail_event("macie2:DisableMacie", request={key: "external-access"}),
        resource="external-access",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(detector_disabled, cloudtrail_event("macie2:DisableMacie"))
