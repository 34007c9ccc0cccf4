from trailguard import CloudTrailEvent, Violation
from trailguard.rules.logging.bucket_logging_disabled import bucket_logging_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def put(status: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "s3:PutBucketLogging",
        request={"bucketName": "amzn-s3-demo-bucket", "logging": "", "BucketLoggingStatus": status},
    )


OFF = put({"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/"})
EMPTY = put("")


def test_names_the_bucket() -> None:
    assert bucket_logging_disabled(OFF) == [
        Violation(
            "user alice turned off the access logs of the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
        )
    ]
    assert_violates(bucket_logging_disabled, EMPTY)
    assert_violates(
        bucket_logging_disabled,
        cloudtrail_event("s3:PutBucketLogging"),
        reason="user alice turned off the access logs of the bucket (not named)",
    )


def test_logs_that_are_turned_on() -> None:
    on = {"LoggingEnabled": {"TargetBucket": "amzn-s3-demo-logs", "TargetPrefix": "x/"}}

    assert_complies(bucket_logging_disabled, put(on))
