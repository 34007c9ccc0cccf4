"""A notifier that remembers what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Failure, Notice

__all__ = ["RecordingNotifier"]


class RecordingNotifier:
    """Remembers everything, and delivers it nowhere.

    Attributes:
        notices: what it was told, in that order.
    """

    name = "recording"

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> None:
        """Remember notices."""
        self.notices += notices

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts among them."""
        return [notice for notice in self.notices if isinstance(notice, Verdict)]

    @property
    def failures(self) -> list[Failure]:
        """All others."""
        return [notice for notice in self.notices if not isinstance(notice, Verdict)]
