"""Counts verdicts and failures as CloudWatch metrics, through a log: no API is called, none can throttle.

A line holds the counts for one rule and severity, as a dimension has one value in it; CloudWatch adds up the
lines for the dimension sets that have fewer. Resources and callers are no dimensions: each value would be a
metric of its own, and is paid for.

Source: "Specification: Embedded metric format" and "Dimension" in the Amazon CloudWatch documentation.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TextIO

from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.verdict import RuleFailure, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from trailguard.report import Failure, Notice

__all__ = ["MetricsNotifier"]

_VALUE_CHARACTERS: Final = 250
_NAMESPACE: Final = re.compile(r"(?!AWS/)[A-Za-z0-9._/#:-][A-Za-z0-9._/#: -]{0,254}")


class MetricsNotifier:
    """Writes counts in CloudWatch's embedded metric format, a line of JSON for each rule and severity.

    The metrics are ``Verdicts`` and ``SuppressedVerdicts``, in all, by ``severity`` and by ``rule_id``; and
    ``Failures``, in all and by ``kind``. Their time is when they are written: CloudWatch refuses what is
    older than two weeks, and a backfill would raise alarms about last year.

    Args:
        namespace: of the metrics.
        stream: where to; standard output, as it is at the time of writing, if left out: in Lambda, that is
            CloudWatch Logs.
        clock: tells the time, in seconds since 1970.

    Raises:
        ValueError: when ``namespace`` is none.
    """

    name = "metrics"

    def __init__(
        self,
        *,
        namespace: str = "trailguard",
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not isinstance(namespace, str) or not _NAMESPACE.fullmatch(namespace):
            raise ValueError(
                f"namespace is {namespace!r}; expected up to 255 letters, digits and . - _ / # : and spaces,"
                " not beginning with AWS/"
            )
        self._namespace, self._stream, self._clock = namespace, stream, clock

    def send(self, notices: Sequence[Notice]) -> None:
        """Write the counts of the notices, and flush.

        Raises:
            ValueError: for dead letters, whose bytes a count does not keep.
        """
        if any(isinstance(notice, DeadLetter) for notice in notices):
            raise ValueError("a count does not keep the bytes of a dead letter")
        counts = [*_of_verdicts(notices), *_of_failures(notices)]
        lines = [self._line(metrics, dimensions) for metrics, dimensions in counts]
        stream = self._stream or sys.stdout
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()

    def _line(self, metrics: Mapping[str, int], dimensions: Mapping[str, str]) -> str:
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [[], *([name] for name in dimensions)],
            "Metrics": [{"Name": name, "Unit": "Count"} for name in metrics],
        }
        about: dict[str, Any] = {
            "Timestamp": int(self._clock() * 1000),
            "CloudWatchMetrics": [directive],
        }
        return json.dumps({"_aws": about, **dimensions, **metrics})


def _of_verdicts(notices: Sequence[Notice]) -> Iterator[tuple[dict[str, int], dict[str, str]]]:
    verdicts = [notice for notice in notices if isinstance(notice, Verdict)]
    standing = Counter(_place(one) for one in verdicts if not one.suppressed)
    suppressed = Counter(_place(one) for one in verdicts if one.suppressed)
    for severity, rule_id in dict.fromkeys(_place(one) for one in verdicts):
        place = severity, rule_id
        metrics = {"Verdicts": standing[place], "SuppressedVerdicts": suppressed[place]}
        yield metrics, {"severity": severity, "rule_id": rule_id}


def _of_failures(notices: Sequence[Notice]) -> Iterator[tuple[dict[str, int], dict[str, str]]]:
    kinds = Counter(_kind(notice) for notice in notices if not isinstance(notice, Verdict))
    for kind, number in kinds.items():
        yield {"Failures": number}, {"kind": kind}


def _place(verdict: Verdict) -> tuple[str, str]:
    return verdict.severity.value, _dimension(verdict.rule_id)


def _dimension(value: str) -> str:
    """Write a value as CloudWatch takes it: printable ASCII, not blank, not beginning with a colon."""
    text = re.sub(r"[^!-~]", "?", value[:_VALUE_CHARACTERS]) or "?"
    return f"?{text[1:]}" if text.startswith(":") else text


def _kind(failure: Failure) -> str:
    match failure:
        case RuleFailure():
            return "rule-failure"
        case DecodeFailure():
            return "decode-failure"
        case ReadFailure():
            return "read-failure"
        case _:
            return "plugin-failure"
