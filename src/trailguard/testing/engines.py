"""Engines for tests: of all rules that are installed, or of some, as settings have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trailguard.engine import Engine
from trailguard.plugins import gather
from trailguard.rule_sets import STRICT
from trailguard.settings import Settings, load_settings, settings_from

if TYPE_CHECKING:
    import os

    from trailguard._rule import Rule

__all__ = ["engine_with", "installed_engine"]


def installed_engine(settings: Settings | None = None) -> Engine:
    """Make an engine with the built-in rules and those of the installed packages.

    Raises:
        PluginError: when a package's plugin cannot be used.
        SettingsError: when a setting is wrong.
    """
    return Engine(gather().rules, settings or Settings())


def engine_with(
    *rules: Rule,
    settings: Settings | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
) -> Engine:
    """Make an engine.

    Args:
        *rules: the rules; all that are installed if there are none.
        settings: a file, or what may stand in one; nothing is set if left out.
        parameters: parameters of rules by their ids, beside what the settings say.

    Raises:
        PluginError: when an installed plugin cannot be used.
        SettingsError: when a setting or parameter is wrong.
    """
    read = _read(settings)
    for rule_id, values in (parameters or {}).items():
        own = read.of_rule(rule_id)
        own = own.model_copy(update={"parameters": {**own.parameters, **values}})
        read = read.model_copy(update={"rules": {**read.rules, rule_id: own}})
    if not rules:
        return installed_engine(read)
    if "rule_sets" not in read.model_fields_set:  # whoever names rules wants them, in whatever set they are
        read = read.model_copy(update={"rule_sets": (STRICT,)})
    return Engine(rules, read)


def _read(settings: Settings | Mapping[str, Any] | str | os.PathLike[str] | None) -> Settings:
    if settings is None or isinstance(settings, Settings):
        return settings or Settings()
    if isinstance(settings, Mapping):
        return settings_from(settings, "settings")
    return load_settings(settings, environ={})  # a test is to come to the same on every machine
