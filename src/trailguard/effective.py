"""What settings come to: every value that counts, and who said so.

Secrets are not among them. One that settings name is shown as its reference. One that is written into
settings is cut off, where its option's name or its own form gives it away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel

from trailguard.listeners import listeners, switched_on
from trailguard.references import is_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.listeners import Listener
    from trailguard.settings import Settings

__all__ = ["DEFAULT", "Value", "effective"]

DEFAULT: Final = "default"
"""The origin of what nobody set."""

_HIDDEN: Final = "(not shown)"
_OPTIONS: Final = re.compile(r"notifiers\.\d+\.|dead_letter\.")
_SECRET_NAME: Final = re.compile(
    r"(?i)\.headers\.|(authorization|credentials?|dsn|key|pass|password|pwd|secret|token)$"
)
_URL_NAME: Final = re.compile(r"(?i)(^|[._])ur[il]s?$")
# Whoever knows the path of a webhook may post to it. AWS asks who it is all the same.
_URL: Final = re.compile(r"(?i)(https?://)(?:[^/@]*@)?([^/?#@]+)(.*)", re.DOTALL)
_AWS: Final = re.compile(r"(?i)\.amazonaws\.com(\.cn)?$")


class Value(NamedTuple):
    """One setting.

    Attributes:
        key: its dotted key.
        value: text, number, truth value, date, list or table; None where nothing is set.
        origin: the file or the environment variable that says so, or `DEFAULT`.
    """

    key: str
    value: Any
    origin: str


def effective(settings: Settings, rules: Iterable[Rule]) -> Iterator[Value]:
    """Yield every setting, those of rules first.

    Args:
        settings: the settings. Rules in them that there are not are shown as they are set.
        rules: the rules that there are.

    Raises:
        SettingsError: when a rule has no parameter of a name that is set, or its value is wrong.
    """
    known = {rule.id: rule for rule in rules}
    fitting = {rule_id: one for rule_id, one in settings.rules.items() if rule_id in known}
    of_known = settings.model_copy(update={"rules": fitting})
    on = switched_on(known.values(), of_known)
    for listener in listeners(known.values(), of_known, only=known):
        yield from _of_rule(settings, listener, enabled=listener.rule.id in on)
    for rule_id, one in settings.rules.items():
        if rule_id not in known:
            yield from _within(settings, one, f"rules.{rule_id}", is_set=True)
    for name in type(settings).model_fields:
        if name not in {"rules", "source", "origins"}:
            is_set = name in settings.model_fields_set
            yield from _within(settings, getattr(settings, name), name, is_set=is_set)


def _of_rule(settings: Settings, listener: Listener, *, enabled: bool) -> Iterator[Value]:
    rule, key = listener.rule, f"rules.{listener.rule.id}"
    chosen = settings.of_rule(rule.id)
    severity = listener.severity or rule.severity
    for name, value in (("enabled", enabled), ("severity", severity)):
        yield _value(settings, value, f"{key}.{name}", is_set=name in chosen.model_fields_set)
    for name in type(listener.params).model_fields if listener.params else ():
        value = getattr(listener.params, name)
        yield _value(settings, value, f"{key}.parameters.{name}", is_set=name in chosen.parameters)


def _within(settings: Settings, value: object, key: str, *, is_set: bool) -> Iterator[Value]:
    match value:
        case BaseModel():
            for name in (*type(value).model_fields, *(value.model_extra or {})):
                is_own = name in value.model_fields_set
                yield from _within(settings, getattr(value, name), f"{key}.{name}", is_set=is_own)
        case (BaseModel(), *_):
            for n, one in enumerate(value):
                yield from _within(settings, one, f"{key}.{n}", is_set=is_set)
        case _:
            yield _value(settings, value, key, is_set=is_set)


def _value(settings: Settings, value: object, key: str, *, is_set: bool) -> Value:
    shown = _plain(value)
    if _OPTIONS.match(key):
        shown = _without_secrets(shown, key)
    return Value(key, shown, settings.source_of(key) if is_set else DEFAULT)


def _plain(value: object) -> object:
    """Return a value as TOML has it, sets in an order that is always the same."""
    match value:
        case BaseModel():
            plain: object = {name: _plain(one) for name, one in value}
        case Enum():
            plain = value.value
        case Mapping():
            plain = {str(name): _plain(one) for name, one in value.items()}
        case AbstractSet():
            plain = sorted(map(_plain, value), key=str)
        case list() | tuple():
            plain = [_plain(one) for one in value]
        case _:
            plain = value
    return plain


def _without_secrets(value: object, key: str) -> object:
    match value:
        case {"from": str(text), **rest} if not rest:  # what is no reference may be the secret itself
            shown: object = value if is_reference(text) else {"from": _HIDDEN}
        case dict():
            shown = {name: _without_secrets(one, f"{key}.{name}") for name, one in value.items()}
        case list():
            shown = [_without_secrets(one, key) for one in value]
        case str() if _SECRET_NAME.search(key):
            shown = _HIDDEN
        case str() if (url := _URL.fullmatch(value)) and not _AWS.search(url[2]):
            shown = f"{url[1]}{url[2]}/{_HIDDEN}" if url[3] else f"{url[1]}{url[2]}"
        case str() if _URL_NAME.search(key) and not _URL.fullmatch(value):
            shown = _HIDDEN  # a URL that is none may be one that was mistyped
        case _:
            shown = value
    return shown
