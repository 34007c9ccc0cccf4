"""Puts verdicts on an EventBridge bus, ten at a time, and reports each one that EventBridge refuses.

Limits: "PutEvents" in the Amazon EventBridge API reference, and "Calculating PutEvents event entry size" in
its user guide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from trailguard.channel import Channel, Refusal
from trailguard.formats import writer
from trailguard.notifiers import _aws
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_events import EventBridgeClient

    from trailguard.report import Notice

__all__ = ["EventBridgeNotifier"]

_LEAST_BYTES: Final = 1_024
_DEFAULT_BYTES: Final = 262_144
_MOST_BYTES: Final = 1_048_576
_TIME_BYTES: Final = 14
# As botocore's service model has it.
_BUS: Final = re.compile(
    r"(arn:aws[\w-]*:events:([a-z]+-[a-z]+-[\w-]+):[0-9]{12}:event-bus/)?[.\-_A-Za-z0-9]+"
)
_ARN: Final = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:[!-~]{1,1024}")

Entry = dict[str, Any]


class EventBridgeNotifier(Channel[Entry]):
    """Puts each notice on a bus as one event, whose detail is the notice's JSON.

    The detail type is ``Trailguard Verdict`` or ``Trailguard Failure``; a verdict's event has the time of
    what it is about, and the resource if that is an ARN. What EventBridge refuses for what is in it, such as
    a number of more than 64 bits, is put once more without the evidence.

    Args:
        event_bus: the name or ARN of the bus.
        source: what rules know the events by.
        region: where the bus is; its ARN's, or the environment's, if left out.
        schema: in which words: ``trailguard`` or ``ocsf``.
        client: an EventBridge client; one for the region is made if left out.
        max_bytes: how many bytes the entries of a request may have together, and so one entry.

    Raises:
        ValueError: when ``event_bus`` is no name or ARN of a bus, ``source`` is one that EventBridge
            reserves, or ``max_bytes`` is more or less than it takes.
    """

    name = "eventbridge"
    max_entries = 10

    def __init__(  # noqa: PLR0913  # all of them have defaults
        self,
        event_bus: str = "default",
        *,
        source: str = "trailguard",
        region: str | None = None,
        schema: str = "trailguard",
        client: EventBridgeClient | None = None,
        max_bytes: int = _DEFAULT_BYTES,
    ) -> None:
        bus = _BUS.fullmatch(event_bus) if isinstance(event_bus, str) else None
        if bus is None:
            raise ValueError(
                f"event_bus is {event_bus!r}; expected NAME or arn:aws:events:REGION:ACCOUNT:event-bus/NAME"
            )
        if not isinstance(source, str) or not source.isprintable() or not 0 < len(source) <= 256:
            raise ValueError(f"source is {source!r}; expected 1 to 256 printable characters")
        if source.startswith("aws."):
            raise ValueError(f"source is {source!r}; EventBridge reserves names that begin with 'aws.'")
        _aws.check_bytes(max_bytes, _LEAST_BYTES, _MOST_BYTES)
        self._client: EventBridgeClient = client or _aws.client("events", region or bus[2])
        self._event_bus, self._source = event_bus, source
        self.identity = f"eventbridge {region or ''} {event_bus} {source}"
        self._write = writer(schema)
        self.max_bytes = max_bytes

    def entry(self, notice: Notice) -> tuple[Entry, int]:
        """Write a notice as an entry of PutEvents."""
        return self._written(notice, self.max_bytes)

    def rewritten(self, notice: Notice, refusal: Refusal) -> tuple[Entry, int] | None:  # noqa: ARG002  # any
        """Write a notice without its evidence: what is odd in it is there."""
        return self._written(notice, 0)

    def post(self, entries: Sequence[Entry]) -> list[Refusal | None]:
        """Put entries; EventBridge answers in their order, with 200 even where it refuses some."""
        answer = self._client.put_events(Entries=list(entries))  # type: ignore[arg-type]  # as `entry` writes it
        return [
            _aws.of_code(one["ErrorCode"], one.get("ErrorMessage", "")) if one.get("ErrorCode") else None
            for one in answer["Entries"]
        ]

    def refusal(self, error: Exception) -> Refusal:
        """Say what an error of EventBridge means."""
        return _aws.refusal(error)

    def _written(self, notice: Notice, max_bytes: int) -> tuple[Entry, int]:
        kind = "Trailguard Verdict" if isinstance(notice, Verdict) else "Trailguard Failure"
        entry: Entry = {"EventBusName": self._event_bus, "Source": self._source, "DetailType": kind}
        size = len(self._source.encode()) + len(kind)
        if isinstance(notice, Verdict):
            if notice.event_time:
                entry["Time"] = notice.event_time
                size += _TIME_BYTES
            if notice.resource and _ARN.fullmatch(notice.resource):
                entry["Resources"] = [notice.resource]
                size += len(notice.resource)
        entry["Detail"] = self._write(notice, max_bytes - size)
        return entry, size + len(entry["Detail"].encode())
