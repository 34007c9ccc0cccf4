import pytest
from trailguard.testing import (
    SampleEvent,
    SampleItem,
    assert_complies,
    assert_violates,
    cloudtrail_event,
    configuration_item,
)

from acme_rules.bucket_versioning import (
    bucket_keeps_no_versions,
    bucket_versioning_suspended,
)

CALL = "s3:PutBucketVersioning"


def call(status: str, bucket: str = "acme-orders") -> SampleEvent:
    request = {"bucketName": bucket, "VersioningConfiguration": {"Status": status}}
    return cloudtrail_event(CALL, request=request)


def bucket(status: str, name: str = "acme-orders") -> SampleItem:
    return configuration_item(
        "AWS::S3::Bucket",
        {"name": name},
        supplementary={"BucketVersioningConfiguration": {"status": status}},
        resource_id=name,
    )


def test_a_call_that_suspends_versioning() -> None:
    assert_violates(
        bucket_versioning_suspended,
        call("Suspended"),
        reason="acme-orders keeps no versions: its versioning is Suspended",
        severity="medium",
        resource="acme-orders",
    )


@pytest.mark.parametrize("status", ["Off", "Suspended"])
def test_a_bucket_without_versions(status: str) -> None:
    assert_violates(
        bucket_keeps_no_versions,
        bucket(status),
        reason=f"acme-orders keeps no versions: its versioning is {status}",
        severity="medium",
        resource="acme-orders",
    )


def test_a_call_that_names_no_bucket_is_told_all_the_same() -> None:
    request = {"VersioningConfiguration": {"Status": "Suspended"}}

    assert_violates(
        bucket_versioning_suspended,
        cloudtrail_event(CALL, request=request),
        reason="a bucket keeps no versions: its versioning is Suspended",
    )


@pytest.mark.parametrize(
    "event",
    [
        call("Enabled"),
        call("Suspended", "acme-scratch-1"),
        cloudtrail_event(CALL, request={"bucketName": "acme-orders"}),
        cloudtrail_event(CALL, error="AccessDenied"),
    ],
    ids=["enabled", "exempt", "no status", "denied"],
)
def test_near_misses_of_calls(event: SampleEvent) -> None:
    assert_complies(bucket_versioning_suspended, event)


@pytest.mark.parametrize(
    "item",
    [
        bucket("Enabled"),
        bucket("Off", "acme-logs-2026"),
        configuration_item("AWS::S3::Bucket"),
    ],
    ids=["enabled", "exempt", "not said"],
)
def test_near_misses_of_buckets(item: SampleItem) -> None:
    assert_complies(bucket_keeps_no_versions, item)


def test_exempt_buckets_are_settings() -> None:
    params = {"exempt_prefixes": ["acme-ord"]}

    assert_complies(bucket_versioning_suspended, call("Suspended"), params=params)
    assert_complies(bucket_keeps_no_versions, bucket("Off"), params=params)
    assert_violates(
        bucket_keeps_no_versions, bucket("Off", "acme-logs-2026"), params=params
    )
