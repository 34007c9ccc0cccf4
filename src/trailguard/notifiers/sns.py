"""Publishes verdicts to an SNS topic, ten at a time, and reports each one that SNS refuses.

Limits: "Publish" and "PublishBatch" in the Amazon SNS API reference.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from trailguard.notify import Undelivered, to_json
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

    from trailguard.report import Notice

__all__ = ["SnsNotifier"]

_BATCH_ENTRIES: Final = 10
_BATCH_BYTES: Final = 262_144
_SUBJECT_CHARACTERS: Final = 99
# What the attributes and the subject of an entry may take of the batch, so that the message has the rest.
_OVERHEAD_BYTES: Final = 1_024

Entry = tuple["Notice", "PublishBatchRequestEntryTypeDef", int]


class SnsNotifier:
    """Publishes each notice as one JSON message.

    The subject has severity and title, for people; the message attributes ``severity``, ``rule_id``,
    ``account_id`` and ``kind``, for subscription filter policies. A FIFO topic gets the rule as message
    group and the verdict's id for deduplication.

    Args:
        topic_arn: the topic.
        client: an SNS client; one for the topic's region is made if left out.

    Raises:
        ValueError: when ``topic_arn`` is not the ARN of an SNS topic.
    """

    name = "sns"

    def __init__(self, topic_arn: str, *, client: SNSClient | None = None) -> None:
        parts = topic_arn.split(":") if isinstance(topic_arn, str) else []
        if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns" or not all(parts):
            raise ValueError(f"topic_arn is {topic_arn!r}; expected arn:aws:sns:REGION:ACCOUNT:TOPIC")
        if client is None:
            import boto3  # noqa: PLC0415  # takes a quarter of a second, and many never need it

            client = boto3.client("sns", region_name=parts[3])
        self._client = client
        self._topic_arn = topic_arn

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        """Publish the notices; return those that SNS refused or that could not be sent."""
        return list(self._publish(notices))

    def _publish(self, notices: Sequence[Notice]) -> Iterator[Undelivered]:
        for batch in self._batches(notices):
            entries = [entry for _, entry, _ in batch]
            by_id = {entry["Id"]: notice for notice, entry, _ in batch}
            try:
                response = self._client.publish_batch(
                    TopicArn=self._topic_arn, PublishBatchRequestEntries=entries
                )
            except Exception as error:  # noqa: BLE001  # botocore's and the network's; the next batch may pass
                yield from (Undelivered(notice, self.name, str(error)) for notice in by_id.values())
                continue
            for failed in response.get("Failed", []):
                reason = f"{failed['Code']}: {failed.get('Message', '')}"
                yield Undelivered(by_id[failed["Id"]], self.name, reason)

    def _batches(self, notices: Sequence[Notice]) -> Iterator[list[Entry]]:
        """Group entries so that none exceeds what one PublishBatch call takes."""
        batch: list[Entry] = []
        size = 0
        for number, notice in enumerate(notices):
            entry = self._entry(notice, str(number))
            if len(batch) == _BATCH_ENTRIES or (batch and size + entry[2] > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(entry)
            size += entry[2]
        if batch:
            yield batch

    def _entry(self, notice: Notice, entry_id: str) -> Entry:
        message = to_json(notice, _BATCH_BYTES - _OVERHEAD_BYTES)
        attributes = {"kind": "verdict" if isinstance(notice, Verdict) else "failure"}
        if isinstance(notice, Verdict):
            attributes |= {"severity": notice.severity.value, "rule_id": notice.rule_id}
            if notice.account_id:
                attributes["account_id"] = notice.account_id
        entry: PublishBatchRequestEntryTypeDef = {
            "Id": entry_id,
            "Message": message,
            "Subject": _subject(notice),
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        }
        if self._topic_arn.endswith(".fifo"):
            entry["MessageGroupId"] = notice.rule_id if isinstance(notice, Verdict) else "failures"
            entry["MessageDeduplicationId"] = (
                notice.id if isinstance(notice, Verdict) else hashlib.sha256(message.encode()).hexdigest()
            )
        return notice, entry, len(message.encode()) + _OVERHEAD_BYTES


def _subject(notice: Notice) -> str:
    """Make a subject that SNS takes: printable ASCII, under 100 characters, not starting with a space."""
    if isinstance(notice, Verdict):
        text = f"[{notice.severity.value.upper()}] {notice.title} ({notice.account_id or 'account unknown'})"
    else:
        text = f"[FAILURE] {notice.error}"
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:_SUBJECT_CHARACTERS]
