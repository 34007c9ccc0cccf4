"""Finds plugins, loads them, and collects what they offer: three steps, each of its own.

Discovery reads package metadata and imports nothing; loading imports one module; collecting calls the
hooks, one plugin at a time, so that an error always names its plugin.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
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

__all__ = ["GROUP", "Catalogue", "Plugin", "collect", "discover", "gather", "load", "rules_in"]

GROUP: Final = "trailguard"

NotifierFactory = Callable[..., "Notifier"]
OnProblem = Callable[[PluginError], object]


class Plugin(msgspec.Struct, frozen=True):
    """A plugin that was found but not imported yet."""

    distribution: str
    version: str
    entry_point: EntryPoint

    def __str__(self) -> str:
        point = self.entry_point
        return f"{self.distribution} {self.version}, entry point {point.name!r} ({point.value})"


class Catalogue(msgspec.Struct, frozen=True):
    """Everything that trailguard and its plugins offer.

    Attributes:
        rules: sorted by id; every id occurs once.
        notifiers: factories by the type that settings name.
        problems: why plugins, or parts of them, are left out.
    """

    rules: tuple[Rule, ...]
    notifiers: Mapping[str, NotifierFactory]
    problems: tuple[PluginError, ...] = ()


def _refuse(problem: PluginError) -> None:
    raise problem


def discover(on_problem: OnProblem = _refuse) -> tuple[Plugin, ...]:
    """Find the plugins that installed packages name in the entry-point group ``trailguard``.

    Args:
        on_problem: takes what is wrong with a plugin, which is left out then; raises it if left out.

    Raises:
        PluginError: when the entry points of two distributions bear one name.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and only needed here

    found = [
        Plugin(point.dist.name if point.dist else "?", point.dist.version if point.dist else "?", point)
        for point in entry_points(group=GROUP)
    ]
    kept: list[Plugin] = []
    by_name: dict[str, Plugin] = {}
    for plugin in sorted(found, key=lambda plugin: (plugin.distribution, plugin.entry_point.name)):
        first = by_name.setdefault(plugin.entry_point.name, plugin)
        if first.distribution == plugin.distribution:
            kept.append(plugin)
        else:
            problem = f"its entry point bears the name of that of {first}; rename one of the two"
            on_problem(PluginError(str(plugin), problem))
    return tuple(kept)


def load(plugin: Plugin) -> object:
    """Import a plugin's module.

    Raises:
        PluginLoadError: whatever the import raised; the message names distribution and entry point.
    """
    try:
        return plugin.entry_point.load()
    except (Exception, SystemExit) as error:
        raise PluginLoadError(str(plugin), f"cannot be loaded: {type(error).__name__}: {error}") from error


def collect(
    plugins: Iterable[tuple[str, object]] = (),
    *,
    rules: Iterable[Rule] = (),
    on_problem: OnProblem = _refuse,
) -> Catalogue:
    """Gather the built-in rules and what plugins offer.

    Of two rules or notifiers of one name, the first stays: built-in ones, given rules, then plugins as given.

    Args:
        plugins: pairs of a name for messages and a plugin: a module or another object with hooks. One that
            is given twice, explicitly and by its entry point, counts once.
        rules: further rules, which no plugin offers.
        on_problem: takes what is wrong with a plugin, which is left out then as far as it cannot be used;
            raises it if left out.

    Raises:
        PluginError: when a plugin implements no hook, misspells one, or gives something that is no rule.
        DuplicateRuleError: when two rules bear one id.
    """
    collection = _Collection(rules, on_problem)
    seen: list[object] = []
    for name, plugin in plugins:
        if not any(plugin is known for known in seen):
            seen.append(plugin)
            collection.add(name, plugin)
    return collection.catalogue()


def gather(plugins: Iterable[object] = (), *, rules: Iterable[Rule] = (), skip: bool = False) -> Catalogue:
    """Discover, load and collect, in one go.

    Args:
        plugins: further plugins, as modules; they come before the installed ones.
        rules: further rules, which no plugin offers.
        skip: leave out what cannot be used of a plugin, and have the catalogue say so, instead of raising.

    Raises:
        PluginError: when a plugin cannot be used, unless it is to be skipped.
        DuplicateRuleError: when two rules bear one id; also of rules that no plugin offers.
    """
    problems: list[PluginError] = []
    on_problem = problems.append if skip else _refuse
    named = [(getattr(plugin, "__name__", repr(plugin)), plugin) for plugin in plugins]
    for found in discover(on_problem):
        try:
            named.append((str(found), load(found)))
        except PluginLoadError as problem:
            on_problem(problem)
    catalogue = collect(named, rules=rules, on_problem=on_problem)
    return msgspec.structs.replace(catalogue, problems=tuple(problems))


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


class _Collection:
    """What was collected so far, and from whom."""

    def __init__(self, rules: Iterable[Rule], on_problem: OnProblem) -> None:
        self._rules = {rule.id: (rule, "trailguard") for rule in BUILTIN_RULES}
        for rule in rules:
            if rule.id in self._rules:
                raise DuplicateRuleError(rule.module, rule.id, self._rules[rule.id][1])
            self._rules[rule.id] = rule, rule.module
        self._notifiers: dict[str, tuple[NotifierFactory, str]] = {}
        self._on_problem = on_problem

    def add(self, name: str, plugin: object) -> None:
        """Take what a plugin offers. A hook that raises does not stop the other."""
        try:
            manager = _manager(name, plugin)
        except PluginError as problem:
            self._on_problem(problem)
            return
        for take in (self._take_rules, self._take_notifiers):
            try:
                take(manager, name)
            except PluginError as problem:
                self._on_problem(problem)

    def catalogue(self) -> Catalogue:
        """Return all of it, the rules sorted by id."""
        return Catalogue(
            tuple(rule for _, (rule, _) in sorted(self._rules.items())),
            {kind: factory for kind, (factory, _) in self._notifiers.items()},
        )

    def _take_rules(self, manager: pluggy.PluginManager, name: str) -> None:
        for rule in _rules(manager, name):
            if rule.id in self._rules:
                self._on_problem(DuplicateRuleError(name, rule.id, self._rules[rule.id][1]))
            else:
                self._rules[rule.id] = rule, name

    def _take_notifiers(self, manager: pluggy.PluginManager, name: str) -> None:
        for kind, factory in _notifiers(manager, name).items():
            if kind in BUILTIN_NOTIFIERS or kind in self._notifiers:
                first = self._notifiers[kind][1] if kind in self._notifiers else "trailguard"
                problem = f"notifier {kind!r} was already registered by {first}; rename it"
                self._on_problem(PluginError(name, problem))
            else:
                self._notifiers[kind] = factory, name


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
        except (Exception, SystemExit) as error:
            raise PluginError(name, f"{hook.name} raised {type(error).__name__}: {error}") from error
    if None in results:
        raise PluginError(name, f"{hook.name} gives None; does it return what it made?")
    return results
