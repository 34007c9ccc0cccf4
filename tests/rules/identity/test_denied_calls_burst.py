import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.denied_calls_burst import denied_calls_burst
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

DENIED = cloudtrail_event("iam:ListUsers", error="AccessDenied")
EC2 = cloudtrail_event("ec2:RunInstances", error="Client.UnauthorizedOperation")


def test_names_the_call() -> None:
    assert denied_calls_burst(DENIED) == [Violation("user alice is denied iam:ListUsers")]
    assert_violates(denied_calls_burst, EC2, reason="user alice is denied ec2:RunInstances")


def test_other_failures_and_success() -> None:
    assert_complies(denied_calls_burst, cloudtrail_event("iam:GetUser", error="NoSuchEntityException"))
    assert_complies(denied_calls_burst, cloudtrail_event("iam:GetUser"))


@pytest.mark.parametrize(
    ("event", "parameter"),
    [
        (
            cloudtrail_event(
                "iam:ListUsers", actor=aws_service("config.amazonaws.com"), error="AccessDenied"
            ),
            "service_calls",
        ),
        (
            cloudtrail_event("iam:ListUsers", error="AccessDenied", sessionCredentialFromConsole="true"),
            "console",
        ),
    ],
)
def test_services_and_consoles_count_where_somebody_says_so(event: CloudTrailEvent, parameter: str) -> None:
    assert_complies(denied_calls_burst, event)
    assert_violates(denied_calls_burst, event, params={parameter: True})


def test_counts_different_calls_of_one_caller() -> None:
    assert denied_calls_burst.threshold is not None
    assert (denied_calls_burst.threshold.by, denied_calls_burst.threshold.distinct) == (
        ("actor",),
        "event_name",
    )
