"""Sends verdicts to an SQS queue, ten at a time, and reports each one that SQS refuses.

Limits: "SendMessageBatch" and "SetQueueAttributes" (MaximumMessageSize) in the Amazon SQS API reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from trailguard.channel import Channel, Refusal
from trailguard.formats import writer
from trailguard.notifiers import _aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from trailguard.report import Notice

__all__ = ["SqsNotifier"]

_LEAST_BYTES: Final = 1_024
_MOST_BYTES: Final = 1_048_576
_URL: Final = re.compile(r"https?://[^\s/@]+/[0-9]{12}/[A-Za-z0-9_-]+(\.fifo)?")
# sqs.eu-west-1.amazonaws.com, an endpoint of a VPC, or as it was once: eu-west-1.queue.amazonaws.com.
_REGION: Final = re.compile(r"(?:^|\.)sqs(?:-fips)?\.([a-z0-9-]+)\.|^([a-z0-9-]+)\.queue\.")
_TOO_LONG: Final = re.compile(r"(?:shorter|longer) than ([0-9]+) bytes")

Entry = dict[str, Any]


class SqsNotifier(Channel[Entry]):
    """Sends each notice as one JSON message.

    The message attributes ``severity``, ``rule_id``, ``account_id`` and ``kind`` are those of `SnsNotifier`.
    A FIFO queue gets the rule as message group and the verdict's id for deduplication. Where the queue takes
    less than ``max_bytes``, what is too long for it is shortened to what it takes.

    Args:
        queue_url: the queue.
        schema: in which words: ``trailguard`` or ``ocsf``.
        client: an SQS client; one for the queue's region is made if left out.
        max_bytes: how many bytes the messages of a batch may have together, and so one message.

    Raises:
        ValueError: when ``queue_url`` is not the URL of a queue, or ``max_bytes`` is more or less than SQS
            takes.
    """

    name = "sqs"
    max_entries = 10

    def __init__(
        self,
        queue_url: str,
        *,
        schema: str = "trailguard",
        client: SQSClient | None = None,
        max_bytes: int = _MOST_BYTES,
    ) -> None:
        if not isinstance(queue_url, str) or not _URL.fullmatch(queue_url):
            raise ValueError(
                f"queue_url is {queue_url!r}; expected https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE"
            )
        _aws.check_bytes(max_bytes, _LEAST_BYTES, _MOST_BYTES)
        self._client: SQSClient = client or _aws.client("sqs", _region(queue_url))
        self._queue_url = queue_url
        self.identity = f"sqs {queue_url}"
        self._write = writer(schema)
        self.max_bytes = max_bytes

    def entry(self, notice: Notice) -> tuple[Entry, int]:
        """Write a notice as an entry of SendMessageBatch, without its id."""
        return self._written(notice, self.max_bytes)

    def rewritten(self, notice: Notice, refusal: Refusal) -> tuple[Entry, int] | None:
        """Shorten what is too long for this queue, to the length that SQS says."""
        limit = _TOO_LONG.search(refusal.error)
        if limit is None:
            return None
        entry, size = self._written(notice, int(limit[1]))
        return (entry, size) if size <= int(limit[1]) else None

    def post(self, entries: Sequence[Entry]) -> list[Refusal | None]:
        """Send entries; SQS answers with 200 even where it refuses some."""
        numbered: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(n), **entry}  # type: ignore[typeddict-item]  # as `entry` writes it
            for n, entry in enumerate(entries)
        ]
        answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=numbered)
        return _aws.refused(answer.get("Failed", ()), len(entries))

    def refusal(self, error: Exception) -> Refusal:
        """Say what an error of SQS means."""
        return _aws.refusal(error)

    def _written(self, notice: Notice, max_bytes: int) -> tuple[Entry, int]:
        attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in _aws.attributes(notice).items()
        }
        beside = sum(len("".join((name, *one.values())).encode()) for name, one in attributes.items())
        body = self._write(notice, max_bytes - beside)
        entry: Entry = {"MessageBody": body, "MessageAttributes": attributes}
        if self._queue_url.endswith(".fifo"):
            entry |= _aws.fifo(notice, body)
        return entry, len(body.encode()) + beside


def _region(queue_url: str) -> str | None:
    found = _REGION.search(urlsplit(queue_url).hostname or "")
    return (found[1] or found[2]) if found else None
