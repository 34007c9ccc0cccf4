from trailguard import Violation
from trailguard.rules.compute.serial_console_enabled import serial_console_enabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ENABLED = cloudtrail_event("ec2:EnableSerialConsoleAccess", request={"EnableSerialConsoleAccessRequest": ""})
NOWHERE = cloudtrail_event("ec2:EnableSerialConsoleAccess", awsRegion=None)


def test_names_the_region() -> None:
    assert serial_console_enabled(ENABLED) == [
        Violation("user alice enabled the serial consoles of us-east-1", resource="us-east-1")
    ]
    assert_violates(serial_console_enabled, NOWHERE, resource=None)


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        serial_console_enabled,
        cloudtrail_event("ec2:EnableSerialConsoleAccess", error="Client.UnauthorizedOperation"),
    )
