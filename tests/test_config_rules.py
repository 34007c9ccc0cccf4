from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, ConfigurationItem, Engine, ScheduledRun, Severity, rule
from trailguard.config_rules import chosen, invocation_of
from trailguard.errors import SettingsError, UnsupportedEvent
from trailguard.settings import RuleSettings, Settings
from trailguard.testing import configuration_item, scheduled_run, sqs_event

ITEM = configuration_item("AWS::EC2::SecurityGroup")


class Ports(BaseModel, frozen=True):
    allowed_ports: frozenset[int] = frozenset({80})
    internal_tag: str = "INTERNAL"


class Many(BaseModel, frozen=True):
    internal_tag: str = "INTERNAL"
    accounts: tuple[str, ...] | None = None
    limit: int = 5
    strict: bool = False
    mode: Literal["report", "ignore"] = "report"
    owners: dict[str, str] = {}


@rule(on="AWS::EC2::SecurityGroup", severity=Severity.LOW, title="Open")
def open_group(item: ConfigurationItem, params: Ports) -> None: ...


@rule(on="AWS::EC2::VPC", severity=Severity.LOW, title="Many")
def many_things(item: ConfigurationItem, params: Many) -> None: ...


@rule(on="schedule", severity=Severity.LOW, title="Run")
def on_schedule(run: ScheduledRun) -> None: ...


@rule(on="ec2:RunInstances", severity=Severity.LOW, title="Call")
def on_call(event: CloudTrailEvent, params: Ports) -> None: ...


RULES = [open_group, many_things, on_schedule, on_call]


def parameters(given: Any, settings: Settings | None = None) -> dict[str, BaseModel | None]:
    """Return the parameters of each rule that a rule of AWS Config with these parameters asks."""
    invocation = invocation_of(ITEM.as_config_rule(parameters=given))
    assert invocation is not None
    engine = Engine(RULES, settings)
    asked = chosen(invocation, engine.listeners, engine.settings)
    engine = Engine(RULES, asked.settings, only=asked.rules)
    return {listener.rule.id: listener.params for listener in engine.listeners}


def refused(given: Any) -> str:
    with pytest.raises(SettingsError) as refusal:
        parameters(given)
    return str(refusal.value)


@pytest.mark.parametrize("event", [sqs_event(["{}"]), {}, [], "text", b"{}", None, ITEM.raw])
def test_other_events_are_no_invocation(event: Any) -> None:
    assert invocation_of(event) is None


@pytest.mark.parametrize("given", [None, {}, "{}", "null"])
def test_rule_without_parameters_asks_all_rules_about_items_and_runs(given: Any) -> None:
    assert parameters(given) == {"many-things": Many(), "on-schedule": None, "open-group": Ports()}


@pytest.mark.parametrize(
    "given", ["open-group, many-things", ["open-group", "many-things"], '["open-group", "many-things"]']
)
def test_parameters_may_narrow_which_rules_are_asked(given: Any) -> None:
    assert list(parameters({"rules": given})) == ["many-things", "open-group"]


def test_parameter_goes_to_each_rule_that_has_it() -> None:
    assert parameters({"internal_tag": "PRIVATE", "rules": "open-group,many-things"}) == {
        "many-things": Many(internal_tag="PRIVATE"),
        "open-group": Ports(internal_tag="PRIVATE"),
    }


@pytest.mark.parametrize(
    "given",
    [
        {"open-group.internal_tag": "PRIVATE"},
        {"open-group": {"internal_tag": "PRIVATE"}},
        {"open-group": '{"internal_tag": "PRIVATE"}'},
    ],
)
def test_parameter_of_one_rule_is_its_own(given: Any) -> None:
    got = parameters(given)

    assert (got["open-group"], got["many-things"]) == (Ports(internal_tag="PRIVATE"), Many())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"accounts": "111122223333, 444455556666"}, Many(accounts=("111122223333", "444455556666"))),
        ({"accounts": '["111122223333"]'}, Many(accounts=("111122223333",))),
        ({"accounts": ["111122223333"]}, Many(accounts=("111122223333",))),
        ({"accounts": ""}, Many(accounts=())),
        ({"limit": "7"}, Many(limit=7)),
        ({"limit": 7}, Many(limit=7)),
        ({"strict": "true"}, Many(strict=True)),
        ({"mode": "ignore"}, Many(mode="ignore")),
        ({"owners": '{"a": "b"}'}, Many(owners={"a": "b"})),
    ],
)
def test_text_is_read_as_what_the_rule_takes(given: Any, expected: Many) -> None:
    """AWS Config has all values as text."""
    assert parameters(given)["many-things"] == expected


