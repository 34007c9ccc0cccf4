from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jmespath
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from rule_samples import samples
from trailguard import CloudTrailEvent, ConfigurationItem
from trailguard.decode import decode
from trailguard.explain import event_of
from trailguard.models.config import ScheduledRun
from trailguard.models.identity import UserIdentity
from trailguard.record import Batch, Record
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import assumed_role, cloudtrail_event, configuration_item, scheduled_run
from trailguard.watch import ABSENT, document_of, nearest, path_text, places, value_at, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailguard._rule import Event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)

TESTS = Path(__file__).parent
EXAMPLES = TESTS.parent / "examples"

REQUEST: dict[str, Any] = {
    "name": "x",
    "count": 3,
    "tags": ["b", "a", "c"],
    "items": [{"port": 22, "cidrs": ["0.0.0.0/0"]}, {"port": 443, "cidrs": []}],
    "empty": {},
    "nested": [[1, 2], [3]],
}
EVENT = cloudtrail_event(
    "ec2:RunInstances",
    actor=assumed_role("Deployer", "ci-1"),
    request=REQUEST,
    resources=[{"ARN": "arn:aws:s3:::a", "accountId": "111122223333"}, {"ARN": "arn:aws:s3:::b"}],
)
ITEM = configuration_item(
    "AWS::EC2::Instance",
    {"imageId": "ami-1", "tags": [{"key": "Own", "value": "1"}]},
    tags={"Name": "web"},
    relationships=[("AWS::EC2::VPC", "vpc-1"), ("AWS::EC2::Subnet", "subnet-1")],
    supplementary={"Extra": {"a": 1}},
)
API_ITEM = ConfigurationItem.model_validate(ITEM.as_api_item())


CIDRS = ("requestParameters", "ipPermissions", 0, "cidrs")


def with_request(request: object) -> CloudTrailEvent:
    return CloudTrailEvent.model_validate(
        {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "requestParameters": request}
    )


def read_by(event: Event, look: Callable[[Any], object]) -> list[str]:
    """Let something look at an event, and return what it read."""
    copied, reads = watched(event)
    look(copied)
    return [path_text(path) for path in reads.paths]


def result_of(look: Callable[[Any], object], event: object) -> object:
    """Return what comes of looking at an event, errors included; what is no JSON, as text."""
    try:
        found = look(event)
    except Exception as error:  # noqa: BLE001  # it has to be the same error
        return type(error), str(error)
    return found if isinstance(found, str | dict | list | tuple | bool | None) else repr(found)


def recorded_events() -> Iterator[Event]:
    """Yield the records and items of the examples."""
    for path in sorted([*EXAMPLES.glob("logs/**/*.gz"), *EXAMPLES.glob("config/**/*.gz")]):
        for decoded in decode(path.read_bytes()):
            records = decoded.records() if isinstance(decoded, Batch) else [decoded]
            yield from (event_of(record) for record in records if isinstance(record, Record))


RECORDED = list(recorded_events())
ITEMS = [event for event in RECORDED if isinstance(event, ConfigurationItem)]


def walk(value: Any) -> Any:
    """Walk through all of a JSON value by the ways in which rules do, and return what was found."""
    if isinstance(value, dict):
        assert len(value) == len(list(value)) == len(value.items())
        assert all(key in value and value.get(key) is value[key] for key in value)
        return {key: walk(one) for key, one in value.items()}
    if isinstance(value, list):
        assert list(value) == [value[n] for n in range(len(value))] == value[:] == list(reversed(value))[::-1]
        return [walk(one) for one in value]
    return value


# It is to a rule what it was


def test_rules_find_the_same() -> None:
    """Every built-in rule, over some recorded events, whether it listens to them or not, and its own."""
    found = 0
    for rule in BUILTIN_RULES:
        for event in [*RECORDED[::5], *samples(rule).values()]:
            if isinstance(event, rule.model):
                copied, _ = watched(event)
                expected = list(rule.violations(event, None))
                found += len(expected)
                assert list(rule.violations(copied, None)) == expected, rule.id

    assert found > 100


