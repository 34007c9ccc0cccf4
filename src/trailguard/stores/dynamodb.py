"""Keeps state in a DynamoDB table, which Lambda functions share.

Sources: "PutItem", "UpdateItem", "BatchGetItem", "BatchWriteItem" and "Condition expressions" in the Amazon
DynamoDB references. "Using time to live (TTL) in DynamoDB" says that items may stay for days after they
expired: hence every condition compares with the time.
"""

from __future__ import annotations

import math
import random
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from trailguard.errors import StoreError
from trailguard.stores._entry import (
    MAX_MEMBERS,
    checked_cap,
    expiry,
    is_over,
    key_of,
    member_of,
    owner_name,
    owner_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["DynamoDbStore"]

_READ_KEYS: Final = 100
_WRITE_KEYS: Final = 25
_ATTEMPTS: Final = 7
_FIRST_PAUSE: Final = 0.05
_REFUSED: Final = "ConditionalCheckFailedException"

T = TypeVar("T")
Item = dict[str, Any]


class DynamoDbStore:
    """A `Store` in a table whose partition key is the text ``pk``, and whose TTL attribute is ``expires``.

    Args:
        table: the table's name.
        region: the environment's, if left out.
        client: a DynamoDB client; one is made if left out.
        max_members: how many members a set keeps. With each, an addition costs a little more.
        clock: tells the time, in seconds since 1970.
        sleep: waits for so many seconds, where DynamoDB leaves something undone.

    Raises:
        StoreError: when no client can be made.
    """

    def __init__(  # noqa: PLR0913  # all but the table have defaults
        self,
        table: str,
        *,
        region: str | None = None,
        client: DynamoDBClient | None = None,
        max_members: int = MAX_MEMBERS,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self.max_members = checked_cap(max_members)
        self._clock = clock
        self._sleep = sleep
        self._client = client or self._made(region)

    def claim(self, key: str, owner: str, ttl: float) -> str:
        """Hold a key for an owner unless somebody holds it; return who does."""
        now = self._clock()
        item = _item("claim", key, expiry(now, ttl)) | {"holder": {"B": owner_of(owner)}}
        for _ in range(_ATTEMPTS):
            found = self._put(item, now)
            if found is None:
                return owner
            if found:
                return owner_name(found["holder"]["B"])
        raise self._restless()

    def add(self, key: str, member: str, ttl: float) -> int:
        """Put a member into a set; return how many different ones it has now."""
        now = self._clock()
        item = _item("set", key, expiry(now, ttl)) | {"members": {"BS": [member_of(member)]}}
        for _ in range(_ATTEMPTS):
            found = self._added(item, now)
            if _lives(found, now):
                return min(len(found["members"]["BS"]), self.max_members)
            if self._put(item, now) is None:
                return 1
        raise self._restless()

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        """Remember keys for so many seconds."""
        expires = expiry(self._clock(), ttl)
        items = {key: _item("mark", key, expires) for key in keys}
        for batch in _batches(list(items.values()), _WRITE_KEYS):
            puts = {self._table: [{"PutRequest": {"Item": item}} for item in batch]}
            self._until_done("dynamodb:BatchWriteItem", self._write, puts)

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of these keys are marked."""
        now = self._clock()
        key_at = {_pk("mark", key): key for key in keys}
        items: list[Item] = []
        for batch in _batches(list(key_at), _READ_KEYS):
            gets = {self._table: {"Keys": [{"pk": {"S": pk}} for pk in batch], "ConsistentRead": True}}
            self._until_done("dynamodb:BatchGetItem", partial(self._read, items), gets)
        return frozenset(key_at[item["pk"]["S"]] for item in items if _lives(item, now))

    def _put(self, item: Item, now: float) -> Item | None:
        """Put an item where none is that lives; return None, or else the one that is there."""
        try:
            with self._asking("dynamodb:PutItem"):
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk) OR expires <= :now",
                    ExpressionAttributeValues={":now": _number(now)},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            return self._found(refusal, item)
        return None

    def _added(self, item: Item, now: float) -> Item:
        """Add the members of an item to the one that is there, if it lives and has room; return that one."""
        try:
            with self._asking("dynamodb:UpdateItem"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={"pk": item["pk"]},
                    UpdateExpression="SET expires = if_not_exists(expires, :expires) ADD members :members",
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR (expires > :now AND size(members) < :cap)"
                    ),
                    ExpressionAttributeValues={
                        ":expires": item["expires"],
                        ":members": item["members"],
                        ":now": _number(now),
                        ":cap": {"N": str(self.max_members)},
                    },
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            return self._found(refusal, item)
        return cast("Item", answer["Attributes"])

    def _found(self, refusal: Exception, item: Item) -> Item:
        """Return the item that a condition failed on; an empty one if it is gone by now."""
        if told := getattr(refusal, "response", {}).get("Item"):
            return cast("Item", told)
        with self._asking("dynamodb:GetItem"):  # stand-ins for DynamoDB do not tell
            answer = self._client.get_item(TableName=self._table, Key={"pk": item["pk"]}, ConsistentRead=True)
        return cast("Item", answer.get("Item", {}))

    def _write(self, requests: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._client.batch_write_item(RequestItems=requests)["UnprocessedItems"]

    def _read(self, items: list[Item], requests: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._client.batch_get_item(RequestItems=requests)
        for found in answer["Responses"].values():
            items.extend(found)
        return answer["UnprocessedKeys"]

    def _until_done(
        self, action: str, ask: Callable[[Mapping[str, Any]], Mapping[str, Any]], left: Mapping[str, Any]
    ) -> None:
        """Ask for a batch, and then for what was left undone of it, as DynamoDB does when it is busy."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._sleep(_FIRST_PAUSE * 2**attempt * random.random())  # noqa: S311  # spreads the load only
            with self._asking(action):
                left = ask(left)
            if not left:
                return
        raise StoreError(
            self._name,
            f"{action} left something undone {_ATTEMPTS} times, as when there are too many requests",
        )

    @contextmanager
    def _asking(self, action: str) -> Iterator[None]:
        """Turn what DynamoDB or the network refuses into a `StoreError`, but for failed conditions."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # as boto3: few need it

        try:
            yield
        except ClientError as error:
            told = error.response.get("Error", {})
            code = told.get("Code", "")
            if code == _REFUSED:
                raise
            allow = f"; allow {action}" if code.startswith("AccessDenied") else ""
            raise StoreError(self._name, f"{action}: {code}: {told.get('Message', '')}{allow}") from error
        except BotoCoreError as error:
            told_in_a_line = " ".join(str(error).split())
            raise StoreError(self._name, f"{action}: {type(error).__name__}: {told_in_a_line}") from error

    def _made(self, region: str | None) -> DynamoDBClient:
        import boto3  # noqa: PLC0415  # takes a quarter of a second, and many never need it
        from botocore.config import Config  # noqa: PLC0415

        # A table that cannot be reached must not take the time in which notifiers are told.
        config = Config(
            connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 3}
        )
        with self._asking("boto3.client"):
            # Not boto3's default session, which threads may not share.
            return boto3.Session().client("dynamodb", region_name=region, config=config)

    @property
    def _name(self) -> str:
        return f"DynamoDB table {self._table}"

    def _restless(self) -> StoreError:
        return StoreError(self._name, f"an item changed under {_ATTEMPTS} attempts to read or write it")


def _pk(kind: str, key: str) -> str:
    return f"{kind}#{key_of(key).hex()}"


def _item(kind: str, key: str, expires: int) -> Item:
    return {"pk": {"S": _pk(kind, key)}, "expires": {"N": str(expires)}}


def _number(now: float) -> Item:
    """Write a time as DynamoDB compares it with an expiry, which is a whole second."""
    return {"N": str(math.floor(now))}


def _lives(item: Item, now: float) -> bool:
    return bool(item) and not is_over(int(item["expires"]["N"]), now)


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
