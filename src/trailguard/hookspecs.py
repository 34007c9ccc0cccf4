"""The hooks that a plugin may implement.

A plugin is a module, named by an entry point in the group ``trailguard`` or handed to
``Guard.from_settings(plugins=[...])``. It implements a hook by a function of the same name:

    from trailguard import hookimpl
    from trailguard.plugins import rules_in
    import acme_rules

    @hookimpl
    def trailguard_rules():
        return rules_in(acme_rules)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from trailguard._rule import Rule
    from trailguard.notify import Notifier

__all__ = ["PROJECT", "hookimpl", "trailguard_notifiers", "trailguard_rules"]

PROJECT: Final = "trailguard"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def trailguard_rules() -> Iterable[Rule]:  # type: ignore[empty-body]  # a specification has none
    """Return the plugin's rules. Called once, when a `Guard` is made from settings."""


@hookspec
def trailguard_notifiers() -> Mapping[str, Callable[..., Notifier]]:  # type: ignore[empty-body]  # the same
    """Return notifier factories by the ``type`` that settings know them by.

    A factory is called with what the settings say beside the type, as keyword arguments. Called once, when
    a `Guard` is made from settings.
    """