LOOKS: dict[str, Callable[[Any], object]] = {
    "get": lambda event: event.request_parameters.get("name"),
    "get missing": lambda event: event.request_parameters.get("nothing", "default"),
    "item": lambda event: event.request_parameters["items"][1]["port"],
    "missing key": lambda event: event.request_parameters["nothing"],
    "index too high": lambda event: event.request_parameters["items"][2],
    "index that is none": lambda event: event.request_parameters["items"]["port"],
    "key that is none": lambda event: event.request_parameters[[]],
    "negative": lambda event: event.request_parameters["items"][-1],
    "slice": lambda event: event.request_parameters["tags"][::-2],
    "copied by unpacking": lambda event: {**event.request_parameters},
    "dict": lambda event: dict(event.request_parameters),
    "union": lambda event: event.request_parameters | {"more": 1},
    "union the other way": lambda event: {"name": "y"} | event.request_parameters,
    "sorted": lambda event: sorted(event.request_parameters["tags"]),
    "joined": lambda event: ",".join(event.request_parameters["tags"]),
    "set": lambda event: sorted(set(event.request_parameters["tags"])),
    "list copy": lambda event: event.request_parameters["tags"].copy(),
    "list sum": lambda event: ["z"] + event.request_parameters["tags"],
    "unpacked": lambda event: by_position(*event.request_parameters["tags"]),
    "index of": lambda event: event.request_parameters["tags"].index("a"),
    "in list": lambda event: [
        "a" in event.request_parameters["tags"],
        "z" in event.request_parameters["tags"],
    ],
    "in dict": lambda event: ["name" in event.request_parameters, "z" in event.request_parameters],
    "truth": lambda event: [bool(event.request_parameters["empty"]), bool(event.request_parameters)],
    "length": lambda event: [len(event.request_parameters), len(event.request_parameters["tags"])],
    "equal": lambda event: [event.request_parameters == REQUEST, event.request_parameters != REQUEST],
    "not equal": lambda event: event.request_parameters == {**REQUEST, "count": 4},
    "first": lambda event: next(iter(event.request_parameters)),
    "first of list": lambda event: next(iter(event.request_parameters["items"])),
    "is dict": lambda event: isinstance(event.request_parameters, dict),
    "name of type": lambda event: [type(one).__name__ for one in event.request_parameters.values()],
    "text": lambda event: str(event.request_parameters),
    "json": lambda event: json.dumps(event.raw),
    "json by msgspec": lambda event: msgspec.json.encode(event.raw).decode(),
    "deep copy": lambda event: copy.deepcopy(event.request_parameters),
    "shallow copy": lambda event: copy.copy(event.request_parameters["items"]),
    "pickled": lambda event: pickle.loads(pickle.dumps(event.request_parameters)),  # noqa: S301  # ours
    "copy of the event": lambda event: copy.deepcopy(event).request_parameters["name"],
    "event copied with a change": lambda event: event.model_copy(update={"event_name": "Run"}).action,
    "converted": lambda event: msgspec.convert(event.request_parameters["items"][0], dict[str, Any]),
    "validated": lambda event: TypeAdapter(dict[str, Any]).validate_python(event.request_parameters),
    "validated model": lambda event: Rule_.model_validate(event.request_parameters).model_dump(),
    "mapping pattern": lambda event: by_pattern(event.request_parameters),
    "sequence pattern": lambda event: by_pattern(event.request_parameters["nested"]),
    "model equal": lambda event: (
        event.user_identity == UserIdentity.model_validate(EVENT.raw["userIdentity"])
    ),
    "event equal": lambda event: [event == EVENT, EVENT.__eq__(event)],
    "listed fields": lambda event: sorted(dict(event)),
    "shown": repr,
    "no attribute": lambda event: event.requestparameters,
    "no attribute of a part": lambda event: event.user_identity.username,
    "no such field to change": lambda event: setattr(event, "event_name", "x"),
    "field that no model has": lambda event: event.tlsDetails["tlsVersion"],
    "the same thing twice": lambda event: event.request_parameters is event.request_parameters,
    "has": lambda event: [hasattr(event, "as_notified"), hasattr(event, "nothing")],
    "class": lambda event: event.__class__ is type(EVENT),
    "actor": lambda event: repr(event.actor),
}


