"""What the engine has to know of each kind of record: what it is routed by, and what a verdict says of it."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeVar, cast

import msgspec
from pydantic import BaseModel, ValidationError

from trailguard.errors import DecodingError
from trailguard.match import SCHEDULE, Facts
from trailguard.models._base import in_utc
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import DELETED, NOT_RECORDED, ConfigurationItem, ScheduledRun
from trailguard.record import Head, ItemHead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trailguard._rule import Event
    from trailguard.record import Kind, Record

__all__ = ["FEEDS", "About", "Feed", "Key", "feed_of", "validated"]

E = TypeVar("E", bound=BaseModel)
Key = tuple[str, ...]
"""What records are routed by. All that have one key go to the same rules, or to none."""


class About(NamedTuple):
    """What a verdict says of what was judged.

    Attributes:
        event_id: tells it from all others, whether it has an id or not.
        resource: what is affected, unless the violation says otherwise.
        name: what it is called where a rule fails on it.
        fields: of the verdict.
    """

    event_id: str
    resource: str | None
    name: str
    fields: dict[str, Any]


class Feed(ABC):
    """One kind of record.

    Attributes:
        model: of its events.
        noun: what a record of it is.
        keyed_by: the fields that records are routed by.
        head: reads these fields, and nothing else.
    """

    model: ClassVar[type[Event]]
    noun: ClassVar[str]
    keyed_by: ClassVar[tuple[str, ...]]
    head: ClassVar[msgspec.json.Decoder[Any]]

    @abstractmethod
    def keys(self, heads: Iterable[Any]) -> list[Key]:
        """Return what records are routed by, of their heads; empty texts where it is missing."""

    def keyless(self, data: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # most have none
        """Say what a record is that by its nature has no key; None of one that lacks it."""
        return None

    @abstractmethod
    def facts(self, data: Mapping[str, Any]) -> Facts:
        """Read what matches ask for, from a record whose fields may be anything."""

    @abstractmethod
    def id_of(self, data: Mapping[str, Any], record: Record) -> str | None:
        """Return what a record has in common with its re-deliveries; None if nothing can tell.

        It is one text, because a scan keeps it of each event that was judged, and a tuple takes twice that.
        Each part has its length before it, so that no others make the same text.
        """

    @abstractmethod
    def event(self, data: dict[str, Any], record: Record) -> Event:
        """Make the event that rules are asked about; its envelope may know its account.

        Raises:
            DecodingError: when a field has a value that it cannot have.
        """

    @abstractmethod
    def about(self, event: Any) -> About:  # noqa: ANN401  # what `event` made
        """Return what a verdict says of it."""


class _Events(Feed):
    """CloudTrail's records."""

    model = CloudTrailEvent
    noun = "a CloudTrail record"
    keyed_by = ("eventName", "eventSource")
    head = msgspec.json.Decoder(Head)

    # Records that are about activity rather than of it: they have no eventName, and no action to listen to.
    _NO_ACTION: Final = {
        "AwsCloudTrailInsight": "a CloudTrail Insights event",
        "AwsAggregatedEvent": "a CloudTrail aggregated event",
    }
    # Where LookupEvents gives the record, it is a text.
    _READ_ONLY: Final = {"true": True, "false": False}

    _key: Final = attrgetter("event_source", "event_name")

    def keys(self, heads: Iterable[Any]) -> list[Key]:
        return list(map(self._key, heads))

    def keyless(self, data: Mapping[str, Any]) -> str | None:
        kind = data.get("eventType")
        return self._NO_ACTION.get(kind) if isinstance(kind, str) else None

    def facts(self, data: Mapping[str, Any]) -> Facts:
        error = data.get("errorCode")
        identity = data.get("userIdentity")
        kind = identity.get("type") if isinstance(identity, dict) else None
        response = data.get("responseElements")
        refused = isinstance(response, dict) and response.get("ConsoleLogin") == "Failure"
        read_only = data.get("readOnly")
        return Facts(
            not error and not refused,
            str(error) if error else None,
            kind if isinstance(kind, str) else None,
            read_only if isinstance(read_only, bool) else self._READ_ONLY.get(str(read_only)),
        )

    def id_of(self, data: Mapping[str, Any], record: Record) -> str | None:  # noqa: ARG002  # it has ids of its own
        account_id = data.get("recipientAccountId") or data.get("recipientAccountID")
        event_id = data.get("eventID")
        if not isinstance(event_id, str) or not event_id:
            return None
        account = account_id if isinstance(account_id, str) else ""
        return f"{len(account)}:{account}{event_id}"

    def event(self, data: dict[str, Any], record: Record) -> CloudTrailEvent:
        event = validated(CloudTrailEvent, data)
        if record.account_id and not event.account_id:
            event = event.model_copy(update={"recipient_account_id": record.account_id})
        return event

    def about(self, event: CloudTrailEvent) -> About:
        text = event.event_id or hashlib.sha256(json.dumps(event.raw, sort_keys=True).encode()).hexdigest()
        fields = {
            "account_id": event.account_id,
            "region": event.aws_region,
            "event_id": event.event_id,
            "event_time": event.event_time,
            "event_source": event.event_source,
            "event_name": event.event_name,
            "actor": event.actor,
            "source_ip": event.source_ip_address if event.source_ip else None,
        }
        return About(text, None, event.event_name, fields)


