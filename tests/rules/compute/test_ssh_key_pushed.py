from trailguard import Violation
from trailguard.rules.compute.ssh_key_pushed import ssh_key_pushed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ec2-instance-connect:SendSSHPublicKey", request={"instanceId": "i-0123EXAMPLE"})


def test_names_who_did_it_to_what() -> None:
    assert ssh_key_pushed(SAMPLE) == [
        Violation(
            "user alice called ec2-instance-connect:SendSSHPublicKey for i-0123EXAMPLE",
            resource="i-0123EXAMPLE",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ec2-instance-connect:SendSSHPublicKey")

    assert_violates(
        ssh_key_pushed,
        event,
        reason="user alice called ec2-instance-connect:SendSSHPublicKey for one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        ssh_key_pushed, cloudtrail_event("ec2-instance-connect:SendSSHPublicKey", error="AccessDenied")
    )
