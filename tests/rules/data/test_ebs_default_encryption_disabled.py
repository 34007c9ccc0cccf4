from trailguard import Violation
from trailguard.rules.data.ebs_default_encryption_disabled import ebs_default_encryption_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DISABLED = cloudtrail_event(
    "ec2:DisableEbsEncryptionByDefault", request={"DisableEbsEncryptionByDefaultRequest": {}}
)


def test_says_in_which_region() -> None:
    assert ebs_default_encryption_disabled(DISABLED) == [
        Violation(
            "user alice turned off the default encryption of volumes in us-east-1", resource="us-east-1"
        )
    ]
    assert_violates(
        ebs_default_encryption_disabled,
        cloudtrail_event("ec2:DisableEbsEncryptionByDefault", awsRegion=None),
        reason="user alice turned off the default encryption of volumes in a region",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        ebs_default_encryption_disabled,
        cloudtrail_event("ec2:DisableEbsEncryptionByDefault", error="Client.UnauthorizedOperation"),
    )