class Rule_(BaseModel):  # noqa: N801  # not the rule of trailguard
    name: str
    items: list[dict[str, Any]]


def by_position(first: object, *others: object) -> object:
    return [others, first]


def by_pattern(value: Any) -> object:
    match value:
        case {"name": str(name), "items": [{"port": port}, *others], **more}:
            return [name, port, others, sorted(more)]
        case [[first, _], [last]]:
            return [first, last]
    return None


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_an_event_looks_the_same(look: Callable[[Any], object]) -> None:
    before = copy.deepcopy(EVENT.raw)

    assert result_of(look, watched(EVENT)[0]) == result_of(look, EVENT)
    assert EVENT.raw == before


@pytest.mark.parametrize(
    "expression",
    [
        "length(items)",
        "contains(tags, 'a')",
        "contains(keys(@), 'name')",
        "values(empty)",
        "sort(tags)",
        "reverse(tags)",
        "max(items[].port)",
        "sort_by(items, &port)[0].port",
        "items[?port == `22`].cidrs[]",
        "items[*].cidrs | [0]",
        "items[].cidrs[]",
        "nested[]",
        "nested[::-1]",
        "tags[1:]",
        "items[-1].port",
        "{name: name, ports: items[].port}",
        "[name, count]",
        "type(items[0])",
        "to_string(items)",
        "to_array(name)",
        "merge(empty, items[0])",
        "join(',', tags)",
        "not_null(nothing, name)",
        "map(&port, items)",
        "*.port",
        "nothing.at.all",
        "length(count)",
    ],
)
def test_jmespath_finds_the_same(expression: str) -> None:
    def look(event: Any) -> object:
        return jmespath.search(expression, event.request_parameters)

    assert result_of(look, watched(EVENT)[0]) == result_of(look, EVENT)


@pytest.mark.parametrize("item", [ITEM, API_ITEM, *ITEMS[:3]])
def test_an_item_looks_the_same(item: ConfigurationItem) -> None:
    copied, _ = watched(item)

    for name in [*ConfigurationItem.model_fields, "raw", "as_notified", "item_id", "resource", "is_deleted"]:
        assert getattr(copied, name) == getattr(item, name), name
    for key in ("Name", "Own", "Nothing"):
        assert copied.tag(key) == item.tag(key)
    assert copied.related("AWS::EC2::VPC") == item.related("AWS::EC2::VPC")
    assert copied.search("relationships[].resourceId") == item.search("relationships[].resourceId")
    with pytest.raises(AttributeError, match="has no attribute 'actor'"):
        copied.actor  # type: ignore[attr-defined]  # noqa: B018  # events have one, items have none


def test_raw_is_what_aws_sent() -> None:
    """The answers of GetResourceConfigHistory have names of their own, which some rules read."""
    copied, reads = watched(API_ITEM)

    assert copied.raw["accountId"] == "111122223333"
    assert isinstance(copied.raw["configuration"], str)
    assert dict(reads) == {
        ("accountId",): "111122223333",
        ("configuration",): API_ITEM.configuration,
    }


def test_a_scheduled_run_keeps_its_clients() -> None:
    copied, _ = watched(scheduled_run().with_clients(lambda service: f"client of {service}"))
    assert isinstance(copied, ScheduledRun)

    assert copied.client("iam") == "client of iam"
    assert copied.with_clients(str.upper).client("iam") == "IAM"


