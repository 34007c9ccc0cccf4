from __future__ import annotations

import json
from typing import Any

import pytest
from event_patterns import lets_through, problems
from generated import eventbridge_event
from listening import of_items, record, to_calls, to_items, to_schedule

from trailguard import Match
from trailguard.errors import FilterError
from trailguard.filters.eventbridge import MAX_CHARACTERS, event_patterns, item_patterns

TOO_LONG = "A" * MAX_CHARACTERS
FAILED_SIGN_IN = {
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "responseElements": {"ConsoleLogin": "Failure"},
}


def comes_through(patterns: list[dict[str, Any]], event: dict[str, Any]) -> bool:
    return any(lets_through(pattern, event) for pattern in patterns)


@pytest.mark.parametrize(
    ("on", "hit", "near_miss"),
    [
        (Match("ec2:RunInstances"), record("ec2:RunInstances"), record("ec2:RunInstance")),
        (Match("ec2:RunInstances"), record("ec2:RunInstances", errorCode=None), record("ecs:RunInstances")),
        (Match("ec2:Run*"), record("ec2:RunInstances"), record("ec2:StopInstances")),
        (Match("ec2:*Instances"), record("ec2:StopInstances"), record("ec2:StopInstance")),
        (Match("ec2:*In?tances"), record("ec2:StopInstances"), record("ec2:StopTask")),
        (Match("e?2:Run*"), record("ec2:RunInstances"), record("s3:RunInstances")),
        (Match("*:RunInstances"), record("ec2:RunInstances"), record("ec2:StopInstances")),
        (Match("*:*"), record("ec2:RunInstances"), record("ec2:RunInstances", errorCode="AccessDenied")),
        (Match("lambda:Invoke"), record("lambda:Invoke20150331v2"), record("lambda:InvokeAsync")),
        (Match("ec2:Run", "iam:Get"), record("iam:Get"), record("iam:Run")),
        (
            Match("ec2:*", outcome="failure"),
            record("ec2:RunInstances", errorCode="AccessDenied"),
            record("ec2:RunInstances"),
        ),
        (
            Match("ec2:*", error="Acc*"),
            record("ec2:A", errorCode="AccessDenied"),
            record("ec2:A", errorCode="X"),
        ),
        (Match("ec2:*", error="a\\*z"), record("ec2:A", errorCode="a\\yz"), record("ec2:A", errorCode="ayz")),
        (Match("ec2:*", identity="IAMUser"), record("ec2:A"), record("ec2:A", userIdentity={"type": "Root"})),
        (Match("ec2:*", read_only=True), record("ec2:A", readOnly=True), record("ec2:A", readOnly=False)),
        (Match("ec2:*", read_only=False), record("ec2:A", readOnly="false"), record("ec2:A")),
        (Match("signin:*", outcome="failure"), FAILED_SIGN_IN, FAILED_SIGN_IN | {"responseElements": None}),
    ],
)
def test_calls_come_through(on: Match, hit: dict[str, Any], near_miss: dict[str, Any]) -> None:
    patterns = event_patterns(to_calls(on))

    assert comes_through(patterns, eventbridge_event(hit))
    assert not comes_through(patterns, eventbridge_event(near_miss))
    assert not comes_through(patterns, eventbridge_event(hit, "EC2 Instance State-change Notification"))
    assert [problems(pattern) for pattern in patterns if problems(pattern)] == []


def test_everything_is_one_short_pattern() -> None:
    everything = [{"detail-type": [{"suffix": " via CloudTrail"}]}]

    assert event_patterns(to_calls(Match("*:*", outcome="any"), "ec2:RunInstances")) == everything


def test_services_of_one_condition_share_a_pattern() -> None:
    assert len(event_patterns(to_calls("ec2:Run*", "iam:*", "kms:Encrypt"))) == 1
    assert len(event_patterns(to_calls("ec2:Run*", Match("iam:*", outcome="any")))) == 2


@pytest.mark.parametrize(
    "on",
    [
        [f"ec2:Create{n:04}Something" for n in range(1000)],
        [f"service{n}:Create{name}" for n in range(80) for name in range(8)],
    ],
    ids=["one service", "80 services"],
)
def test_as_many_patterns_as_their_size_needs(on: list[str]) -> None:
    patterns = event_patterns(to_calls(*on))
    sizes = [len(json.dumps(pattern, separators=(",", ":"))) for pattern in patterns]

    assert max(sizes) <= MAX_CHARACTERS
    assert min(sizes[:-1]) > MAX_CHARACTERS - 200
    assert [problems(pattern) for pattern in patterns if problems(pattern)] == []
    assert all(comes_through(patterns, eventbridge_event(record(action))) for action in on[::50])
    assert not comes_through(patterns, eventbridge_event(record("ec2:Create")))


def test_long_lists_of_conditions_are_left_out() -> None:
    """The patterns stay within their size and let through more; but still only what failed."""
    many = [f"Something{n}" for n in range(300)]
    patterns = event_patterns(to_calls(Match("ec2:*", error=many, identity=many, read_only=True)))

    assert [problems(pattern) for pattern in patterns if problems(pattern)] == []
    assert comes_through(
        patterns, eventbridge_event(record("ec2:A", errorCode="Something299", readOnly=True))
    )
    assert comes_through(
        patterns, eventbridge_event(record("ec2:A", errorCode="AccessDenied", readOnly=True))
    )
    assert not comes_through(patterns, eventbridge_event(record("ec2:A", readOnly=True)))


@pytest.mark.parametrize("item", ["configurationItem", "configurationItemSummary"])
@pytest.mark.parametrize(
    ("pattern", "hit", "near_miss"),
    [
        ("AWS::EC2::VPC", "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint"),
        ("AWS::EC2::*", "AWS::EC2::VPC", "AWS::ECS::Cluster"),
        ("AWS::*::Cluster", "AWS::ECS::Cluster", "AWS::ECS::Service"),
        ("AWS::EC?::*er", "AWS::ECS::Cluster", "AWS::ECS::Service"),
    ],
)
def test_items_come_through(item: str, pattern: str, hit: str, near_miss: str) -> None:
    patterns = item_patterns(to_items(pattern))

    assert comes_through(patterns, of_items(hit, item))
    assert not comes_through(patterns, of_items(near_miss, item))
    assert not comes_through(patterns, of_items(hit, item, source="aws.ec2"))
    assert [problems(one) for one in patterns if problems(one)] == []


def test_many_resource_types() -> None:
    types = [f"AWS::Service{n // 10}::ResourceOfSomeName{n}" for n in range(400)]
    patterns = item_patterns(to_items(*types))

    assert [problems(pattern) for pattern in patterns if problems(pattern)] == []
    assert all(comes_through(patterns, of_items(one)) for one in types[::20])
    assert not comes_through(patterns, of_items("AWS::Service1::Resource"))


def test_nothing_where_no_rule_listens_to_it() -> None:
    assert event_patterns(to_items("AWS::EC2::VPC")) == item_patterns(to_calls("ec2:*")) == []
    assert event_patterns(to_schedule()) == item_patterns(to_schedule()) == []


def test_a_name_that_no_pattern_has_room_for() -> None:
    with pytest.raises(FilterError, match=r"needs an event pattern of 2,\d+ characters"):
        event_patterns(to_calls(f"ec2:{TOO_LONG}"))
    with pytest.raises(FilterError, match="EventBridge takes 2,048"):
        item_patterns(to_items(f"AWS::EC2::{TOO_LONG}"))
