"""What came of a run: what people should hear of, and counts that add up."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec

from trailguard.record import DecodeFailure, ReadFailure
from trailguard.verdict import PluginFailure, RuleFailure, Severity, Verdict

__all__ = ["REPEAT", "Counts", "DeadLetter", "Failure", "Notice", "Report"]

REPEAT: Final = "an event that was judged before"
"""Why a record is ignored that brings an event once more."""

Failure = RuleFailure | DecodeFailure | ReadFailure | PluginFailure
Notice = Verdict | Failure


class DeadLetter(DecodeFailure, frozen=True):
    """What will never be decoded or read, on its way to where such things are kept: with its bytes."""


class Counts(msgspec.Struct):
    """How many records met which fate: ``seen == unrouted + judged + ignored + failed``, always.

    Attributes:
        unrouted: no rule listens to them.
        judged: at least one rule was asked.
        failed: they could not be decoded. A payload of which nothing could be read counts as one.
        ignored_because: how many were set aside as holding no event, by reason.
        rule_failures: how often a rule raised; such records are among the judged.
        unread: inputs that could not be opened; nothing is known of their records.
        plugin_failures: plugins, or parts of them, that were left out: nobody was asked what they know.
        verdicts: how many violations, by severity, without the suppressed ones.
        suppressed: violations that a standing exception covers, or that were told already.
        below: what a rule with a threshold found, and does not count as a violation.
    """

    unrouted: int = 0
    judged: int = 0
    failed: int = 0
    ignored_because: Counter[str] = msgspec.field(default_factory=Counter)
    rule_failures: int = 0
    unread: int = 0
    plugin_failures: int = 0
    verdicts: Counter[Severity] = msgspec.field(default_factory=Counter)
    suppressed: int = 0
    below: int = 0

    @property
    def ignored(self) -> int:
        """Records set aside as holding no event."""
        return self.ignored_because.total()

    @property
    def repeated(self) -> int:
        """Records that brought an event once more; they are among the ignored."""
        return self.ignored_because[REPEAT]

    @property
    def seen(self) -> int:
        """All records."""
        return self.unrouted + self.judged + self.ignored + self.failed

    @property
    def complete(self) -> bool:
        """Whether everything was read, decoded and judged by every rule that listens to it."""
        return not self.failures

    @property
    def failures(self) -> int:
        """Whatever makes them incomplete."""
        return self.failed + self.rule_failures + self.unread + self.plugin_failures

    def summary(self) -> dict[str, Any]:
        """Return them as JSON, for whoever invoked a function."""
        return {
            "records": {
                "seen": self.seen,
                "unrouted": self.unrouted,
                "judged": self.judged,
                "ignored": self.ignored,
                "failed": self.failed,
            },
            "ignored_because": dict(self.ignored_because),
            "verdicts": self.verdicts.total(),
            "suppressed": self.suppressed,
            "below": self.below,
            "failures": self.failures,
        }

    def add(self, notice: Notice) -> None:
        """Count a verdict or a failure."""
        match notice:
            case Verdict():
                self.verdicts[notice.severity] += 1
            case RuleFailure():
                self.rule_failures += 1
            case DecodeFailure():
                self.failed += 1
            case ReadFailure():
                self.unread += 1
            case PluginFailure():
                self.plugin_failures += 1


class Report(msgspec.Struct, frozen=True):
    """The result of judging a payload. Making one has no side effects.

    Attributes:
        verdicts: one for each violation, in the order of the records.
        failures: records that could not be decoded and rules that raised.
        counts: what became of every record.
    """

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    counts: Counts
