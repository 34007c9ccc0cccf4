from trailguard import Violation
from trailguard.rules.compute.development_endpoint_created import development_endpoint_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("glue:CreateDevEndpoint", request={"endpointName": "dev"})


def test_names_who_did_it_to_what() -> None:
    assert development_endpoint_created(SAMPLE) == [
        Violation("user alice called glue:CreateDevEndpoint on dev", resource="dev")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("glue:CreateDevEndpoint")

    assert_violates(
        development_endpoint_created,
        event,
        reason="user alice called glue:CreateDevEndpoint on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        development_endpoint_created, cloudtrail_event("glue:CreateDevEndpoint", error="AccessDenied")
    )
