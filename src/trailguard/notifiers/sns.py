"""Publishes verdicts to an SNS topic, ten at a time, and reports each one that SNS refuses.

Limits: "Publish" and "PublishBatch" in the Amazon SNS API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trailguard.channel import Channel, Refusal
from trailguard.formats import writer
from trailguard.notifiers import _aws
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

    from trailguard.report import Notice

__all__ = ["SnsNotifier"]

_BATCH_BYTES: Final = 262_144
_SUBJECT_CHARACTERS: Final = 99
# What the attributes and the subject of an entry may take of the batch, so that the message has the rest.
_OVERHEAD_BYTES: Final = 1_024

Entry = dict[str, Any]


class SnsNotifier(Channel[Entry]):
    """Publishes each notice as one JSON message.

    The subject has severity and title, for people; the message attributes ``severity``, ``rule_id``,
    ``account_id`` and ``kind``, for subscription filter policies. A FIFO topic gets the rule as message
    group and the verdict's id for deduplication.

    Args:
        topic_arn: the topic.
        schema: in which words: ``trailguard`` or ``ocsf``.
        client: an SNS client; one for the topic's region is made if left out.

    Raises:
        ValueError: when ``topic_arn`` is not the ARN of an SNS topic.
    """

    name = "sns"
    max_entries = 10
    max_bytes = _BATCH_BYTES

    def __init__(
        self, topic_arn: str, *, schema: str = "trailguard", client: SNSClient | None = None
    ) -> None:
        parts = topic_arn.split(":") if isinstance(topic_arn, str) else []
        if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns" or not all(parts):
            raise ValueError(f"topic_arn is {topic_arn!r}; expected arn:aws:sns:REGION:ACCOUNT:TOPIC")
        self._client: SNSClient = client or _aws.client("sns", parts[3])
        self._topic_arn = topic_arn
        self.identity = f"sns {topic_arn}"
        self._write = writer(schema)

    def entry(self, notice: Notice) -> tuple[Entry, int]:
        """Write a notice as an entry of PublishBatch, without its id."""
        message = self._write(notice, _BATCH_BYTES - _OVERHEAD_BYTES)
        entry: Entry = {
            "Message": message,
            "Subject": _subject(notice),
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value}
                for name, value in _aws.attributes(notice).items()
            },
        }
        if self._topic_arn.endswith(".fifo"):
            entry |= _aws.fifo(notice, message)
        return entry, len(message.encode()) + _OVERHEAD_BYTES

    def post(self, entries: Sequence[Entry]) -> list[Refusal | None]:
        """Publish entries; SNS answers with 200 even where it refuses some."""
        numbered: list[PublishBatchRequestEntryTypeDef] = [
            {"Id": str(n), **entry}  # type: ignore[typeddict-item]  # as `entry` writes it
            for n, entry in enumerate(entries)
        ]
        answer = self._client.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=numbered)
        return _aws.refused(answer.get("Failed", ()), len(entries))

    def refusal(self, error: Exception) -> Refusal:
        """Say what an error of SNS means."""
        return _aws.refusal(error)


def _subject(notice: Notice) -> str:
    """Make a subject that SNS takes: printable ASCII, under 100 characters, not starting with a space."""
    if isinstance(notice, Verdict):
        text = f"[{notice.severity.value.upper()}] {notice.title} ({notice.account_id or 'account unknown'})"
    else:
        text = f"[FAILURE] {notice.error}"
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:_SUBJECT_CHARACTERS]
