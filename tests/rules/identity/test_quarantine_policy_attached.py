import pytest

from trailguard import Violation
from trailguard.rules.identity.quarantine_policy_attached import quarantine_policy_attached
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

POLICY = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
ATTACHED = cloudtrail_event("iam:AttachUserPolicy", request={"userName": "bob", "policyArn": POLICY})
INLINE = cloudtrail_event("iam:PutUserPolicy", request={"policyName": "AWSCompromisedKeyQuarantine"})


def test_names_the_user() -> None:
    assert quarantine_policy_attached(ATTACHED) == [
        Violation("user alice put bob into quarantine: AWS found a key in public", resource="bob")
    ]
    assert_violates(quarantine_policy_attached, INLINE, resource=None)


@pytest.mark.parametrize("policy", ["arn:aws:iam::aws:policy/ReadOnlyAccess", None, 7])
def test_other_policies(policy: object) -> None:
    event = cloudtrail_event("iam:AttachUserPolicy", request={"userName": "bob", "policyArn": policy})

    assert_complies(quarantine_policy_attached, event)
