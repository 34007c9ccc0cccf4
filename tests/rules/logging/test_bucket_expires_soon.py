import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.logging.bucket_expires_soon import Params, bucket_expires_soon
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

RULE = {"Status": "Enabled", "Filter": {"Prefix": "*"}, "Expiration": {"Days": 1}, "ID": "after-1-day"}


def put(rule: object, bucket: str | None = "org-trail") -> CloudTrailEvent:
    return cloudtrail_event(
        "s3:PutBucketLifecycle",
        request={
            "lifecycle": "",
            "bucketName": bucket,
            "LifecycleConfiguration": {"xmlns": "", "Rule": rule},
        },
    )


OF_A_TRAIL = put(RULE)
OF_ANOTHER = put([{**RULE, "Expiration": {"Days": 30}}, {**RULE, "Expiration": {"Days": "3"}}], "uploads")


def test_the_name_says_how_bad_it_is() -> None:
    assert bucket_expires_soon(OF_A_TRAIL) == [
        Violation(
            "user alice had objects of the bucket org-trail deleted after 1 days",
            resource="org-trail",
            severity=Severity.HIGH,
        )
    ]
    assert_violates(
        bucket_expires_soon,
        OF_ANOTHER,
        reason="user alice had objects of the bucket uploads deleted after 3 days",
        severity=Severity.LOW,
    )
    assert_violates(bucket_expires_soon, put(RULE, None), severity=Severity.LOW)


@pytest.mark.parametrize(
    "rule",
    [
        {**RULE, "Expiration": {"Days": 30}},
        {**RULE, "Status": "Disabled"},
        [{**RULE, "Status": "Disabled"}],
        [{**RULE, "Expiration": {"Days": "30"}}],
        {**RULE, "Expiration": {"Date": "2030-01-01T00:00:00Z"}},
        {**RULE, "Expiration": {"Days": "soon"}},
        {**RULE, "Expiration": {"Days": True}},
        {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        {"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        None,
    ],
)
def test_near_misses(rule: object) -> None:
    assert_complies(bucket_expires_soon, put(rule))


def test_days_and_names_are_parameters() -> None:
    assert bucket_expires_soon(put({**RULE, "Expiration": {"Days": 30}}), Params(days=30))
    (violation,) = bucket_expires_soon(OF_A_TRAIL, Params(log_names=()))
    assert violation.severity is None
