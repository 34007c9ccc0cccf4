"""Whether settings fit the rules and notifiers that are in a package."""

from __future__ import annotations

import ast
from datetime import date
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from trailguard.engine import Engine
from trailguard.errors import PackagingError
from trailguard.package.imports import parsed
from trailguard.plugins import collect, discover, load
from trailguard.settings import Settings, load_settings
from trailguard.settings_check import misfits

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["check_settings"]


def check_settings(file: Path | None, rule_packages: Collection[str], function: Path | None = None) -> None:
    """Load the rule packages, as they are installed here, and judge settings by them.

    Environment variables of this machine do not count, for they do not come along. Nor does the date: a
    package is the same on another day, when an exception may have expired.

    Args:
        file: the settings file; the defaults, if left out.
        rule_packages: the distributions, by their normal names, that are in the package.
        function: the handler's file, if it is somebody's own. Where it hands over rules or plugins itself,
            settings may name those, and it stays open whether they fit.

    Raises:
        PackagingError: when settings name a rule, a notifier or an option of theirs that does not exist.
        SettingsError: when the file cannot be read, or something else is wrong in it.
        PluginError: when a rule package cannot be used.
    """
    settings = load_settings(file, {}) if file else Settings.defaults()
    plugins = [one for one in discover() if canonicalize_name(one.distribution) in rule_packages]
    catalogue = collect((str(plugin), load(plugin)) for plugin in plugins)
    if function and _hands_over_rules(function):
        return
    if problems := [str(problem) for problem in misfits(settings, catalogue, date.min)]:
        raise PackagingError(problems)
    Engine(catalogue.rules, settings)


def _hands_over_rules(function: Path) -> bool:
    """Tell whether a file calls something as `Guard.from_settings(rules=...)`. One that is no Python may."""
    try:
        tree = parsed(function.read_bytes())
    except (SyntaxError, ValueError):
        return True
    return any(isinstance(one, ast.keyword) and one.arg in {"rules", "plugins"} for one in ast.walk(tree))
