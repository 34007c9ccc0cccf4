"""Examples of what a rule is for: the events that tests hand to it, and what came of them.

Whoever wants to know them listens; the pytest plugin does, for the contract and for coverage.
"""

from __future__ import annotations

import copy
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from trailguard.models.config import ScheduledRun
from trailguard.watch import Reads, document_of, watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from trailguard._rule import Event, Rule
    from trailguard.verdict import Violation

__all__ = ["LISTENERS", "Example", "Expected", "tell"]

Expected = Literal["violates", "complies"] | None
"""What a test says of an example; None where it only calls the rule."""

_SOME_TEST: Final = "a test"


@dataclass(frozen=True, slots=True)
class Example:
    """An event that a test handed to a rule.

    Attributes:
        rule: the rule.
        document: the event as JSON, by AWS's names.
        params: the rule's parameters; None for the defaults.
        asked: whether the engine would have asked the rule, or only the test did.
        fires: whether the rule found something wrong.
        expected: what the test said.
        test: which test it was, if it was one of pytest's.
    """

    rule: Rule
    document: dict[str, Any]
    params: BaseModel | None
    asked: bool
    fires: bool
    expected: Expected = None
    test: str = _SOME_TEST

    @property
    def is_repeatable(self) -> bool:
        """Whether the rule may be asked again; about a scheduled run it asks AWS, or a test's stand-in."""
        return self.rule.model is not ScheduledRun

    def event(self, document: dict[str, Any] | None = None) -> Event:
        """Make the event, or a like one of another document.

        Raises:
            ValidationError: when the document is none of an event.
        """
        return self.rule.model.model_validate(copy.deepcopy(self.document if document is None else document))

    def reads(self) -> Reads:
        """Return what the rule reads of the event, as far as it comes."""
        event, reads = watched(self.event())
        with suppress(Exception):  # a rule may raise anything
            list(self.rule.violations(event, self.params))
        return reads

    def find(self, document: dict[str, Any] | None = None) -> list[Violation]:
        """Return what the rule finds wrong with the event, or with a like one of another document."""
        return list(self.rule.violations(self.event(document), self.params))


LISTENERS: Final[list[Callable[[Example], None]]] = []
"""Who is told of each example. Empty unless the pytest plugin listens."""


def tell(  # noqa: PLR0913  # an example has as many parts
    rule: Rule,
    event: Event,
    params: BaseModel | None,
    *,
    asked: bool,
    fires: bool,
    expected: Expected = None,
) -> None:
    """Tell the listeners of an example, if there are any."""
    if LISTENERS:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]  # without its phase
        document = copy.deepcopy(document_of(event))
        for listener in LISTENERS:
            listener(Example(rule, document, params, asked, fires, expected, test or _SOME_TEST))
