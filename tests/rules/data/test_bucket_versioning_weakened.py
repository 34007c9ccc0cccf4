import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.bucket_versioning_weakened import bucket_versioning_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def put(configuration: object, bucket: str | None = "amzn-s3-demo-bucket") -> CloudTrailEvent:
    request = {"bucketName": bucket, "versioning": "", "VersioningConfiguration": configuration}
    return cloudtrail_event("s3:PutBucketVersioning", request=request)


SUSPENDED = put({"Status": "Suspended", "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/"})
WITHOUT_MFA = put({"Status": "Enabled", "MfaDelete": "Disabled"}, None)


def test_names_the_bucket() -> None:
    assert bucket_versioning_weakened(SUSPENDED) == [
        Violation(
            "user alice switched off versioning in the bucket amzn-s3-demo-bucket",
            resource="amzn-s3-demo-bucket",
        )
    ]
    assert_violates(
        bucket_versioning_weakened,
        WITHOUT_MFA,
        reason="user alice switched off MFA for deleting in the bucket (not named)",
    )


@pytest.mark.parametrize("configuration", [{"Status": "Enabled"}, {"MfaDelete": "Enabled"}, "", None])
def test_near_misses(configuration: object) -> None:
    assert_complies(bucket_versioning_weakened, put(configuration))
