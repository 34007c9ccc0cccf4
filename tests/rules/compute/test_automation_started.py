from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.automation_started import automation_started
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event("ssm:StartAutomationExecution", request={"documentName": "AWS-StopEC2Instance"})
UNNAMED = cloudtrail_event("ssm:StartAutomationExecution")


def test_names_who_did_it_to_what() -> None:
    assert automation_started(CALLED) == [
        Violation("user alice ran the runbook AWS-StopEC2Instance", resource="AWS-StopEC2Instance")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        automation_started, UNNAMED, reason="user alice ran the runbook (not named)", resource=None
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        automation_started, cloudtrail_event("ssm:StartAutomationExecution", error="AccessDenied")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(automation_started, cloudtrail_event("ssm:StartAutomationExecution"))