def test_what_a_rule_changes_is_no_business_of_the_event() -> None:
    event = cloudtrail_event("ec2:RunInstances", request={"a": {"b": [1]}}, resources=[{"ARN": "x"}])
    before = copy.deepcopy(event.raw)
    copied, reads = watched(event)

    copied.request_parameters["a"]["b"].append(2)
    copied.request_parameters.pop("a")
    copied.raw.clear()
    copied.resources.clear()

    assert event.raw == before
    assert event.resources
    assert reads.document == before


def test_depth_is_no_trouble() -> None:
    """A record may be nested as deeply as the engine takes it."""
    request: dict[str, Any] = {}
    for _ in range(900):
        request = {"a": request}
    copied, reads = watched(with_request(request))

    assert copied.search("requestParameters.a.a.a") == request["a"]["a"]["a"]
    assert list(reads) == [(("requestParameters", "a", "a", "a"), request["a"]["a"]["a"])]
    assert nearest(reads.document, ("nothing",)) is None


@given(OBJECTS)
def test_any_walk_gives_the_same(document: dict[str, Any]) -> None:
    """And each value that was handed out is where the watch says that it was."""
    copied, reads = watched(with_request(document))
    found = walk(copied.request_parameters)

    assert found == document
    assert all(value_at(reads.document, path) == value is not ABSENT for path, value in reads)
    leaves = {path for path in places(document) if not isinstance(value_at(document, path), dict | list)}
    assert {("requestParameters", *leaf) for leaf in leaves} <= set(reads.paths)


@given(st.lists(OBJECTS, min_size=2, max_size=2))
def test_two_events_do_not_mix(documents: list[dict[str, Any]]) -> None:
    (one, its_reads), (other, others_reads) = [watched(with_request(document)) for document in documents]
    for key in documents[0]:
        one.request_parameters[key]
    other.event_name  # noqa: B018  # it is read

    assert its_reads.paths == tuple(("requestParameters", key) for key in documents[0])
    assert others_reads.paths == (("eventName",),)


# It tells what is read


@pytest.mark.parametrize(
    ("look", "paths"),
    [
        (lambda event: event.event_name, ["eventName"]),
        (lambda event: event.event_id, ["eventID"]),
        (lambda event: event.source_ip_address, ["sourceIPAddress"]),
        (lambda event: event.recipient_account_id, ["recipientAccountId"]),
        (lambda event: event.error_code, ["errorCode"]),
        (lambda event: event.tlsDetails, ["tlsDetails"]),
        (lambda event: event.tlsDetails["tlsVersion"], ["tlsDetails.tlsVersion"]),
        (lambda event: event.request_parameters, ["requestParameters"]),
        (lambda event: event.request_parameters.get("nope"), ["requestParameters.nope"]),
        (lambda event: "nope" in event.request_parameters, ["requestParameters.nope"]),
        (lambda event: event.request_parameters["items"][-1]["port"], ["requestParameters.items[1].port"]),
        (
            lambda event: [one["port"] for one in event.request_parameters["items"]],
            ["requestParameters.items[0].port", "requestParameters.items[1].port"],
        ),
        (
            lambda event: event.request_parameters["tags"][1:],
            ["requestParameters.tags[1]", "requestParameters.tags[2]"],
        ),
        (lambda event: next(iter(event.request_parameters["tags"])), ["requestParameters.tags[0]"]),
        (lambda event: "b" in event.request_parameters["tags"], ["requestParameters.tags[0]"]),
        (
            lambda event: list(reversed(event.request_parameters["nested"][1])),
            ["requestParameters.nested[1][0]"],
        ),
        (
            lambda event: ",".join(event.request_parameters["tags"]),
            [f"requestParameters.tags[{n}]" for n in range(3)],
        ),
        (lambda event: event.request_parameters["empty"] or 1, ["requestParameters.empty"]),
        (lambda event: event.raw["requestParameters"]["name"], ["requestParameters.name"]),
        (lambda event: event.search("requestParameters.items[1].port"), ["requestParameters.items[1].port"]),
        (lambda event: event.search('requestParameters."no-such"'), ['requestParameters."no-such"']),
        (lambda event: event.user_identity.user_name, ["userIdentity.userName"]),
        (
            lambda event: event.user_identity.session_context.session_issuer.user_name,
            ["userIdentity.sessionContext.sessionIssuer.userName"],
        ),
        (lambda event: event.resources[1].arn, ["resources[1].ARN"]),
        (lambda event: [one.arn for one in event.resources], ["resources[0].ARN", "resources[1].ARN"]),
        (lambda event: event.mfa, ["userIdentity.sessionContext.attributes.mfaAuthenticated"]),
        (lambda event: event.succeeded, ["errorCode", "responseElements.ConsoleLogin"]),
        (lambda event: event.source_ip, ["sourceIPAddress"]),
        (lambda event: event.account_id, ["userIdentity.accountId", "recipientAccountId"]),
        (lambda event: event.action, ["eventSource", "eventName"]),
        (lambda event: event.actor.is_root, ["userIdentity"]),
        (lambda event: (event.actor, event.user_identity.type), ["userIdentity", "userIdentity.type"]),
        (lambda _: None, []),
    ],
)
def test_reads_of_an_event(look: Callable[[CloudTrailEvent], object], paths: list[str]) -> None:
    assert read_by(EVENT, look) == paths


