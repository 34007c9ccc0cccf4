"""The function's tests: without AWS, credentials or network."""
# ruff: noqa: D103, S101  # tests assert, and their names say what

from importlib import import_module
from types import ModuleType

import pytest

from trailguard.errors import UnsupportedEvent
from trailguard.testing import (
    SampleEvent,
    assert_complies,
    assert_violates,
    cloudtrail_event,
    cloudwatch_logs_event,
    iam_user,
    sqs_event,
)


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the function, as a cold start does. It calls AWS only when it tells the topic."""
    monkeypatch.setenv("TOPIC_ARN", "arn:aws:sns:eu-west-1:111122223333:security")
    return import_module("lambda_function")


def key_made(user_name: str | None, *, error: str | None = None) -> SampleEvent:
    request = {} if user_name is None else {"userName": user_name}
    return cloudtrail_event("iam:CreateAccessKey", actor=iam_user("mallory"), request=request, error=error)


def test_key_of_another_user(function: ModuleType) -> None:
    assert_violates(
        function.access_key_of_another_user,
        key_made("alice"),
        reason="user mallory made an access key of user alice",
        resource="alice",
        severity="high",
    )


@pytest.mark.parametrize(
    "event",
    [key_made("mallory"), key_made(None), key_made("alice", error="AccessDenied")],
    ids=["own, by name", "own", "denied"],
)
def test_near_misses(function: ModuleType, event: SampleEvent) -> None:
    assert_complies(function.access_key_of_another_user, event)


def test_function_judges_by_its_own_rule_and_by_trailguards(function: ModuleType) -> None:
    """Whatever carries the events. ``judge`` is ``lambda_handler`` but for telling anybody."""
    attached = cloudtrail_event(
        "ec2:AttachInternetGateway",
        request={"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"},
    )
    events = [key_made("alice"), attached, key_made("mallory")]
    rules = {"access-key-of-another-user", "internet-gateway-attached"}

    for delivery in (cloudwatch_logs_event(events), sqs_event(events)):
        report = function.guard.judge(delivery)

        assert [verdict.resource for verdict in report.verdicts if verdict.rule_id in rules] == [
            "alice",
            "igw-0example",
        ]
        assert report.failures == ()


def test_event_of_unknown_shape_is_an_error(function: ModuleType) -> None:
    """A function that is wired wrongly must not look as if all were well."""
    with pytest.raises(UnsupportedEvent, match="trailguard takes"):
        function.lambda_handler({"hello": "world"}, None)
