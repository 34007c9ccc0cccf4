"""AWS Config's custom rules: what invoked one, and which rules it asks by which parameters.

One rule of AWS Config may run many rules. Its own parameters say which, and set theirs:

    {"rules": "security-group-lets-internet-in, subnet-hands-out-public-addresses", "allowed_ports": "443"}

Source: "Example events for AWS Config rules" in the AWS Config developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_origin

from pydantic import ValidationError

from trailguard.errors import SettingsError, UnsupportedEvent, did_you_mean
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigRuleInvocation
from trailguard.record import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.listeners import Listener
    from trailguard.settings import Settings

__all__ = ["Chosen", "chosen", "invocation_of"]

_RULES: Final = "rules"
_SHAPE: Final = "an invocation of an AWS Config custom rule ({'invokingEvent': '{...}', 'resultToken': ...})"
_BRACKETS: Final = ("{", "[")


class Chosen(NamedTuple):
    """What a rule of AWS Config asks for.

    Attributes:
        rules: the ids of the rules to judge by.
        settings: with the parameters that it sets.
    """

    rules: tuple[str, ...]
    settings: Settings


def invocation_of(event: object) -> ConfigRuleInvocation | None:
    """Return what a custom rule was invoked with; None if the event is something else.

    Raises:
        SettingsError: when the rule's parameters are no JSON object.
        UnsupportedEvent: when anything else of it is not what it should be.
    """
    if not isinstance(event, Mapping) or "invokingEvent" not in event:
        return None
    try:
        return ConfigRuleInvocation.model_validate(event)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        key = ".".join(map(str, first["loc"]))
        if key == "ruleParameters":
            raise SettingsError(_source(event.get("configRuleName")), key, first["msg"]) from None
        raise UnsupportedEvent("config rule", f"{key}: {first['msg']}", [_SHAPE]) from None


def chosen(invocation: ConfigRuleInvocation, listeners: Iterable[Listener], settings: Settings) -> Chosen:
    """Work out what a rule of AWS Config asks for.

    Args:
        invocation: has its parameters. ``rules`` names the rules to ask, separated by commas or as a list;
            all, if left out. Any other one is a parameter of theirs: ``allowed_ports`` of each rule that has
            such a parameter, ``security-group-lets-internet-in.allowed_ports`` of this rule alone, and
            ``security-group-lets-internet-in`` may have an object of several.
        listeners: the rules that there are.
        settings: what is set of them otherwise.

    Raises:
        SettingsError: when it names a rule or a parameter that nobody knows.
    """
    source = _source(invocation.config_rule_name)
    given = dict(invocation.rule_parameters)
    known = {one.rule.id: one.rule for one in listeners if one.rule.model is not CloudTrailEvent}
    chooses = _RULES in given
    named = _listed(given.pop(_RULES)) if chooses else list(known)
    if chooses and not named:
        raise SettingsError(source, _RULES, "it names no rule; leave it out to ask all")
    for rule_id in named:
        if rule_id not in known:
            problem = f"no rule of this name is on: {rule_id!r}{did_you_mean(rule_id, known)}"
            raise SettingsError(source, _RULES, problem)
    asked = {rule_id: known[rule_id] for rule_id in named}
    set_of: dict[str, dict[str, Any]] = {i: dict(settings.of_rule(i).parameters) for i in asked}
    # What is said of one rule alone goes over what is said of all.
    for key, value in sorted(given.items(), key=lambda pair: pair[0].partition(".")[0] in asked):
        for rule_id, name, held in _assigned(key, value, asked, source):
            set_of[rule_id][name] = _as_field(asked[rule_id], name, held)
    rules = {i: settings.of_rule(i).model_copy(update={"parameters": set_of[i]}) for i in asked}
    return Chosen(tuple(asked), settings.model_copy(update={"rules": rules, "source": source}))


def _source(name: object) -> str:
    return f"ruleParameters of the config rule {printable(name)}"


def _assigned(
    key: str, value: object, asked: Mapping[str, Rule], source: str
) -> Iterator[tuple[str, str, object]]:
    """Yield which rule gets which parameter by one of the parameters of a rule of AWS Config."""
    rule_id, dot, name = key.partition(".")
    if rule_id in asked:
        several = {name: value} if dot else _json(value)
        if not isinstance(several, Mapping):
            raise SettingsError(source, key, "expected an object with the rule's parameters")
        yield from ((rule_id, str(name), held) for name, held in several.items())
        return
    takers = [i for i, rule in asked.items() if rule.parameters and key in rule.parameters.model_fields]
    if not takers:
        fields = {f for rule in asked.values() if rule.parameters for f in rule.parameters.model_fields}
        hint = did_you_mean(rule_id if dot else key, [*asked, *sorted(fields)])
        raise SettingsError(
            source, key, f"none of the rules asked is called so, or has such a parameter{hint}"
        )
    yield from ((taker, key, value) for taker in takers)


def _as_field(rule: Rule, name: str, value: object) -> object:
    """Read a parameter that AWS Config has as text; several values may be separated by commas, or JSON."""
    field = rule.parameters.model_fields.get(name) if rule.parameters else None
    if field is None or not isinstance(value, str):
        return value
    kinds = [get_origin(kind) or kind for kind in (field.annotation, *get_args(field.annotation))]
    if not any(isinstance(kind, type) and issubclass(kind, Collection) for kind in kinds if kind is not str):
        return value
    return _json(value) if value.lstrip().startswith(_BRACKETS) else _listed(value)


def _json(value: object) -> object:
    """Read an object or a list that is written as text."""
    if isinstance(value, str) and value.lstrip().startswith(_BRACKETS):
        try:
            read: object = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return read
    return value


def _listed(value: object) -> list[str]:
    read = _json(value)
    if isinstance(read, list | tuple):
        return [str(one) for one in read]
    return [part.strip() for part in str(read).split(",") if part.strip()]
