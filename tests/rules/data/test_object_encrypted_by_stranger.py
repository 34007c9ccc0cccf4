import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.object_encrypted_by_stranger import object_encrypted_by_stranger
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def put(more: dict[str, object], **fields: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "s3:PutObject", request={"bucketName": "amzn-s3-demo-bucket", "key": "a.csv", **more}, **fields
    )


CUSTOMER = put({"x-amz-server-side-encryption-customer-algorithm": "AES256"})
APPLIED = put({}, additionalEventData={"SSEApplied": "SSE_C"})
KMS = "x-amz-server-side-encryption-aws-kms-key-id"
OF_ANOTHER = put({KMS: "arn:aws:kms:us-east-1:444455556666:key/EXAMPLE", "key": None})


def test_names_the_object() -> None:
    assert object_encrypted_by_stranger(CUSTOMER) == [
        Violation(
            "user alice encrypted the object amzn-s3-demo-bucket/a.csv with a key that S3 does not keep",
            resource="amzn-s3-demo-bucket/a.csv",
        )
    ]
    assert_violates(object_encrypted_by_stranger, APPLIED)
    assert_violates(
        object_encrypted_by_stranger,
        OF_ANOTHER,
        reason="user alice encrypted the object amzn-s3-demo-bucket with a key of the account 444455556666",
    )


@pytest.mark.parametrize(
    "more",
    [{}, {KMS: "arn:aws:kms:us-east-1:111122223333:key/EXAMPLE"}, {KMS: "alias/own"}, {KMS: "1234abcd"}],
)
def test_near_misses(more: dict[str, object]) -> None:
    assert_complies(object_encrypted_by_stranger, put(more, additionalEventData={"SSEApplied": "SSE_KMS"}))
