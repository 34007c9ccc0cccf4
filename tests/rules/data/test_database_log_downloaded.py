import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_log_downloaded import database_log_downloaded
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

PORTION = cloudtrail_event(
    "rds:DownloadDBLogFilePortion",
    request={"dBInstanceIdentifier": "orders", "logFileName": "error/postgres.log"},
)
COMPLETE = cloudtrail_event(
    "rds:DownloadCompleteDBLogFile",
    request={"dBInstanceIdentifier": "orders", "logFileName": "error/postgres.log"},
)


@pytest.mark.parametrize("event", [PORTION, COMPLETE])
def test_names_the_log(event: CloudTrailEvent) -> None:
    assert database_log_downloaded(event) == [
        Violation(
            "user alice read error/postgres.log of the database orders",
            resource="orders",
            evidence={"log": "error/postgres.log"},
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        database_log_downloaded,
        cloudtrail_event("rds:DownloadDBLogFilePortion"),
        reason="user alice read a log of the database (not named)",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        database_log_downloaded, cloudtrail_event("rds:DownloadDBLogFilePortion", error="AccessDenied")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_log_downloaded, cloudtrail_event("rds:DownloadDBLogFilePortion"))


def test_is_for_those_who_ask_for_it() -> None:
    assert "strict" in database_log_downloaded.tags
