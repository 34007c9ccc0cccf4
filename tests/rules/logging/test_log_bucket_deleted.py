from trailguard import Violation
from trailguard.rules.logging.log_bucket_deleted import Params, log_bucket_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

BUCKET = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "org-CloudTrail-logs"})
POLICY = cloudtrail_event("s3:DeleteBucketPolicy", request={"bucketName": "my-trail"})


def test_names_what_is_gone() -> None:
    assert log_bucket_deleted(BUCKET) == [
        Violation("user alice deleted the bucket org-CloudTrail-logs", resource="org-CloudTrail-logs")
    ]
    assert_violates(log_bucket_deleted, POLICY, reason="user alice deleted the policy of the bucket my-trail")


def test_other_buckets() -> None:
    assert_complies(
        log_bucket_deleted, cloudtrail_event("s3:DeleteBucket", request={"bucketName": "uploads"})
    )
    assert_complies(log_bucket_deleted, cloudtrail_event("s3:DeleteBucket"))


def test_names_are_a_parameter() -> None:
    assert log_bucket_deleted(BUCKET, Params(audit_names=("records",))) == []


def test_a_bucket_that_is_not_empty_is_not_deleted() -> None:
    assert_complies(log_bucket_deleted, cloudtrail_event("s3:DeleteBucket", error="BucketNotEmpty"))
