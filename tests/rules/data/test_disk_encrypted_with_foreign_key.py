import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.disk_encrypted_with_foreign_key import disk_encrypted_with_foreign_key
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OTHER = "444455556666"
KEY = f"arn:aws:kms:us-east-1:{OTHER}:key/1EXAMPLE"
REQUEST = {"kmsKeyId": KEY}

DEFAULT = cloudtrail_event(
    "ec2:ModifyEbsDefaultKmsKeyId", request={"ModifyEbsDefaultKmsKeyIdRequest": {"KmsKeyId": KEY}}
)
COPIED = cloudtrail_event(
    "ec2:CopySnapshot", request={"sourceSnapshotId": "snap-0a1bEXAMPLE", "kmsKeyId": KEY}
)
DATABASE = cloudtrail_event(
    "rds:CopyDBSnapshot", request={"sourceDBSnapshotIdentifier": "orders", "kmsKeyId": KEY}
)


@pytest.mark.parametrize(
    ("event", "named"), [(DEFAULT, None), (COPIED, "snap-0a1bEXAMPLE"), (DATABASE, "orders")]
)
def test_says_whose_key(event: CloudTrailEvent, named: str | None) -> None:
    assert disk_encrypted_with_foreign_key(event) == [
        Violation(
            f"user alice encrypted {named or 'disks'} with a key of {OTHER} by {event.action}",
            resource=named,
            evidence={"key": KEY},
        )
    ]


def test_trusted_accounts_may_have_the_key() -> None:
    assert_violates(disk_encrypted_with_foreign_key, COPIED)
    assert_complies(disk_encrypted_with_foreign_key, COPIED, params={"trusted_accounts": [OTHER]})


@pytest.mark.parametrize(
    "key", [KEY.replace(OTHER, "111122223333"), "1EXAMPLE", "alias/disks", "", None, [KEY]]
)
def test_keys_of_the_account_itself_are_fine(key: object) -> None:
    assert_complies(
        disk_encrypted_with_foreign_key, cloudtrail_event("ec2:CreateVolume", request={"kmsKeyId": key})
    )
    assert_complies(
        disk_encrypted_with_foreign_key,
        cloudtrail_event(
            "ec2:ModifyEbsDefaultKmsKeyId", request={"ModifyEbsDefaultKmsKeyIdRequest": {"KmsKeyId": key}}
        ),
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("ec2:CreateVolume"),
        cloudtrail_event("ec2:CreateVolume", request=REQUEST, error="Client.UnauthorizedOperation"),
        cloudtrail_event("ec2:CreateVolume", request=DEFAULT.request_parameters),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(disk_encrypted_with_foreign_key, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        disk_encrypted_with_foreign_key, cloudtrail_event("ec2:CreateVolume", request=REQUEST)
    )
