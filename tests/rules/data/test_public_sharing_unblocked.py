import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.public_sharing_unblocked import public_sharing_unblocked
from trailguard.testing import assert_complies, cloudtrail_event

SNAPSHOTS = cloudtrail_event(
    "ec2:DisableSnapshotBlockPublicAccess", request={"DisableSnapshotBlockPublicAccessRequest": {}}
)
IMAGES = cloudtrail_event("ec2:DisableImageBlockPublicAccess", region="eu-west-1")


@pytest.mark.parametrize(
    ("event", "things", "region"),
    [(SNAPSHOTS, "snapshots", "us-east-1"), (IMAGES, "machine images", "eu-west-1")],
)
def test_says_what_may_be_made_public_where(event: CloudTrailEvent, things: str, region: str) -> None:
    assert public_sharing_unblocked(event) == [
        Violation(f"user alice allowed {things} of {region} to be made public", resource=region)
    ]
    assert public_sharing_unblocked.severity is Severity.HIGH


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        public_sharing_unblocked,
        cloudtrail_event("ec2:DisableSnapshotBlockPublicAccess", error="Client.UnauthorizedOperation"),
    )
