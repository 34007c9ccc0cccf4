"""Puts the parts of a guard together: settings, plugins, engine and notifiers.

Where settings say to skip plugins that cannot be used, what the settings ask of these is skipped with them:
a function that is to live without a plugin must not die of its parameters.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from trailguard.engine import Engine
from trailguard.errors import DuplicateRuleError, PluginError, SettingsError, did_you_mean
from trailguard.listeners import listeners
from trailguard.notifiers import BUILTIN_NOTIFIERS, make_notifier
from trailguard.plugins import gather
from trailguard.routes import Routed
from trailguard.settings import NotifierSettings, Route, Settings, load_settings
from trailguard.stores import make_store

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from trailguard._rule import Rule
    from trailguard.notify import Notifier
    from trailguard.plugins import Catalogue
    from trailguard.settings import RuleSettings
    from trailguard.stores import Store

__all__ = ["Parts", "assemble"]

log = logging.getLogger("trailguard")


class Parts(NamedTuple):
    """What a guard is made of.

    Attributes:
        engine: what judges.
        settings: without what only a plugin that is left out could meet.
        notifiers: who is told.
        dead_letter: who gets what will never be decoded.
        store: what remembers between invocations.
        problems: why plugins, parts of them, or settings of theirs are left out.
    """

    engine: Engine
    settings: Settings
    notifiers: tuple[Notifier, ...]
    dead_letter: Notifier | None
    store: Store | None
    problems: tuple[PluginError, ...]


def assemble(  # noqa: PLR0913  # each may stand in for what the settings say
    settings: Settings | str | os.PathLike[str] | None,
    *,
    rules: Iterable[Rule],
    plugins: Iterable[object],
    notifiers: Iterable[Notifier] | None,
    dead_letter: Notifier | None,
    only: Iterable[str] | None,
) -> Parts:
    """Put a guard's parts together, as `Guard.from_settings` says.

    Raises:
        SettingsError: when a setting is wrong.
        PluginError: when a plugin cannot be used, and the settings do not say to skip it.
        NoRulesError: when no rule is left.
    """
    if not isinstance(settings, Settings):
        settings = load_settings(settings)
    catalogue = gather(plugins, rules=rules, skip=settings.plugins.on_error == "skip")
    fitting = _Fitting(settings, catalogue)
    settings = settings.model_copy(update={"rules": fitting.rules()})
    engine = Engine(catalogue.rules, settings, only=only)
    if notifiers is None:
        notifiers = fitting.notifiers()
    notifiers = tuple(notifiers)
    if notifiers and dead_letter is None:
        dead_letter = fitting.dead_letter()
    store = make_store(settings.state) if notifiers else None  # who tells nobody has nothing to remember
    return Parts(engine, settings, notifiers, dead_letter, store, tuple(fitting.problems))


class _Fitting:
    """Where settings and what there is are fitted together; it logs what is left out."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self.problems: list[PluginError] = []
        self._settings = settings
        self._catalogue = catalogue
        for problem in catalogue.problems:
            self._leave_out(problem)

    def rules(self) -> dict[str, RuleSettings]:
        """Return what the settings say of the rules that there are."""
        if not self._catalogue.problems:
            return self._settings.rules
        by_id = {rule.id: rule for rule in self._catalogue.rules}
        disputed = {one.rule_id for one in self._catalogue.problems if isinstance(one, DuplicateRuleError)}
        kept: dict[str, RuleSettings] = {}
        for rule_id, chosen in self._settings.rules.items():
            if rule_id not in by_id:
                problem = f"no such rule{did_you_mean(rule_id, by_id)}"
                self._leave_out_setting(SettingsError(self._settings.source, f"rules.{rule_id}", problem))
            elif rule_id in disputed and (misfit := self._misfit(by_id[rule_id])):
                self._leave_out_setting(misfit)
                kept[rule_id] = chosen.model_copy(update={"parameters": {}})
            else:
                kept[rule_id] = chosen
        return kept

    def notifiers(self) -> list[Notifier]:
        """Make the notifiers that the settings name. Standard output stands in where there is none."""
        chosen = [(f"notifiers.{n}", one) for n, one in enumerate(self._settings.notifiers)]
        made = [self._made(key, one) for key, one in chosen if self._is_there(key, one)]
        return made or [self._made("notifiers", NotifierSettings(type="stream"))]

    def dead_letter(self) -> Notifier | None:
        """Make the dead letter that the settings name, if they do."""
        chosen = self._settings.dead_letter
        if chosen is None or not self._is_there("dead_letter", chosen):
            return None
        return self._made("dead_letter", chosen)

    def _is_there(self, key: str, chosen: NotifierSettings) -> bool:
        """Tell whether to make a notifier. Where no plugin is missing, making an unknown one is the error."""
        known = [*BUILTIN_NOTIFIERS, *self._catalogue.notifiers]
        if self._catalogue.problems and chosen.type not in known:
            problem = f"no notifier is called {chosen.type!r}"
            self._leave_out_setting(SettingsError(self._settings.source_of(key), f"{key}.type", problem))
            return False
        return True

    def _made(self, key: str, chosen: NotifierSettings) -> Notifier:
        made = make_notifier(chosen, self._catalogue.notifiers, self._settings.source_of(key), key)
        return Routed(made, chosen.route, chosen.name) if chosen.name or chosen.route != Route() else made

    def _misfit(self, rule: Rule) -> SettingsError | None:
        """Return why a rule cannot have what is set of it, which may be meant for another of its id."""
        own = self._settings.model_copy(update={"rules": {rule.id: self._settings.of_rule(rule.id)}})
        try:
            listeners([rule], own, only=[rule.id])
        except SettingsError as error:
            return error
        return None

    def _leave_out_setting(self, error: SettingsError) -> None:
        plugins = " or ".join(dict.fromkeys(one.plugin for one in self._catalogue.problems))
        problem = f"a setting that may be meant for it is left out, too: {error}"
        self._leave_out(PluginError(plugins, problem))

    def _leave_out(self, problem: PluginError) -> None:
        self.problems.append(problem)
        log.error("left out: %s", problem, extra={"plugin": problem.plugin}, exc_info=problem.__cause__)