@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_said_of_one_rule_goes_over_what_is_said_of_all(*, reverse: bool) -> None:
    """In whichever order."""
    given = {"internal_tag": "ALL", "open-group.internal_tag": "OWN"}
    got = parameters(dict(sorted(given.items(), reverse=reverse)))

    assert (got["open-group"], got["many-things"]) == (Ports(internal_tag="OWN"), Many(internal_tag="ALL"))


def test_ports_are_separated_by_commas() -> None:
    assert parameters({"allowed_ports": "80, 443"})["open-group"] == Ports(allowed_ports=frozenset({80, 443}))


def test_settings_hold_for_what_is_not_said_otherwise() -> None:
    """Severities, too."""
    settings = Settings(
        rules={
            "many-things": RuleSettings(parameters={"limit": 1, "strict": True}),
            "on-call": RuleSettings(parameters={"allowed_ports": [1]}),
        }
    )

    assert parameters({"limit": "2"}, settings)["many-things"] == Many(limit=2, strict=True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"rules": "open-groups"},
            "rules: no rule of this name is on: 'open-groups' (did you mean 'open-group'?)",
        ),
        ({"rules": "on-call"}, "rules: no rule of this name is on: 'on-call'"),
        ({"rules": ""}, "rules: it names no rule; leave it out to ask all"),
        ({"rules": []}, "rules: it names no rule"),
        (
            {"alowed_ports": "80"},
            "alowed_ports: none of the rules asked is called so, or has such a parameter",
        ),
        ({"alowed_ports": "80"}, "(did you mean 'allowed_ports'?)"),
        ({"open-grup.allowed_ports": "80"}, "(did you mean 'open-group'?)"),
        ({"rules": "open-group", "limit": "7"}, "limit: none of the rules asked"),
        ({"open-group": "80"}, "open-group: expected an object with the rule's parameters"),
        ({"open-group.ports": "80"}, "rules.open-group.parameters.ports: no such parameter"),
        ({"allowed_ports": "ssh"}, "rules.open-group.parameters.allowed_ports.0: "),
        ({"limit": "many"}, "rules.many-things.parameters.limit: "),
        ({"limit": None}, "rules.many-things.parameters.limit: "),
        ({"accounts": '["1"'}, "rules.many-things.parameters.accounts: "),
        ({"on-schedule.limit": "7"}, "rules.on-schedule.parameters: the rule takes no parameters"),
    ],
)
def test_wrong_parameter_is_told_by_rule_and_field(given: Any, told: str) -> None:
    message = refused(given)

    assert message.startswith("ruleParameters of the config rule trailguard: ")
    assert told in message


@pytest.mark.parametrize("given", ["[]", "7", "{", '"text"'])
def test_parameters_that_are_no_object_are_refused(given: str) -> None:
    with pytest.raises(SettingsError, match=r"config rule trailguard: ruleParameters: .*object"):
        invocation_of(ITEM.as_config_rule(parameters=given))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"invokingEvent": {"messageType": "x"}}, "invokingEvent"),
        ({"eventLeftScope": "perhaps"}, "eventLeftScope"),
    ],
)
def test_invocation_that_is_none_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UnsupportedEvent, match=told):
        invocation_of(ITEM.as_config_rule() | changes)


def test_secrets_are_not_told() -> None:
    assert "hunter2" not in refused({"limit": "hunter2"})
    assert "hunter2" not in refused({"owners": json.dumps(["hunter2"])})


def test_schedules_are_invocations() -> None:
    invocation = invocation_of(scheduled_run().as_config_rule(parameters={"limit": "1"}))

    assert invocation is not None
    assert invocation.rule_parameters == {"limit": "1"}