class _ConfigurationItems(Feed):
    """AWS Config's configuration items."""

    model = ConfigurationItem
    noun = "a configuration item"
    keyed_by = ("resourceType",)
    head = msgspec.json.Decoder(ItemHead)

    def keys(self, heads: Iterable[Any]) -> list[Key]:
        return [(head.resource_type,) for head in heads]

    def facts(self, data: Mapping[str, Any]) -> Facts:
        status = data.get("configurationItemStatus")
        if status in NOT_RECORDED:
            return Facts(resource="not recorded")
        return Facts(resource="deleted" if status in DELETED else "exists")

    def id_of(self, data: Mapping[str, Any], record: Record) -> str | None:
        account_id = data.get("awsAccountId") or data.get("accountId") or record.account_id
        try:
            captured = in_utc(data.get("configurationItemCaptureTime")).isoformat()
        except ValueError:
            return None
        named = (account_id, data.get("awsRegion"), data.get("resourceType"), data.get("resourceId"))
        if not all(isinstance(part, str) and part for part in named):
            return None  # they would be one and the same for resources of other accounts
        parts = *map(str, named), captured, str(data.get("configurationStateId"))
        return "".join([f"{len(part)}:{part}" for part in parts])

    def event(self, data: dict[str, Any], record: Record) -> ConfigurationItem:
        item = validated(ConfigurationItem, data)
        if record.account_id and not item.account_id:
            item = item.model_copy(update={"account_id": record.account_id})
        return item

    def about(self, event: ConfigurationItem) -> About:
        fields = {
            "account_id": event.account_id,
            "region": event.aws_region,
            "event_id": event.item_id,
            "event_time": event.capture_time,
            "resource_type": event.resource_type,
        }
        return About(event.item_id, event.resource, event.resource_type, fields)


class _ScheduledRuns(Feed):
    """The messages by which AWS Config runs periodic rules."""

    class _Head(msgspec.Struct, rename="camel", gc=False):
        message_type: str = ""

    model = ScheduledRun
    noun = "a message of AWS Config"
    keyed_by = ("messageType",)
    head = msgspec.json.Decoder(_Head)

    def keys(self, heads: Iterable[Any]) -> list[Key]:
        return [(SCHEDULE if head.message_type else "",) for head in heads]  # decoding knows that it is one

    def facts(self, data: Mapping[str, Any]) -> Facts:  # noqa: ARG002  # matches ask for none
        return Facts()

    def id_of(self, data: Mapping[str, Any], record: Record) -> str | None:  # noqa: ARG002  # it has none
        return None

    def event(self, data: dict[str, Any], record: Record) -> ScheduledRun:
        run = validated(ScheduledRun, data)
        if record.account_id and not run.account_id:
            run = run.model_copy(update={"account_id": record.account_id})
        return run

    def about(self, event: ScheduledRun) -> About:
        at = event.creation_time.isoformat() if event.creation_time else ""
        event_id = f"{event.account_id or ''}/{SCHEDULE}/{at}"
        fields = {"account_id": event.account_id, "event_id": event_id, "event_time": event.creation_time}
        return About(event_id, event.account_id, SCHEDULE, fields)


FEEDS: Final[dict[Kind, Feed]] = {
    "event": _Events(),
    "configuration item": _ConfigurationItems(),
    "scheduled run": _ScheduledRuns(),
}
"""The kinds of records that there are."""


def feed_of(event: Event) -> Feed:
    """Return what there is to know of an event's kind."""
    return next(feed for feed in FEEDS.values() if isinstance(event, feed.model))


def validated(model: type[E], data: dict[str, Any]) -> E:
    """Make a model of JSON's values.

    Raises:
        DecodingError: which fields are wrong and how, without any of their content.
    """
    try:
        # What model_validate does, without the options that it looks at first.
        return cast("E", model.__pydantic_validator__.validate_python(data))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        told = "; ".join(f"{'.'.join(map(str, d['loc']))}: {d['msg']}" for d in details)
        raise DecodingError(told) from None
