from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.bucket_or_safeguard_deleted import bucket_or_safeguard_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "amzn-s3-demo-bucket"})
POLICY = cloudtrail_event("s3:DeleteBucketPolicy", request={"bucketName": "amzn-s3-demo-bucket"})
UNNAMED = cloudtrail_event("s3:DeleteBucketEncryption")


def test_names_the_bucket() -> None:
    assert bucket_or_safeguard_deleted(DELETED) == [
        Violation("user alice deleted the bucket amzn-s3-demo-bucket", resource="amzn-s3-demo-bucket")
    ]
    assert_violates(
        bucket_or_safeguard_deleted,
        POLICY,
        reason="user alice deleted the policy of the bucket amzn-s3-demo-bucket",
    )
    assert_violates(
        bucket_or_safeguard_deleted,
        UNNAMED,
        reason="user alice deleted the encryption of the bucket (not named)",
    )


def test_every_call_has_words() -> None:
    for action in bucket_or_safeguard_deleted.matches()[0].on:
        assert_violates(bucket_or_safeguard_deleted, cloudtrail_event(action))


def test_calls_of_services() -> None:
    assert_services_do_not_count(bucket_or_safeguard_deleted, cloudtrail_event("s3:DeleteBucket"))


def test_a_bucket_that_is_not_empty_is_not_deleted() -> None:
    assert_complies(bucket_or_safeguard_deleted, cloudtrail_event("s3:DeleteBucket", error="BucketNotEmpty"))
