"""What is wrong with settings that could be read: what they say of rules, notifiers and exceptions.

It asks nobody over the network. So of a notifier whose options name secrets, or that a plugin makes, it looks
at the names of the options alone.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from trailguard.errors import SettingsError, did_you_mean
from trailguard.listeners import listeners, misnamed_sets
from trailguard.match import glob
from trailguard.notifiers import make_notifier, options_of
from trailguard.references import references

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from trailguard.plugins import Catalogue
    from trailguard.settings import NotifierSettings, Settings

__all__ = ["idle_exceptions", "misfits"]


def misfits(settings: Settings, catalogue: Catalogue, today: date) -> Iterator[SettingsError]:
    """Yield what is wrong.

    Args:
        settings: the settings.
        catalogue: the rules and notifiers that there are.
        today: the date, in UTC, by which exceptions expire.
    """
    yield from misnamed_sets(settings, catalogue.rules)
    yield from _rules(settings, catalogue)
    for n, chosen in enumerate(settings.notifiers):
        yield from _notifier(settings, catalogue, chosen, f"notifiers.{n}")
        yield from _route(settings, catalogue, chosen, f"notifiers.{n}.route")
    if settings.dead_letter is not None:
        yield from _notifier(settings, catalogue, settings.dead_letter, "dead_letter")
    yield from _exceptions(settings, catalogue, today)


def idle_exceptions(settings: Settings, hits: Collection[int]) -> Iterator[SettingsError]:
    """Yield which exceptions covered nothing.

    Args:
        settings: the settings.
        hits: the positions of those that covered something.
    """
    for n, exception in enumerate(settings.exceptions):
        if n not in hits:
            problem = f"covers no verdict (rule: {exception.rule}, owner: {exception.owner})"
            yield _wrong(settings, f"exceptions.{n}", problem)


def _rules(settings: Settings, catalogue: Catalogue) -> Iterator[SettingsError]:
    for rule_id, chosen in settings.rules.items():
        alone = settings.model_copy(update={"rules": {rule_id: chosen}})
        try:
            listeners(catalogue.rules, alone, only=[rule_id])
        except SettingsError as error:
            yield error


def _notifier(
    settings: Settings, catalogue: Catalogue, chosen: NotifierSettings, key: str
) -> Iterator[SettingsError]:
    try:
        named = references(chosen.options)
        if chosen.type in catalogue.notifiers:
            inspect.signature(catalogue.notifiers[chosen.type]).bind(**chosen.options)
            return
    except (TypeError, ValueError) as error:
        yield _wrong(settings, key, f"{chosen.type}: {error}")
        return
    allowed = options_of(chosen.type)
    if named and allowed is not None:
        for name in sorted(chosen.options.keys() - set(allowed)):
            yield _wrong(
                settings, key, f"{chosen.type}: no such option {name!r}{did_you_mean(name, allowed)}"
            )
        return
    try:
        make_notifier(chosen, catalogue.notifiers, settings.source_of(key), key)
    except SettingsError as error:
        if type(error.__cause__).__name__ != "NoRegionError":  # in Lambda, the region goes without saying
            yield error


def _route(
    settings: Settings, catalogue: Catalogue, chosen: NotifierSettings, key: str
) -> Iterator[SettingsError]:
    ids = [rule.id for rule in catalogue.rules]
    tags = sorted({tag for rule in catalogue.rules for tag in rule.tags})
    for name, patterns, known, what in (
        ("rules", chosen.route.rules, ids, "rule"),
        ("tags", chosen.route.tags, tags, "tag of a rule"),
    ):
        for n, pattern in enumerate(patterns):
            if not _fits_any(pattern, known):
                problem = f"{pattern!r} fits no {what}{did_you_mean(pattern, known)}"
                yield _wrong(settings, f"{key}.{name}.{n}", problem)


def _exceptions(settings: Settings, catalogue: Catalogue, today: date) -> Iterator[SettingsError]:
    ids = [rule.id for rule in catalogue.rules]
    for n, exception in enumerate(settings.exceptions):
        key = f"exceptions.{n}"
        if not _fits_any(exception.rule, ids):
            problem = f"{exception.rule!r} fits no rule{did_you_mean(exception.rule, ids)}"
            yield _wrong(settings, f"{key}.rule", problem)
        if exception.expires is not None and exception.expires < today:
            problem = f"expired on {exception.expires}; renew it, or take it out (owner: {exception.owner})"
            yield _wrong(settings, f"{key}.expires", problem)


def _fits_any(pattern: str, names: Iterable[str]) -> bool:
    compiled = glob(pattern)
    return any(compiled.fullmatch(name) for name in names)


def _wrong(settings: Settings, key: str, problem: str) -> SettingsError:
    return SettingsError(settings.source_of(key), key, problem)
