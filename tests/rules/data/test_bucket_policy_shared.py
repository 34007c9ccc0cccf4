import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.bucket_policy_shared import bucket_policy_shared
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def put(
    principal: object, *, effect: str = "Allow", bucket: str | None = "amzn-s3-demo-bucket"
) -> CloudTrailEvent:
    policy = {"Statement": [{"Effect": effect, "Principal": principal, "Action": "s3:GetObject"}]}
    return cloudtrail_event("s3:PutBucketPolicy", request={"bucketName": bucket, "bucketPolicy": policy})


SHARED = put({"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::127311923021:root"]})
UNNAMED = put({"AWS": "444455556666"}, bucket=None)


def test_names_account_and_bucket() -> None:
    assert bucket_policy_shared(SHARED) == [
        Violation(
            "user alice lets the account 444455556666 into the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
            evidence={"accounts": ["444455556666"]},
        )
    ]
    assert_violates(bucket_policy_shared, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "event",
    [
        put({"AWS": "arn:aws:iam::111122223333:role/Reader"}),
        put({"AWS": "arn:aws:iam::127311923021:root"}),
        put({"Service": "cloudtrail.amazonaws.com"}),
        put({"AWS": "444455556666"}, effect="Deny"),
        cloudtrail_event("s3:PutBucketPolicy"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(bucket_policy_shared, event)


def test_accounts_that_are_trusted() -> None:
    assert_complies(bucket_policy_shared, SHARED, params={"trusted_accounts": ["444455556666"]})
