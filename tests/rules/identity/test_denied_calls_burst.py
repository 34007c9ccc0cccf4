from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.denied_calls_burst import denied_calls_burst
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DENIED = cloudtrail_event("iam:ListUsers", error="AccessDenied")
EC2 = cloudtrail_event("ec2:RunInstances", error="Client.UnauthorizedOperation")


def test_names_the_call() -> None:
    assert denied_calls_burst(DENIED) == [Violation("user alice is denied iam:ListUsers")]
    assert_violates(denied_calls_burst, EC2, reason="user alice is denied ec2:RunInstances")


def test_other_failures_and_success() -> None:
    assert_complies(denied_calls_burst, cloudtrail_event("iam:GetUser", error="NoSuchEntityException"))
    assert_complies(denied_calls_burst, cloudtrail_event("iam:GetUser"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(denied_calls_burst, DENIED)


def test_people_in_the_console_count_where_somebody_says_so() -> None:
    event = cloudtrail_event("iam:ListUsers", error="AccessDenied", sessionCredentialFromConsole="true")

    assert_complies(denied_calls_burst, event)
    assert_violates(denied_calls_burst, event, params={"console": True})


def test_counts_different_calls_of_one_caller() -> None:
    assert denied_calls_burst.threshold is not None
    assert (denied_calls_burst.threshold.by, denied_calls_burst.threshold.distinct) == (
        ("actor",),
        "event_name",
    )
