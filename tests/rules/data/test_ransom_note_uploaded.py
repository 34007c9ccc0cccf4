import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.ransom_note_uploaded import Params, ransom_note_uploaded
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def put(key: object, bucket: str | None = "amzn-s3-demo-bucket") -> CloudTrailEvent:
    return cloudtrail_event("s3:PutObject", request={"bucketName": bucket, "key": key})


NOTE = put("data/HOW_TO_DECRYPT.txt")
UNNAMED = put("FILES-DELETED.txt", None)


def test_names_the_object() -> None:
    name = "amzn-s3-demo-bucket/data/HOW_TO_DECRYPT.txt"

    assert ransom_note_uploaded(NOTE) == [Violation(f"user alice uploaded {name}", resource=name)]
    assert_violates(ransom_note_uploaded, UNNAMED, resource="FILES-DELETED.txt")


@pytest.mark.parametrize("key", ["readme.txt", "ransom/a.csv", None])
def test_other_names(key: object) -> None:
    assert_complies(ransom_note_uploaded, put(key))


def test_names_are_a_parameter() -> None:
    assert ransom_note_uploaded(put("pay.txt"), Params(names=("pay",)))
