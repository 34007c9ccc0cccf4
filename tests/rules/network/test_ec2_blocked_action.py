from pathlib import Path

import pytest

from trailguard import Match, Violation
from trailguard.match import Facts, Router
from trailguard.rules.network._blocked_actions import BLOCKED_ACTIONS
from trailguard.rules.network.ec2_blocked_action import Params, ec2_blocked_action
from trailguard.testing import assert_complies, cloudtrail_event

LIST = Path(__file__).parents[3] / ".." / "shared" / "blocked-ec2-actions.txt"
DELETE_VPC = cloudtrail_event("ec2:DeleteVpc", request={"vpcId": "vpc-1a2b3c4d"}, response={"_return": True})


def admitted(event_name: str, facts: Facts, params: Params | None = None) -> bool:
    """Tell whether the rule is asked about such a call."""
    router = Router((match, None) for match in ec2_blocked_action.matches(params))
    return any(match.admits(facts) for match, _ in router.find("ec2.amazonaws.com", event_name))


@pytest.mark.parametrize("action", BLOCKED_ACTIONS)
def test_one_violation_for_each_call_of_a_blocked_action(action: str) -> None:
    """A call that was denied changed nothing, and is not reported."""
    name = action.removeprefix("ec2:")

    assert admitted(name, Facts())
    assert not admitted(name, Facts(succeeded=False, error="Client.UnauthorizedOperation"))
    assert ec2_blocked_action(cloudtrail_event(action)) == [
        Violation(f"user alice called {action}, which is blocked")
    ]


def test_names_the_resource() -> None:
    assert ec2_blocked_action(DELETE_VPC) == [
        Violation(
            "user alice called ec2:DeleteVpc on vpc-1a2b3c4d, which is blocked", resource="vpc-1a2b3c4d"
        )
    ]


def test_a_call_that_was_refused_is_a_near_miss() -> None:
    assert_complies(
        ec2_blocked_action,
        cloudtrail_event(
            "ec2:DeleteVpc", request={"vpcId": "vpc-1a2b3c4d"}, error="Client.UnauthorizedOperation"
        ),
    )


@pytest.mark.parametrize("event_name", ["DescribeVpcs", "RunInstances", "DeleteVpcs", "deletevpc"])
def test_other_actions_are_not_asked_about(event_name: str) -> None:
    assert not admitted(event_name, Facts())


def test_listens_to_exactly_the_actions_of_the_settings() -> None:
    params = Params(actions=("ec2:TerminateInstances", "ec2:Stop*"))

    assert ec2_blocked_action.matches(params) == (Match("ec2:TerminateInstances", "ec2:Stop*"),)
    assert admitted("StopInstances", Facts(), params)
    assert not admitted("DeleteVpc", Facts(), params)


def test_the_list_has_136_actions() -> None:
    assert len(BLOCKED_ACTIONS) == len(set(BLOCKED_ACTIONS)) == 136


@pytest.mark.skipif(not LIST.is_file(), reason="the list this project grew from is not beside the checkout")
def test_the_list_is_verbatim() -> None:
    lines = LIST.read_text(encoding="utf-8").splitlines()

    assert list(BLOCKED_ACTIONS) == [line for line in lines if line and not line.startswith("#")]
