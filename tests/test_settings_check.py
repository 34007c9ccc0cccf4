from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, Severity, hookimpl, rule
from trailguard.plugins import Catalogue, gather
from trailguard.settings import load_settings, settings_from
from trailguard.settings_check import idle_exceptions, misfits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.notify import Undelivered
    from trailguard.report import Notice

TODAY = date(2027, 1, 31)
TOPIC = "arn:aws:sns:eu-west-1:111122223333:security"


@rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Bucket deleted", tags=["acme:storage"])
def acme_bucket_deleted(event: CloudTrailEvent) -> str:
    return f"by {event.actor}"


class Pager:
    """A plugin's notifier, which needs the network as soon as it is made."""

    name = "pager"

    def __init__(self, key: str, *, team: str = "security") -> None:
        raise ConnectionError(key, team)

    def send(self, notices: Sequence[Notice]) -> Sequence[Undelivered]:
        raise NotImplementedError


class Plugin:
    @hookimpl
    def trailguard_rules(self) -> object:
        return [acme_bucket_deleted]

    @hookimpl
    def trailguard_notifiers(self) -> object:
        return {"pager": Pager}


@pytest.fixture(name="catalogue", scope="module")
def _catalogue() -> Catalogue:
    return gather([Plugin()])


def told(catalogue: Catalogue, table: dict[str, Any]) -> list[str]:
    return [str(one) for one in misfits(settings_from(table, "mine"), catalogue, TODAY)]


def exception(**changed: object) -> dict[str, object]:
    return {"rule": "*", "owner": "web team", "reason": "known", **changed}


def notifier(**changed: object) -> dict[str, object]:
    return {"type": "sns", "topic_arn": TOPIC, **changed}


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"rules": {"ec2-blocked-action": {"parameters": {"actions": ["ec2:*"]}}}},
        {"rules": {"acme-bucket-deleted": {"enabled": False}}},
        {"notifiers": [notifier(), {"type": "stream"}], "dead_letter": notifier()},
        {"notifiers": [notifier(route={"rules": ["ec2-*", "acme-bucket-deleted"], "tags": ["acme:*"]})]},
        {"notifiers": [notifier(route={"accounts": ["999999999999"], "regions": ["mars-north-1"]})]},
        {"notifiers": [notifier(topic_arn={"from": "ssm:/trailguard/topic"})]},
        {"notifiers": [{"type": "pager", "key": {"from": "ssm:/trailguard/key"}, "team": "web"}]},
        {"exceptions": [exception(), exception(rule="acme-?ucket-*", expires=TODAY)]},
    ],
)
def test_nothing_is_said_of_what_fits(catalogue: Catalogue, table: dict[str, Any]) -> None:
    """No network is needed: not even a notifier whose secrets are elsewhere, or a plugin's, is connected."""
    assert told(catalogue, table) == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"rules": {"acme-bucket-deletd": {"enabled": False}}},
            ["rules.acme-bucket-deletd: no such rule (did you mean 'acme-bucket-deleted'?)"],
        ),
        (
            {"rules": {"acme-bucket-deleted": {"parameters": {"x": 1}}}},
            ["rules.acme-bucket-deleted.parameters: the rule takes no parameters"],
        ),
        (
            {"rules": {"ec2-blocked-action": {"enabled": False, "parameters": {"action": []}}}},
            ["rules.ec2-blocked-action.parameters.action: no such parameter (did you mean 'actions'?)"],
        ),
        (
            {"rules": {"nope": {}, "not-either": {}}},
            ["rules.nope: no such rule", "rules.not-either: no such rule"],
        ),
        (
            {"notifiers": [{"type": "snss"}]},
            ["notifiers.0.type: no notifier is called 'snss' (did you mean 'sns'?)"],
        ),
        (
            {"notifiers": [{"type": "snss", "topic_arn": {"from": "ssm:/x"}}]},
            ["notifiers.0.type: no notifier is called 'snss' (did you mean 'sns'?)"],
        ),
        (
            {"notifiers": [{"type": "stream"}, notifier(topic_arn="security")]},
            ["notifiers.1: sns: topic_arn is 'security'; expected arn:aws:sns:REGION:ACCOUNT:TOPIC"],
        ),
        (
            {"notifiers": [{"type": "sns", "topic": {"from": "ssm:/x"}}]},
            ["notifiers.0: sns: no such option 'topic' (did you mean 'topic_arn'?)"],
        ),
        (
            {"notifiers": [notifier(topic_arn={"from": "vault:x"})]},
            ["notifiers.0: sns: topic_arn.from: expected env:NAME, ssm:/path/name, secretsmanager:name or "],
        ),
        ({"notifiers": [{"type": "pager"}]}, ["notifiers.0: pager: missing a required argument: 'key'"]),
        (
            {"notifiers": [{"type": "pager", "key": "x", "tema": "web"}]},
            ["notifiers.0: pager: got an unexpected keyword argument 'tema'"],
        ),
        ({"dead_letter": {"type": "stream", "colour": 1}}, ["dead_letter: stream: no such option 'colour'"]),
        (
            {
                "notifiers": [
                    notifier(route={"rules": ["ec2-*", "acme-bucket-deletd"], "tags": ["acme:stor?"]})
                ]
            },
            [
                "notifiers.0.route.rules.1: 'acme-bucket-deletd' fits no rule (did you mean 'acme-bucket-",
                "notifiers.0.route.tags.0: 'acme:stor?' fits no tag of a rule (did you mean 'acme:storage'?)",
            ],
        ),
        (
            {"exceptions": [exception(), exception(rule="acme-bucket", expires=date(2027, 1, 30))]},
            [
                "exceptions.1.rule: 'acme-bucket' fits no rule (did you mean 'acme-bucket-deleted'?)",
                "exceptions.1.expires: expired on 2027-01-30; renew it, or take it out (owner: web team)",
            ],
        ),
    ],
)
def test_what_does_not_fit_is_told(catalogue: Catalogue, table: dict[str, Any], expected: list[str]) -> None:
    found = told(catalogue, table)

    assert [one.startswith(f"mine: {start}") for one, start in zip(found, expected, strict=True)] == [
        True for _ in expected
    ], found


def test_notifier_whose_region_the_environment_says_is_right_without_one(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda says it; whoever checks settings at a desk may have none."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/no/such/file")

    assert told(catalogue, {"notifiers": [{"type": "eventbridge"}]}) == []


def test_variable_is_named_that_is_wrong(catalogue: Catalogue) -> None:
    settings = load_settings(environ={"TRAILGUARD__NOTIFIERS": '[{ type = "snss" }]'})

    (problem,) = misfits(settings, catalogue, TODAY)

    assert str(problem).startswith("environment variable TRAILGUARD__NOTIFIERS: notifiers.0.type: ")


def test_exceptions_that_covered_nothing_are_told() -> None:
    settings = settings_from({"exceptions": [exception(), exception(rule="bucket-*"), exception()]}, "mine")

    assert [str(one) for one in idle_exceptions(settings, {0, 2})] == [
        "mine: exceptions.1: covers no verdict (rule: bucket-*, owner: web team)"
    ]