@pytest.mark.parametrize("item", [ITEM, API_ITEM], ids=["notified", "by the API"])
@pytest.mark.parametrize(
    ("look", "paths"),
    [
        (lambda item: item.account_id, ["awsAccountId"]),
        (lambda item: item.arn, ["ARN"]),
        (lambda item: item.version, ["configurationItemVersion"]),
        (lambda item: item.state_hash, ["configurationStateMd5Hash"]),
        (lambda item: item.capture_time, ["configurationItemCaptureTime"]),
        (lambda item: item.configuration["imageId"], ["configuration.imageId"]),
        (lambda item: item.supplementary_configuration["Extra"]["a"], ["supplementaryConfiguration.Extra.a"]),
        (lambda item: item.search("configuration.tags[0].key"), ["configuration.tags[0].key"]),
        (lambda item: item.tag("Name"), ["tags.Name"]),
        (
            lambda item: item.related("AWS::EC2::Subnet"),
            [
                f"relationships[{n}].{field}"
                for n in (0, 1)
                for field in ("resourceId", "resourceType")
            ],
        ),
        (lambda item: item.relationships[0].name, ["relationships[0].name"]),
        (lambda item: item.resource, ["ARN", "resourceId"]),
        (lambda item: item.is_deleted, ["configurationItemStatus"]),
    ],
)  # fmt: skip
def test_reads_of_an_item(
    item: ConfigurationItem, look: Callable[[ConfigurationItem], object], paths: list[str]
) -> None:
    """They go by the names of notifications, whichever the item came with."""
    _, reads = watched(item)

    assert read_by(item, look) == paths
    assert not [path for path in paths if jmespath.search(path, reads.document) is None]


