from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.data.key_disabled_or_deleted import key_disabled_or_deleted
from trailguard.testing import assert_violates, cloudtrail_event

ARN = "arn:aws:kms:us-east-1:111122223333:key/EXAMPLE"
SCHEDULED = cloudtrail_event(
    "kms:ScheduleKeyDeletion", request={"keyId": ARN, "pendingWindowInDays": 7}, response={"keyId": ARN}
)
DISABLED = cloudtrail_event("kms:DisableKey", response={"keyId": ARN})
MATERIAL = cloudtrail_event("kms:DeleteImportedKeyMaterial")


def test_names_the_key() -> None:
    assert key_disabled_or_deleted(SCHEDULED) == [
        Violation(f"user alice called kms:ScheduleKeyDeletion on the key {ARN}", resource=ARN)
    ]
    assert_violates(key_disabled_or_deleted, DISABLED, resource=ARN, severity=Severity.MEDIUM)


def test_material_is_gone_at_once() -> None:
    assert_violates(key_disabled_or_deleted, MATERIAL, severity=Severity.HIGH, resource=None)


def test_calls_of_services() -> None:
    assert_services_do_not_count(key_disabled_or_deleted, cloudtrail_event("kms:ScheduleKeyDeletion"))
