import pytest

from trailguard import Violation
from trailguard.rules.compute.notebook_start_changed import notebook_start_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "sagemaker:UpdateNotebookInstanceLifecycleConfig",
    request={"notebookInstanceLifecycleConfigName": "setup"},
)


def test_names_who_did_it_to_what() -> None:
    assert notebook_start_changed(SAMPLE) == [
        Violation(
            "user alice called sagemaker:UpdateNotebookInstanceLifecycleConfig on setup", resource="setup"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("sagemaker:UpdateNotebookInstanceLifecycleConfig")

    assert_violates(
        notebook_start_changed,
        event,
        reason="user alice called sagemaker:UpdateNotebookInstanceLifecycleConfig on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        notebook_start_changed,
        cloudtrail_event("sagemaker:UpdateNotebookInstanceLifecycleConfig", error="AccessDenied"),
    )


@pytest.mark.parametrize("key", ["notebookInstanceName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        notebook_start_changed,
        cloudtrail_event("sagemaker:UpdateNotebookInstanceLifecycleConfig", request={key: "setup"}),
        resource="setup",
    )
