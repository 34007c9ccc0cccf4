from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.document_changed import document_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event("ssm:UpdateDocument", request={"name": "Rollout"})
UNNAMED = cloudtrail_event("ssm:UpdateDocument")


def test_names_who_did_it_to_what() -> None:
    assert document_changed(CALLED) == [
        Violation("user alice called ssm:UpdateDocument of Rollout", resource="Rollout")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        document_changed,
        UNNAMED,
        reason="user alice called ssm:UpdateDocument of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(document_changed, cloudtrail_event("ssm:UpdateDocument", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(document_changed, cloudtrail_event("ssm:UpdateDocument"))
