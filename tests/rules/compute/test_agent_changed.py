from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.agent_changed import agent_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event("bedrock:UpdateAgent", request={"agentId": "AGENTEXAMPLE"})
UNNAMED = cloudtrail_event("bedrock:UpdateAgent")
OTHER = cloudtrail_event("bedrock:CreateAgent", request={"agentName": "clerk"})


def test_names_who_did_it_to_what() -> None:
    assert agent_changed(CALLED) == [
        Violation("user alice called bedrock:UpdateAgent of AGENTEXAMPLE", resource="AGENTEXAMPLE")
    ]
    assert_violates(agent_changed, OTHER, resource="clerk")


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        agent_changed,
        UNNAMED,
        reason="user alice called bedrock:UpdateAgent of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(agent_changed, cloudtrail_event("bedrock:UpdateAgent", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(agent_changed, cloudtrail_event("bedrock:UpdateAgent"))
