from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.public_access_block_weakened import public_access_block_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ON = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def put(what: str, **shields: object) -> CloudTrailEvent:
    request = {
        "publicAccessBlock": "",
        "bucketName": "amzn-s3-demo-bucket",
        "PublicAccessBlockConfiguration": {
            "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/",
            **ON,
            **shields,
        },
    }
    return cloudtrail_event(f"s3:Put{what}PublicAccessBlock", request=request)


DELETED = cloudtrail_event("s3:DeleteBucketPublicAccessBlock", request={"bucketName": "amzn-s3-demo-bucket"})
WEAKENED = put("Bucket", BlockPublicPolicy=False)
OF_ACCOUNT = put("Account", BlockPublicAcls="false")
UNNAMED = cloudtrail_event("s3:PutBucketPublicAccessBlock")


def test_names_the_bucket() -> None:
    assert_violates(
        public_access_block_weakened,
        DELETED,
        reason="user alice deleted the block of public access of the bucket amzn-s3-demo-bucket",
        severity=Severity.MEDIUM,
    )
    assert public_access_block_weakened(WEAKENED) == [
        Violation(
            "user alice weakened the block of public access of the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
            evidence={"off": ["BlockPublicPolicy"]},
        )
    ]
    assert_violates(public_access_block_weakened, UNNAMED, resource=None)


def test_that_of_the_account_is_worse() -> None:
    assert_violates(
        public_access_block_weakened,
        OF_ACCOUNT,
        reason="user alice weakened the block of public access of the account 111122223333",
        severity=Severity.HIGH,
        resource="111122223333",
    )


def test_a_block_that_is_set() -> None:
    assert_complies(public_access_block_weakened, put("Bucket"))
    assert_complies(public_access_block_weakened, put("Account", BlockPublicAcls="true"))
