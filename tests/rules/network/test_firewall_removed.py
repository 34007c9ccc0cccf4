import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.firewall_removed import firewall_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("wafv2:DeleteWebACL", request={"resourceArn": "edge"})


def test_names_who_did_it_to_what() -> None:
    assert firewall_removed(SAMPLE) == [
        Violation("user alice called wafv2:DeleteWebACL on edge", resource="edge")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("wafv2:DeleteWebACL")

    assert_violates(
        firewall_removed,
        event,
        reason="user alice called wafv2:DeleteWebACL on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(firewall_removed, cloudtrail_event("wafv2:DeleteWebACL", error="AccessDenied"))


@pytest.mark.parametrize(
    "key",
    [
        "name",
        "webACLId",
        "firewallName",
        "firewallArn",
        "firewallPolicyName",
        "ruleGroupName",
        "protectionId",
        "firewallRuleGroupAssociationId",
        "firewallRuleGroupId",
    ],
)
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        firewall_removed, cloudtrail_event("wafv2:DeleteWebACL", request={key: "edge"}), resource="edge"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(firewall_removed, cloudtrail_event("wafv2:DeleteWebACL"))
