from trailguard import Violation
from trailguard.rules.compute.notebook_url_created import notebook_url_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event(
    "sagemaker:CreatePresignedNotebookInstanceUrl", request={"notebookInstanceName": "research"}
)
UNNAMED = cloudtrail_event("sagemaker:CreatePresignedNotebookInstanceUrl")


def test_names_who_did_it_to_what() -> None:
    assert notebook_url_created(CALLED) == [
        Violation("user alice made a link into the notebook research", resource="research")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        notebook_url_created,
        UNNAMED,
        reason="user alice made a link into the notebook (not named)",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        notebook_url_created,
        cloudtrail_event("sagemaker:CreatePresignedNotebookInstanceUrl", error="AccessDenied"),
    )
