from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.bucket_access_changed import bucket_access_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "amzn-s3-demo-bucket"})


def test_names_who_did_it_to_what() -> None:
    assert bucket_access_changed(SAMPLE) == [
        Violation(
            "user alice called s3:PutBucketAcl on the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("s3:PutBucketAcl")

    assert_violates(
        bucket_access_changed,
        event,
        reason="user alice called s3:PutBucketAcl on the bucket one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(bucket_access_changed, cloudtrail_event("s3:PutBucketAcl", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(bucket_access_changed, cloudtrail_event("s3:PutBucketAcl"))
