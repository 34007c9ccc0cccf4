"""Finds plugins, loads them, and collects what they offer: three steps, each of its own.

Discovery reads package metadata and imports nothing; loading imports one module; collecting calls the
hooks, one plugin at a time, so that an error always names its plugin.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pluggy

from trailguard import hookspecs
from trailguard._rule import Rule
from trailguard.errors import DuplicateRuleError, PluginError, PluginLoadError
from trailguard.notifiers import BUILTIN_NOTIFIERS
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from types import ModuleType

    from trailguard.notify import Notifier

__all__ = ["GROUP", "Catalogue", "Plugin", "collect", "discover", "load", "rules_in"]

GROUP: Final = "trailguard"

NotifierFactory = Callable[..., "Notifier"]


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that was found but not imported yet."""

    distribution: str
    version: str
    entry_point: EntryPoint

    def __str__(self) -> str:
        point = self.entry_point
        return f"{self.distribution} {self.version}, entry point {point.name!r} ({point.value})"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that trailguard and its plugins offer.

    Attributes:
        rules: sorted by id; every id occurs once.
        notifiers: factories by the type that settings name.
    """

    rules: tuple[Rule, ...]
    notifiers: Mapping[str, NotifierFactory]


def discover() -> tuple[Plugin, ...]:
    """Find the plugins that installed packages name in the entry-point group ``trailguard``."""
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and only needed here

    found = [
        Plugin(point.dist.name if point.dist else "?", point.dist.version if point.dist else "?", point)
        for point in entry_points(group=GROUP)
    ]
    return tuple(sorted(found, key=lambda plugin: (plugin.distribution, plugin.entry_point.name)))


def load(plugin: Plugin) -> object:
    """Import a plugin's module.

    Raises:
        PluginLoadError: whatever the import raised; the message names distribution and entry point.
    """
    try:
        return plugin.entry_point.load()
    except Exception as error:
        raise PluginLoadError(str(plugin), f"cannot be loaded: {type(error).__name__}: {error}") from error


def collect(plugins: Iterable[tuple[str, object]] = ()) -> Catalogue:
    """Gather the built-in rules and what plugins offer.

    Args:
        plugins: pairs of a name for messages and a plugin: a module or another object with hooks. One that
            is given twice, explicitly and by its entry point, counts once.

    Raises:
        PluginError: when a plugin implements no hook, misspells one, or gives something that is no rule.
        DuplicateRuleError: when two rules bear one id.
    """
    rules: dict[str, tuple[Rule, str]] = {rule.id: (rule, "trailguard") for rule in BUILTIN_RULES}
    notifiers: dict[str, tuple[NotifierFactory, str]] = {}
    seen: list[object] = []
    for name, plugin in plugins:
        if any(plugin is known for known in seen):
            continue
        seen.append(plugin)
        manager = _manager(name, plugin)
        for rule in _rules(manager, name):
            if rule.id in rules:
                raise DuplicateRuleError(name, rule.id, rules[rule.id][1])
            rules[rule.id] = (rule, name)
        for kind, factory in _notifiers(manager, name).items():
            if kind in BUILTIN_NOTIFIERS or kind in notifiers:
                first = notifiers[kind][1] if kind in notifiers else "trailguard"
                raise PluginError(name, f"notifier {kind!r} was already registered by {first}; rename it")
            notifiers[kind] = factory, name
    return Catalogue(
        tuple(rule for _, (rule, _) in sorted(rules.items())),
        {kind: factory for kind, (factory, _) in notifiers.items()},
    )


def rules_in(package: ModuleType) -> tuple[Rule, ...]:
    """Return every `Rule` that a module or package defines, sorted by id.

    Modules below a package are imported to look into them. A rule that several modules import is returned
    once.
    """
    below = pkgutil.walk_packages(getattr(package, "__path__", ()), f"{package.__name__}.")
    names = [info.name for info in below if not info.name.endswith(".__main__")]  # those run when imported
    modules = [package, *map(importlib.import_module, names)]
    values = [value for module in modules for value in vars(module).values()]
    found = {id(value): value for value in values if isinstance(value, Rule)}
    return tuple(sorted(found.values(), key=lambda rule: rule.id))


def _manager(name: str, plugin: object) -> pluggy.PluginManager:
    """Register one plugin by itself: pluggy stops at the first hook that raises, without saying whose."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(name, str(error)) from error
    if not manager.get_hookcallers(plugin):
        raise PluginError(name, "implements no hook; expected a function trailguard_rules marked @hookimpl")
    return manager


def _rules(manager: pluggy.PluginManager, name: str) -> list[Rule]:
    rules: list[Rule] = []
    for given in _call(manager.hook.trailguard_rules, name):
        for value in given if isinstance(given, Iterable) else [given]:
            if not isinstance(value, Rule):
                expected = "expected what the @rule decorator returns"
                raise PluginError(name, f"trailguard_rules gives {value!r}; {expected}")
            rules.append(value)
    return rules


def _notifiers(manager: pluggy.PluginManager, name: str) -> dict[str, NotifierFactory]:
    notifiers: dict[str, NotifierFactory] = {}
    for given in _call(manager.hook.trailguard_notifiers, name):
        if not isinstance(given, Mapping):
            raise PluginError(name, f"trailguard_notifiers gives {given!r}; expected factories by type")
        for kind, factory in given.items():
            if not callable(factory):
                raise PluginError(name, f"notifier {kind!r} is {factory!r}; expected something to call")
            notifiers[kind] = factory
    return notifiers


def _call(hook: pluggy.HookCaller, name: str) -> list[object]:
    """Call a plugin's implementations of a hook; pluggy itself would drop one that returns None."""
    results: list[object] = []
    for implementation in hook.get_hookimpls():
        try:
            given = implementation.function()
            results.append(list(given) if isinstance(given, Iterator) else given)
        except Exception as error:
            raise PluginError(name, f"{hook.name} raised {type(error).__name__}: {error}") from error
    if None in results:
        raise PluginError(name, f"{hook.name} gives None; does it return what it made?")
    return results
