import pytest

from trailguard import Violation
from trailguard.rules.compute.session_started import session_started
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ssm:StartSession", request={"target": "i-0123EXAMPLE"})


def test_names_who_did_it_to_what() -> None:
    assert session_started(SAMPLE) == [
        Violation("user alice opened a session on i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ssm:StartSession")

    assert_violates(
        session_started,
        event,
        reason="user alice opened a session on a target that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(session_started, cloudtrail_event("ssm:StartSession", error="AccessDenied"))


@pytest.mark.parametrize("key", ["task"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        session_started,
        cloudtrail_event("ssm:StartSession", request={key: "i-0123EXAMPLE"}),
        resource="i-0123EXAMPLE",
    )
