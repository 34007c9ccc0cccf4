import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.image_exported import image_exported
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

STORED = cloudtrail_event(
    "ec2:CreateStoreImageTask",
    request={"CreateStoreImageTaskRequest": {"ImageId": "ami-0a1bEXAMPLE", "Bucket": "loot"}},
)
EXPORTED = cloudtrail_event(
    "ec2:ExportImage", request={"imageId": "ami-0a1bEXAMPLE", "s3ExportLocation": {"s3Bucket": "loot"}}
)
INSTANCE = cloudtrail_event(
    "ec2:CreateInstanceExportTask",
    request={"instanceId": "i-0a1bEXAMPLE", "exportToS3": {"diskImageFormat": "vmdk", "s3Bucket": "loot"}},
)


@pytest.mark.parametrize(
    ("event", "named"),
    [(STORED, "ami-0a1bEXAMPLE"), (EXPORTED, "ami-0a1bEXAMPLE"), (INSTANCE, "i-0a1bEXAMPLE")],
)
def test_says_what_went_where(event: CloudTrailEvent, named: str) -> None:
    assert image_exported(event) == [
        Violation(
            f"user alice exported {named} to the bucket loot", resource=named, evidence={"bucket": "loot"}
        )
    ]


def test_neither_may_be_said() -> None:
    assert_violates(
        image_exported,
        cloudtrail_event("ec2:ExportImage"),
        reason="user alice exported an image to the bucket (not named)",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(image_exported, cloudtrail_event("ec2:ExportImage", error="Client.DryRunOperation"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(image_exported, cloudtrail_event("ec2:ExportImage"))
