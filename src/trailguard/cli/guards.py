"""The guard that commands judge by, and what is said where plugins are left out of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from trailguard.guard import Guard
from trailguard.record import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["make_guard"]


def make_guard(settings: str | None, only: Iterable[str] | None = None) -> Guard:
    """Make a guard that tells nobody; what is logged meanwhile is shown on standard error.

    Args:
        settings: the settings file; the one of the environment, or the defaults, if left out.
        only: judge by these rules alone, by id.

    Raises:
        TrailguardError: as `Guard.from_settings` does.
    """
    log, shown = logging.getLogger("trailguard"), _Shown()
    log.addHandler(shown)
    try:
        return Guard.from_settings(settings, notifiers=(), only=only)
    finally:
        log.removeHandler(shown)


class _Shown(logging.Handler):
    """Shows messages as the command's own; other people's text is spelled out and never obeyed."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(f"trailguard: {printable(record.getMessage())}", err=True)
