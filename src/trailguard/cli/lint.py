"""``trailguard lint``: tell a rule's author what is wrong with it, before anything happens in an account."""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from trailguard.cli.text import some
from trailguard.errors import DuplicateRuleError, PluginError, PluginLoadError, did_you_mean
from trailguard.lint import Finding
from trailguard.lint import lint as lint_rules
from trailguard.plugins import collect, discover, load, rules_in
from trailguard.record import printable
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Rule

__all__ = ["lint"]

CLEAN, FINDINGS, INCOMPLETE = 0, 1, 2

_HOOK = "trailguard_rules"


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def lint(names: tuple[str, ...], form: str) -> None:
    """Look for rules that can never match, or are declared badly. Needs no AWS account and no network.

    NAME is a module or a package, installed or in this folder, or an installed distribution with a plugin.
    Without one, all rules are looked at: built-in ones and those of installed plugins.

    Exit status: 0 when there is nothing to say; 1 when there are findings; 2 when something could not be
    looked at (everything else is, all the same).
    """
    rules: list[Rule] = []
    failures: list[PluginError] = []
    sources = _named(names) if names else _registered()
    for found in sources:
        if isinstance(found, PluginError):
            failures.append(found)
        else:
            rules += found
    findings = lint_rules(rules)
    if form == "json":
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for finding in findings:
            console.print(_shown(finding))
    for failure in failures:
        click.echo(f"trailguard: {printable(failure)}", err=True)
    click.echo(_summary(findings, len(rules)), err=form == "json")
    sys.exit(INCOMPLETE if failures else FINDINGS if findings else CLEAN)


def _registered() -> Iterator[tuple[Rule, ...] | PluginError]:
    """Yield the rules of each plugin, the built-in ones first; or why there are none."""
    yield BUILTIN_RULES
    seen: list[object] = []
    problems: list[PluginError] = []
    plugins = discover(problems.append)
    yield from problems
    for plugin in plugins:
        try:
            loaded = load(plugin)
            if not any(loaded is known for known in seen):
                yield _offered(str(plugin), loaded)
            seen.append(loaded)
        except PluginError as error:
            yield error


def _offered(name: str, plugin: object) -> tuple[Rule, ...]:
    """Return what a plugin offers, even if it may not be registered because of an id that is taken.

    Raises:
        PluginError: when it is no plugin, or gives something that is no rule.
    """
    try:
        offered = collect([(name, plugin)]).rules
    except DuplicateRuleError:
        hook = getattr(plugin, _HOOK, None)
        if not callable(hook):
            raise
        return tuple(hook())  # an id that is taken is a finding, which names both modules
    return tuple(rule for rule in offered if rule not in BUILTIN_RULES)


def _named(names: Iterable[str]) -> Iterator[tuple[Rule, ...] | PluginError]:
    """Yield the rules that each name stands for, or why there are none; each rule once."""
    seen: set[int] = set()
    for name in names:
        try:
            rules = _rules_of(name)
        except PluginError as error:
            yield error
            continue
        yield tuple(rule for rule in rules if id(rule) not in seen)
        seen.update(map(id, rules))


def _rules_of(name: str) -> tuple[Rule, ...]:
    """Return the rules of a module or a package, or else of the plugins of a distribution.

    Raises:
        PluginError: when its code cannot be run, or it has no rules.
        click.UsageError: when there is no such thing.
    """
    with _this_folder_first():
        if _is_module(name):
            rules = _rules_of_module(name)
        else:
            plugins = [plugin for plugin in discover() if _normal(plugin.distribution) == _normal(name)]
            if not plugins:
                raise click.UsageError(_unknown(name))
            rules = tuple(rule for plugin in plugins for rule in _offered(str(plugin), load(plugin)))
    if not rules:
        raise PluginError(name, "has no rules: nothing in it was made by @rule")
    return rules


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):  # nothing of that name in a package, or no package
        return False
    except (Exception, SystemExit) as error:  # it looks into packages by importing them
        raise PluginLoadError(name, _raised(error)) from error


def _rules_of_module(name: str) -> tuple[Rule, ...]:
    try:
        module = importlib.import_module(name)
        rules = rules_in(module)
    except (Exception, SystemExit) as error:
        raise PluginLoadError(name, _raised(error)) from error
    return _offered(name, module) if not rules and hasattr(module, _HOOK) else rules


def _raised(error: BaseException) -> str:
    return f"cannot be loaded: {type(error).__name__}: {error}"


def _unknown(name: str) -> str:
    here = {module.name for module in pkgutil.iter_modules([str(Path.cwd())])}
    known = here | {plugin.distribution for plugin in discover()} | {"trailguard"}
    hint = did_you_mean(name, sorted(known))
    return f"there is no module and no distribution with a plugin called {name!r}{hint}"


def _normal(distribution: str) -> str:
    return distribution.lower().replace("-", "_").replace(".", "_")


@contextmanager
def _this_folder_first() -> Iterator[None]:
    """Import from the folder the command runs in, so that a checkout's rules need not be installed."""
    before = sys.path.copy()
    sys.path.insert(0, str(Path.cwd()))
    try:
        yield
    finally:
        sys.path[:] = before


def _shown(finding: Finding) -> Text:
    return Text.assemble(
        (f"{finding.code}  ", "bold yellow"),
        (finding.rule_id, "bold"),
        (f"  {printable(finding.place)}\n", "dim"),
        f"       {printable(finding.problem)}\n",
        (f"       {printable(finding.fix)}", "dim"),
    )


def _summary(findings: list[Finding], rules: int) -> str:
    if not findings:
        return f"{some(rules, 'rule')}, nothing to say"
    concerned = len({(finding.rule_id, finding.place) for finding in findings})
    return f"{some(len(findings), 'finding')} in {some(concerned, 'rule')} of {rules:,}"
