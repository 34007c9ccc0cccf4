from trailguard import Violation
from trailguard.rules.logging.event_data_store_deleted import event_data_store_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ARN = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE"
DELETED = cloudtrail_event("cloudtrail:DeleteEventDataStore", request={"eventDataStore": ARN})
CHANNEL = cloudtrail_event("cloudtrail:DeleteChannel", request={"channel": "partner"})


def test_names_what_is_gone() -> None:
    assert event_data_store_deleted(DELETED) == [
        Violation(f"user alice called cloudtrail:DeleteEventDataStore on {ARN}", resource=ARN)
    ]
    assert_violates(event_data_store_deleted, CHANNEL, resource="partner")
    assert_violates(
        event_data_store_deleted,
        cloudtrail_event("cloudtrail:StopEventDataStoreIngestion"),
        reason="user alice called cloudtrail:StopEventDataStoreIngestion on a store that is not named",
    )


def test_a_denied_call_deleted_nothing() -> None:
    assert_complies(
        event_data_store_deleted, cloudtrail_event("cloudtrail:DeleteEventDataStore", error="AccessDenied")
    )
