"""What only DynamoDB does: it leaves things undone, changes between two requests, refuses.

The server here neither leaves anything undone nor removes what is over, so a stub answers for it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from trailguard.errors import StoreError
from trailguard.stores.dynamodb import DynamoDbStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

REFUSED = "ConditionalCheckFailedException"
NOW = 1_700_000_000


@pytest.fixture
def stub(dynamodb: DynamoDBClient) -> Iterator[Any]:
    from botocore.stub import Stubber  # noqa: PLC0415

    with Stubber(dynamodb) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def store(dynamodb: DynamoDBClient, clock: Any, pauses: list[float]) -> DynamoDbStore:
    return DynamoDbStore("trailguard-state", client=dynamodb, clock=clock, sleep=pauses.append)


def item(pk: str, *, expires: int = NOW + 60, **attributes: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "expires": {"N": str(expires)}} | attributes


def refuse(stub: Any, method: str, told: dict[str, Any] | None = None) -> None:
    """Let a condition fail; tell on what, or not, as stand-ins for DynamoDB do."""
    stub.add_client_error(
        method, REFUSED, "The conditional request failed", modeled_fields={"Item": told} if told else {}
    )


def test_item_is_as_the_documentation_says(dynamodb: DynamoDBClient, table: str, clock: Any) -> None:
    """TTL takes a number of seconds since 1970, and keys are hashes."""
    clock.now = NOW + 0.5
    DynamoDbStore(table, client=dynamodb, clock=clock).claim("secret key", "owner", 60)
    DynamoDbStore(table, client=dynamodb, clock=clock).add("secret key", "secret member", 60)

    items = [one for one in dynamodb.scan(TableName=table)["Items"] if one["expires"] == {"N": str(NOW + 61)}]

    assert [sorted(one) for one in items] == [["expires", "holder", "pk"], ["expires", "members", "pk"]]
    assert "secret" not in repr(items)


def test_set_of_a_thousand_members_is_full(dynamodb: DynamoDBClient, table: str, clock: Any) -> None:
    clock.now = NOW + 1_000
    store = DynamoDbStore(table, client=dynamodb, clock=clock)
    store.add("full", "first", 60)
    others = [n.to_bytes(16) for n in range(998)]
    items = dynamodb.scan(TableName=table)["Items"]
    [pk] = [one["pk"] for one in items if one["expires"] == {"N": str(NOW + 1_060)}]
    dynamodb.update_item(
        TableName=table,
        Key={"pk": pk},
        UpdateExpression="ADD members :others",
        ExpressionAttributeValues={":others": {"BS": others}},
    )

    assert [store.add("full", member, 60) for member in ("first", "a", "b", "c")] == [
        999,
        1_000,
        1_000,
        1_000,
    ]


# What is left undone


def test_keys_that_are_left_unread_are_read_again(
    store: DynamoDbStore, stub: Any, pauses: list[float]
) -> None:
    """After a pause that grows, and with the keys that DynamoDB names."""
    pks = [f"mark#{'0' * 64}", f"mark#{'1' * 64}"]
    left = {"trailguard-state": {"Keys": [{"pk": {"S": pks[1]}}], "ConsistentRead": True}}
    stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
    stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left}, {"RequestItems": left})
    stub.add_response(
        "batch_get_item",
        {"Responses": {"trailguard-state": []}, "UnprocessedKeys": {}},
        {"RequestItems": left},
    )

    assert store.known(["a", "b"]) == set()
    assert len(pauses) == 2
    assert 0 <= pauses[0] < 0.1
    assert 0 <= pauses[1] < 0.2


def test_parts_of_a_batch_are_put_together(
    store: DynamoDbStore, dynamodb: DynamoDBClient, table: str, pauses: list[float]
) -> None:
    """A server that reads one key at a time answers as one that reads a hundred."""
    store.mark([f"part {n}" for n in range(5)], 60)
    ask = dynamodb.batch_get_item

    class Reluctant:
        exceptions = dynamodb.exceptions

        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803  # as AWS spells it
            [first, *others] = RequestItems[table]["Keys"]
            answer: Any = ask(RequestItems={table: RequestItems[table] | {"Keys": [first]}})
            left = {table: RequestItems[table] | {"Keys": others}} if others else {}
            return answer | {"UnprocessedKeys": left}

    reluctant: Any = Reluctant()
    slow = DynamoDbStore(table, client=reluctant, sleep=pauses.append, clock=lambda: NOW)

    assert slow.known([f"part {n}" for n in range(7)]) == {f"part {n}" for n in range(5)}
    assert len(pauses) == 6


def test_marks_that_are_left_unwritten_are_written_again(
    store: DynamoDbStore, stub: Any, pauses: list[float]
) -> None:
    left = {"trailguard-state": [{"PutRequest": {"Item": item("mark#1")}}]}
    stub.add_response("batch_write_item", {"UnprocessedItems": left})
    stub.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": left})

    store.mark(["a", "b"], 60)

    assert len(pauses) == 1


@pytest.mark.parametrize("method", ["batch_get_item", "batch_write_item"])
def test_what_stays_undone_is_an_error(
    store: DynamoDbStore, stub: Any, pauses: list[float], method: str
) -> None:
    """It is no answer that nothing is known."""
    keys = {"trailguard-state": {"Keys": [{"pk": {"S": "mark#1"}}]}}
    puts = {"trailguard-state": [{"PutRequest": {"Item": item("mark#1")}}]}
    answer = (
        {"Responses": {}, "UnprocessedKeys": keys}
        if method == "batch_get_item"
        else {"UnprocessedItems": puts}
    )
    for _ in range(7):
        stub.add_response(method, answer)

    with pytest.raises(
        StoreError, match=r"trailguard-state: dynamodb:Batch\w+ left something undone 7 times"
    ):
        store.known(["a"]) if method == "batch_get_item" else store.mark(["a"], 60)

    assert sum(pauses) < 7


# What changes between two requests


def test_holder_that_is_not_told_is_read(store: DynamoDbStore, stub: Any) -> None:
    refuse(stub, "put_item")
    stub.add_response("get_item", {"Item": item("claim#1", holder={"B": b"another"})})

    assert store.claim("a", "owner", 60) == "another"


def test_claim_that_was_removed_meanwhile_is_claimed(store: DynamoDbStore, stub: Any) -> None:
    refuse(stub, "put_item")
    stub.add_response("get_item", {})
    stub.add_response("put_item", {})

    assert store.claim("a", "owner", 60) == "owner"


def test_set_that_is_over_is_replaced_by_one(store: DynamoDbStore, stub: Any) -> None:
    """Another one was faster; so the member is put into what that one made."""
    over = item("set#1", expires=NOW, members={"BS": [b"1", b"2"]})
    made = item("set#1", members={"BS": [b"3"]})
    refuse(stub, "update_item", over)
    refuse(stub, "put_item", made)
    stub.add_response("update_item", {"Attributes": item("set#1", members={"BS": [b"3", b"4"]})})

    assert store.add("a", "member", 60) == 2


def test_set_that_was_removed_meanwhile_is_made(store: DynamoDbStore, stub: Any) -> None:
    refuse(stub, "update_item")
    stub.add_response("get_item", {})
    stub.add_response("put_item", {})

    assert store.add("a", "member", 60) == 1


def test_restless_item_is_an_error(store: DynamoDbStore, stub: Any) -> None:
    """Nobody tries for ever."""
    for _ in range(7):
        refuse(stub, "put_item")
        stub.add_response("get_item", {})
    with pytest.raises(StoreError, match=r"an item changed under 7 attempts to read or write it"):
        store.claim("a", "owner", 60)

    over = item("set#1", expires=NOW, members={"BS": [b"1"]})
    for _ in range(7):
        refuse(stub, "update_item", over)
        refuse(stub, "put_item", over)
    with pytest.raises(StoreError, match=r"an item changed under 7 attempts to read or write it"):
        store.add("a", "member", 60)


# What is refused

CALLS = {
    "dynamodb:BatchGetItem": lambda store: store.known(["a"]),
    "dynamodb:BatchWriteItem": lambda store: store.mark(["a"], 60),
    "dynamodb:GetItem": lambda store: store.claim("a", "owner", 60),
    "dynamodb:PutItem": lambda store: store.claim("a", "owner", 60),
    "dynamodb:UpdateItem": lambda store: store.add("a", "member", 60),
}


def method_of(action: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", action.removeprefix("dynamodb:")).lower()


@pytest.mark.parametrize("action", CALLS)
def test_refusal_names_table_code_and_permission(store: DynamoDbStore, stub: Any, action: str) -> None:
    if action == "dynamodb:GetItem":
        refuse(stub, "put_item")
    stub.add_client_error(method_of(action), "AccessDeniedException", "You may not")

    with pytest.raises(StoreError) as told:
        CALLS[action](store)

    assert told.value.store == "DynamoDB table trailguard-state"
    assert told.value.problem == f"{action}: AccessDeniedException: You may not; allow {action}"


def test_documentation_names_each_permission(page: str) -> None:
    [policy] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)

    assert json.loads(policy)["Action"] == sorted(CALLS)


@pytest.mark.parametrize("action", [one for one in CALLS if one != "dynamodb:GetItem"])
def test_missing_table_is_an_error(dynamodb: DynamoDBClient, action: str) -> None:
    store = DynamoDbStore("no-such-table", client=dynamodb)

    with pytest.raises(
        StoreError, match=rf"DynamoDB table no-such-table: {action}: ResourceNotFoundException"
    ):
        CALLS[action](store)


def test_throttling_is_an_error(store: DynamoDbStore, stub: Any) -> None:
    """After botocore has tried as often as it does; no permission would help."""
    stub.add_client_error("put_item", "ThrottlingException", "Slow down", http_status_code=400)

    with pytest.raises(StoreError) as told:
        store.claim("a", "owner", 60)

    assert told.value.problem == "dynamodb:PutItem: ThrottlingException: Slow down"


def test_name_that_no_table_has_is_an_error(dynamodb: DynamoDBClient) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(StoreError, match=r"dynamodb:PutItem: ParamValidationError: .*TableName") as told:
        DynamoDbStore("", client=dynamodb).claim("a", "owner", 60)

    assert "\n" not in str(told.value)


# Its own client


def environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    given = {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"} | variables
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_client_of_its_own_is_for_the_region(
    monkeypatch: pytest.MonkeyPatch, table: str, aws_endpoint: str
) -> None:
    """The table is in eu-west-1; the environment says everything else."""
    environment(
        monkeypatch,
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_ENDPOINT_URL_DYNAMODB=aws_endpoint,
    )

    assert DynamoDbStore(table, region="eu-west-1").claim("region", "owner", 60) == "owner"
    with pytest.raises(StoreError, match="ResourceNotFoundException"):
        DynamoDbStore(table).claim("region", "owner", 60)


def test_missing_region_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch)

    with pytest.raises(StoreError, match=r"boto3\.client: NoRegionError: You must specify a region"):
        DynamoDbStore("trailguard-state")


def test_boto3_is_not_imported_for_a_client_that_is_given() -> None:
    code = (
        "import sys; from trailguard.stores.dynamodb import DynamoDbStore;"
        "DynamoDbStore('trailguard-state', client=object());"
        "print({'boto3', 'botocore'} & sys.modules.keys())"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert done.stdout == "set()\n"
