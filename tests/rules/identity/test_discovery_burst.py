from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.discovery_burst import discovery_burst
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

LISTED = cloudtrail_event("iam:ListUsers")
DENIED = cloudtrail_event("secretsmanager:ListSecrets", error="AccessDeniedException")


def test_names_the_call() -> None:
    assert discovery_burst(LISTED) == [Violation("user alice explores the account: iam:ListUsers")]
    assert_violates(discovery_burst, DENIED)


def test_calls_of_services() -> None:
    assert_services_do_not_count(discovery_burst, LISTED)


def test_people_in_the_console_count_where_somebody_says_so() -> None:
    event = cloudtrail_event("iam:ListUsers", sessionCredentialFromConsole="true")

    assert_complies(discovery_burst, event)
    assert_violates(discovery_burst, event, params={"console": True})


def test_counts_different_calls_of_one_caller() -> None:
    assert discovery_burst.threshold is not None
    assert (discovery_burst.threshold.by, discovery_burst.threshold.distinct) == (("actor",), "event_name")