def test_a_name_that_a_record_has_otherwise() -> None:
    """AWS writes it in two ways; the record's is the one that says where to look."""
    event = CloudTrailEvent.model_validate(
        {"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "recipientAccountID": "111122223333"}
    )

    assert read_by(event, lambda event: event.recipient_account_id) == ["recipientAccountID"]


def test_reads_of_a_scheduled_run() -> None:
    assert read_by(scheduled_run(), lambda run: run.account_id) == ["awsAccountId"]


def test_a_copy_goes_on_telling() -> None:
    copied, reads = watched(EVENT)
    part = copy.copy(copied.request_parameters)
    whole = copy.deepcopy(copied)
    part.get("looked for in a copy")
    whole.request_parameters.get("looked for in another")

    assert ("requestParameters", "looked for in a copy") in reads.paths
    assert ("requestParameters", "looked for in another") in reads.paths


def test_what_is_passed_on_the_way_is_visited() -> None:
    copied, reads = watched(EVENT)
    copied.request_parameters["items"][0].get("port")

    end = ("requestParameters", "items", 0, "port")
    assert reads.paths == (end,)
    assert reads.visited == (end[:1], end[:2], end[:3], end)


# Documents and paths


def test_the_document_of_an_item_is_in_the_words_of_notifications() -> None:
    assert document_of(EVENT) is EVENT.raw
    assert document_of(API_ITEM) | {"resourceName": None} == document_of(ITEM)
    assert document_of(API_ITEM)["awsAccountId"] == "111122223333"


@pytest.mark.parametrize(
    "path",
    [
        ("a", "b"),
        ("a", 0),
        ("list", 2),
        ("list", "a"),
        ("text", 0),
        ("text", "a"),
        ("null", "a"),
        ("a", "x", "y"),
    ],
)
def test_a_path_that_leads_nowhere(path: tuple[str | int, ...]) -> None:
    assert value_at({"a": {"x": 1}, "list": [1, 2], "text": "abc", "null": None}, path) is ABSENT


def test_null_is_there() -> None:
    assert value_at({"a": [None]}, ("a", 0)) is None
    assert repr(ABSENT) == "absent"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("requestParameters", "items", 0, "cidrIp"), "requestParameters.items[0].cidrIp"),
        (("x-amz-acl",), '"x-amz-acl"'),
        (("a", "x-amz-acl", 1), 'a."x-amz-acl"[1]'),
        (("a.b", 'say "hi"', "two words", ""), '"a.b"."say \\"hi\\""."two words".""'),
        (("back\\slash", "1st", "é", "line\nend"), '"back\\\\slash"."1st"."\\u00e9"."line\\nend"'),
        ((0, 1), "[0][1]"),
        ((), "@"),
    ],
)
def test_paths_are_written_as_jmespath(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text


@given(OBJECTS)
def test_jmespath_finds_what_is_at_a_path(document: dict[str, Any]) -> None:
    for path in [(), *places(document)]:
        assert jmespath.search(path_text(path), document) == value_at(document, path)


@pytest.mark.parametrize(
    ("path", "near"),
    [
        (("requestParameters", "ipPermision"), ("requestParameters", "ipPermissions")),
        (("requestParameters", "IpPermissions"), ("requestParameters", "ipPermissions")),
        (("requestparameters", "ipPermissions"), ("requestParameters",)),
        (("requestParameters", "ipPermissions", 0, "cidr"), CIDRS),
        (("ipPermissions",), ("requestParameters", "ipPermissions")),
        (("requestParameters", "groupId"), ("responseElements", "groupId")),
        (("responseElements", "set", "cidrs", 0), (*CIDRS, 0)),
        (("requestParameters", "nothing"), None),
        (("requestParameters", "ipPermissions", 1), None),
        (("requestParameters", "ipPermissions", 0), None),
        (("requestParameters", "groupName", "inner"), None),
        ((), None),
    ],
)  # fmt: skip
def test_where_somebody_meant_to_look(
    path: tuple[str | int, ...], near: tuple[str | int, ...] | None
) -> None:
    """A like name beside it, or the same name elsewhere; nothing for a path that is right as it is."""
    document = {
        "requestParameters": {"ipPermissions": [{"cidrs": ["10.0.0.0/8"]}], "groupName": "web"},
        "responseElements": {"groupId": "sg-1", "set": {}},
    }

    assert nearest(document, path) == near


@given(OBJECTS, st.lists(st.text() | st.integers(0, 3), max_size=4))
def test_what_is_near_is_there(document: dict[str, Any], path: list[str | int]) -> None:
    near = nearest(document, tuple(path))

    assert near is None or value_at(document, near) is not ABSENT


def test_places_are_the_shortest_first() -> None:
    assert list(places({"a": {"b": [1]}, "c": 2})) == [("a",), ("c",), ("a", "b"), ("a", "b", 0)]
    assert list(places("text")) == []
