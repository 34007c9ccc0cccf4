from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.root_session_assumed import root_session_assumed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("sts:AssumeRoot", request={"targetPrincipal": "444455556666"})


def test_names_who_did_it_to_what() -> None:
    assert root_session_assumed(SAMPLE) == [
        Violation("user alice assumed root of 444455556666", resource="444455556666")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("sts:AssumeRoot")

    assert_violates(
        root_session_assumed,
        event,
        reason="user alice assumed root of an account that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(root_session_assumed, cloudtrail_event("sts:AssumeRoot", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(root_session_assumed, cloudtrail_event("sts:AssumeRoot"))
