import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.discovery_burst import discovery_burst
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

LISTED = cloudtrail_event("iam:ListUsers")
DENIED = cloudtrail_event("secretsmanager:ListSecrets", error="AccessDeniedException")


def test_names_the_call() -> None:
    assert discovery_burst(LISTED) == [Violation("user alice explores the account: iam:ListUsers")]
    assert_violates(discovery_burst, DENIED)


@pytest.mark.parametrize(
    ("event", "parameter"),
    [
        (cloudtrail_event("iam:ListUsers", actor=aws_service("config.amazonaws.com")), "service_calls"),
        (cloudtrail_event("iam:ListUsers", sessionCredentialFromConsole="true"), "console"),
    ],
)
def test_services_and_consoles_count_where_somebody_says_so(event: CloudTrailEvent, parameter: str) -> None:
    assert_complies(discovery_burst, event)
    assert_violates(discovery_burst, event, params={parameter: True})


def test_counts_different_calls_of_one_caller() -> None:
    assert discovery_burst.threshold is not None
    assert (discovery_burst.threshold.by, discovery_burst.threshold.distinct) == (("actor",), "event_name")
