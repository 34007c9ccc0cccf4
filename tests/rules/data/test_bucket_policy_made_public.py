import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.bucket_policy_made_public import bucket_policy_made_public
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
ENCRYPTED = {"Bool": {"aws:SecureTransport": "true"}}


def put(*statements: object, bucket: str | None = "amzn-s3-demo-bucket") -> CloudTrailEvent:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return cloudtrail_event("s3:PutBucketPolicy", request={"bucketName": bucket, "bucketPolicy": policy})


PUBLIC = put({**ANYONE, "Principal": {"Service": "cloudtrail.amazonaws.com"}}, ANYONE)
CONDITIONAL = put({**ANYONE, "Condition": ENCRYPTED})
UNNAMED = put(ANYONE, bucket=None)


def test_names_the_bucket() -> None:
    assert bucket_policy_made_public(PUBLIC) == [
        Violation(
            "user alice lets anyone into the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
            evidence={"statements": [ANYONE]},
        )
    ]
    assert_violates(bucket_policy_made_public, UNNAMED, resource=None)
    assert_violates(
        bucket_policy_made_public,
        CONDITIONAL,
        reason="user alice lets anyone into the bucket amzn-s3-demo-bucket,"
        " and its conditions do not say who",
    )


@pytest.mark.parametrize(
    "statement",
    [
        {**ANYONE, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**ANYONE, "Principal": {"Service": "cloudfront.amazonaws.com"}},
        {**ANYONE, "Principal": {"AWS": "arn:aws:iam::444455556666:root"}},
        {**ANYONE, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}},
        {**ANYONE, "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}},
    ],
)
def test_near_misses(statement: dict[str, object]) -> None:
    assert_complies(bucket_policy_made_public, put(statement))


def test_a_policy_that_is_not_there() -> None:
    assert_complies(bucket_policy_made_public, cloudtrail_event("s3:PutBucketPolicy"))
