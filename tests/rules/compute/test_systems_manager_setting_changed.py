import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.systems_manager_setting_changed import systems_manager_setting_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SHARING = "/ssm/documents/console/public-sharing-permission"
HOSTS = (
    "arn:aws:ssm:us-east-1:111122223333:servicesetting"
    "/ssm/managed-instance/default-ec2-instance-management-role"
)
ROLE = "service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole"


def update(setting: object, value: object) -> CloudTrailEvent:
    return cloudtrail_event("ssm:UpdateServiceSetting", request={"settingId": setting, "settingValue": value})


def reset(setting: object) -> CloudTrailEvent:
    return cloudtrail_event("ssm:ResetServiceSetting", request={"settingId": setting})


UNBLOCKED = update(SHARING, "Enable")
RESET = reset(SHARING)
HOST_MANAGEMENT = update(HOSTS, ROLE)
NO_ROLE = update(HOSTS, None)


def test_names_setting_and_role() -> None:
    assert systems_manager_setting_changed(HOST_MANAGEMENT) == [
        Violation(f"user alice let all instances be managed by the role {ROLE} by {HOSTS}", resource=HOSTS)
    ]
    assert_violates(systems_manager_setting_changed, NO_ROLE, resource=HOSTS)


def test_public_documents_are_worse() -> None:
    for event in (UNBLOCKED, RESET):
        assert_violates(
            systems_manager_setting_changed,
            event,
            reason=f"user alice let documents be shared with everybody by {SHARING}",
            severity=Severity.MEDIUM,
        )


@pytest.mark.parametrize(
    "event",
    [
        update(SHARING, "Disable"),
        update("/ssm/parameter-store/high-throughput-enabled", "Enable"),
        update(None, "Enable"),
        reset(HOSTS),
        reset("/ssm/parameter-store/high-throughput-enabled"),
        cloudtrail_event("ssm:UpdateServiceSetting"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(systems_manager_setting_changed, event)
