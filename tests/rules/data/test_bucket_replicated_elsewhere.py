import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.bucket_replicated_elsewhere import bucket_replicated_elsewhere
from trailguard.testing import assert_complies, cloudtrail_event

ELSEWHERE = {"Bucket": "arn:aws:s3:::amzn-s3-demo-copy", "Account": "444455556666"}


def put(*destinations: object, bucket: str | None = "amzn-s3-demo-bucket") -> CloudTrailEvent:
    rules = [{"ID": str(n), "Status": "Enabled", "Destination": one} for n, one in enumerate(destinations)]
    configuration = {"Role": "arn", "Rule": rules if len(rules) > 1 else rules[0]}
    return cloudtrail_event(
        "s3:PutBucketReplication", request={"bucketName": bucket, "ReplicationConfiguration": configuration}
    )


ONE = put(ELSEWHERE)
SECOND = put({"Bucket": "arn:aws:s3:::amzn-s3-demo-own"}, ELSEWHERE, bucket=None)


def test_names_bucket_and_account() -> None:
    assert bucket_replicated_elsewhere(ONE) == [
        Violation(
            "user alice has the bucket amzn-s3-demo-bucket copied to the account 444455556666",
            resource="amzn-s3-demo-bucket",
            evidence={"account": "444455556666", "destination": "arn:aws:s3:::amzn-s3-demo-copy"},
        )
    ]
    assert len(bucket_replicated_elsewhere(SECOND)) == 1


@pytest.mark.parametrize(
    "event",
    [
        put({"Bucket": "arn:aws:s3:::amzn-s3-demo-own"}),
        put({**ELSEWHERE, "Account": "111122223333"}),
        put({**ELSEWHERE, "Account": "111122223333"}, {"Bucket": "arn:aws:s3:::amzn-s3-demo-own"}),
        cloudtrail_event("s3:PutBucketReplication"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(bucket_replicated_elsewhere, event)


def test_accounts_that_are_trusted() -> None:
    assert_complies(bucket_replicated_elsewhere, ONE, params={"trusted_accounts": ["444455556666"]})
