from trailguard import Severity, Violation
from trailguard.rules.compute.ssh_key_pushed import ssh_key_pushed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

PUSHED = cloudtrail_event(
    "ec2-instance-connect:SendSSHPublicKey",
    request={"instanceId": "i-0123EXAMPLE", "instanceOSUser": "ec2-user", "sSHPublicKey": "ssh-ed25519 AAAA"},
)
SERIAL = cloudtrail_event(
    "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
    request={"instanceId": "i-0123EXAMPLE", "serialPort": 0},
)
UNNAMED = cloudtrail_event("ec2-instance-connect:SendSSHPublicKey")


def test_names_instance_and_user() -> None:
    assert ssh_key_pushed(PUSHED) == [
        Violation(
            "user alice pushed an SSH key to i-0123EXAMPLE",
            resource="i-0123EXAMPLE",
            evidence={"user": "ec2-user"},
        )
    ]
    assert_violates(
        ssh_key_pushed,
        UNNAMED,
        reason="user alice pushed an SSH key to an instance that is not named",
        resource=None,
        severity=Severity.LOW,
    )


def test_the_serial_console_is_worse() -> None:
    assert_violates(
        ssh_key_pushed,
        SERIAL,
        reason="user alice pushed an SSH key to the serial console of i-0123EXAMPLE",
        severity=Severity.MEDIUM,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        ssh_key_pushed, cloudtrail_event("ec2-instance-connect:SendSSHPublicKey", error="AccessDenied")
    )
