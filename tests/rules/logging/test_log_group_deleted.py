import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.logging.log_group_deleted import Params, log_group_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def called(action: str, name: str | None = "/aws/lambda/shop", **more: object) -> CloudTrailEvent:
    return cloudtrail_event(f"logs:{action}", request={"logGroupName": name, **more})


DELETED = called("DeleteLogGroup")
TRAIL = called("DeleteLogGroup", "aws-CloudTrail-logs")
STREAM = called("DeleteLogStream", "/vpc/flow-logs", logStreamName="eni-1")
SHORTENED = called("PutRetentionPolicy", "org-audit", retentionInDays=1)


def test_the_name_says_how_bad_it_is() -> None:
    assert log_group_deleted(DELETED) == [
        Violation("user alice deleted the log group /aws/lambda/shop", resource="/aws/lambda/shop")
    ]
    assert_violates(
        log_group_deleted,
        TRAIL,
        reason="user alice deleted the log group aws-CloudTrail-logs",
        severity=Severity.HIGH,
    )
    assert_violates(
        log_group_deleted,
        called("DeleteLogGroup", None),
        reason="user alice deleted the log group (not named)",
    )


def test_streams_and_times_of_audit_logs() -> None:
    assert_violates(
        log_group_deleted, STREAM, reason="user alice deleted a stream of the log group /vpc/flow-logs"
    )
    assert_violates(
        log_group_deleted,
        SHORTENED,
        reason="user alice had what is in the log group org-audit kept for 1 days only",
    )


@pytest.mark.parametrize(
    "event",
    [
        called("DeleteLogStream"),
        called("PutRetentionPolicy", retentionInDays=1),
        called("PutRetentionPolicy", "org-audit", retentionInDays=30),
        called("PutRetentionPolicy", "org-audit"),
        cloudtrail_event("logs:DeleteLogGroup", error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(log_group_deleted, event)


def test_calls_of_services() -> None:
    assert_services_do_not_count(log_group_deleted, DELETED)


def test_names_and_days_are_parameters() -> None:
    params = Params(audit_names=("shop",), short_retention_days=30)

    assert log_group_deleted(called("PutRetentionPolicy", retentionInDays=30), params)
    assert log_group_deleted(called("DeleteLogStream"), params)
