from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import jmespath.exceptions
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from trailguard.models.config import (
    ConfigMessage,
    ConfigRuleInvocation,
    ConfigurationItem,
    ConfigurationItemChange,
    OversizedConfigurationItemChange,
    ScheduledRun,
    SnapshotDelivery,
)
from trailguard.testing import DEFAULT_TIME, configuration_item, scheduled_run

SHARED = Path(__file__).parents[3] / "shared" / "data"
ITEMS = SHARED / "config_items.jsonl"
ENVELOPES = SHARED / "envelopes"

VPC = "AWS::EC2::VPC"
SUBNET = "AWS::EC2::Subnet"
SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY"  # noqa: S105  # AWS's own example
DEEP = 100_000
BARE = {"resourceType": VPC, "resourceId": "vpc-1"}
ITEM = configuration_item(
    "AWS::S3::Bucket",
    {"name": "amzn-s3-demo-bucket", "owner": {"id": "75aa57f0", "displayName": None}},
    supplementary={
        "BucketPolicy": {"policyText": '{"Statement": []}'},
        "AccessControlList": '{"grantList": [{"grantee": "AllUsers", "permission": "Read"}]}',
        "IsRequesterPaysEnabled": False,
        "Plain": "Enabled",
    },
    tags={"team": "storage", "empty": ""},
    relationships=[(VPC, "vpc-1"), (SUBNET, "subnet-1"), (SUBNET, "subnet-2")],
    time=datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC),
    configurationStateMd5Hash="8f1ee69b287895a0f8bc5753eca68e96",
    resourceCreationTime="2026-03-01T08:00:00.456Z",
)


def read(record: dict[str, Any]) -> ConfigurationItem:
    return ConfigurationItem.model_validate(record)


def item(**more: Any) -> ConfigurationItem:
    """Read an item that says nothing but this."""
    return read(BARE | more)


def in_local_time(text: str) -> datetime:
    """Read a time as boto3 does: in the machine's zone, which is seldom UTC."""
    return datetime.fromisoformat(text).astimezone(timezone(timedelta(hours=5, minutes=30)))


def from_boto3() -> dict[str, Any]:
    """Answer as GetResourceConfigHistory does, in Python."""
    found = ITEM.as_api_item()
    times = ("configurationItemCaptureTime", "resourceCreationTime")
    return found | {name: in_local_time(found[name]) for name in times}


def test_fields_bear_the_names_of_aws_in_snake_case() -> None:
    raw = ITEM.raw

    assert ITEM.resource_type == raw["resourceType"]
    assert ITEM.resource_id == raw["resourceId"]
    assert ITEM.resource_name == raw["resourceName"]
    assert ITEM.account_id == raw["awsAccountId"]
    assert ITEM.arn == raw["ARN"]
    assert ITEM.aws_region == raw["awsRegion"]
    assert ITEM.availability_zone == raw["availabilityZone"]
    assert ITEM.capture_time == datetime.fromisoformat(raw["configurationItemCaptureTime"])
    assert ITEM.resource_creation_time == datetime.fromisoformat(raw["resourceCreationTime"])
    assert ITEM.status == raw["configurationItemStatus"]
    assert ITEM.state_id == str(raw["configurationStateId"])
    assert ITEM.state_hash == raw["configurationStateMd5Hash"]
    assert ITEM.version == raw["configurationItemVersion"]
    assert ITEM.configuration == raw["configuration"]
    assert ITEM.tags == raw["tags"]
    assert ITEM.relationships is not None
    assert [one.name for one in ITEM.relationships] == [one["name"] for one in raw["relationships"]]
    assert "" not in raw.values(), "nothing here is what a missing field would read as"


def test_item_needs_nothing_but_its_type_and_id() -> None:
    bare = item()

    assert bare.configuration == bare.supplementary_configuration == bare.tags == {}
    assert (bare.relationships, bare.capture_time, bare.account_id, bare.arn) == (None, None, None, None)
    assert (bare.aws_region, bare.status, bare.state_id, bare.state_hash) == (None, None, None, None)
    assert (bare.resource, bare.tag("team"), bare.related(SUBNET)) == ("vpc-1", None, ())


@pytest.mark.parametrize("missing", BARE)
@pytest.mark.parametrize("instead", [{}, None, "", ["x"]])
def test_type_and_id_are_needed(missing: str, instead: Any) -> None:
    record = {key: value for key, value in BARE.items() if key != missing}
    if instead != {}:
        record[missing] = instead

    with pytest.raises(ValidationError, match=missing):
        read(record)


def test_null_is_absent() -> None:
    """Whatever AWS sets to null, the item is that of a record without it."""
    nulls = item(**dict.fromkeys(set(ITEM.raw) - set(BARE)))
    fields = set(ConfigurationItem.model_fields)

    assert nulls.model_dump(include=fields) == item().model_dump(include=fields)
    assert nulls.item_id == item().item_id


def test_items_are_frozen() -> None:
    """One rule never sees what another did to it."""
    with pytest.raises(ValidationError, match="frozen"):
        ITEM.status = "else"  # type: ignore[misc]
    assert ITEM.relationships
    with pytest.raises(ValidationError, match="frozen"):
        ITEM.relationships[0].resource_id = "else"  # type: ignore[misc]


def test_mistakes_never_show_values() -> None:
    with pytest.raises(ValidationError) as mistake:
        item(configuration=SECRET, configurationItemCaptureTime=SECRET, relationships=[SECRET], ARN=[SECRET])

    assert mistake.value.error_count() == 3
    assert SECRET not in str(mistake.value)
    assert SECRET not in repr(mistake.value)


# Two spellings


def as_it_is(value: Any) -> Any:
    return value


def as_json_values(value: dict[str, Any]) -> dict[str, str]:
    return {name: json.dumps(held) for name, held in value.items()}


def with_relationship_names(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"relationshipName" if key == "name" else key: held for key, held in one.items() if held is not None}
        for one in value
    ]


@pytest.mark.parametrize(
    ("name", "other", "write"),
    [
        ("awsAccountId", "accountId", as_it_is),
        ("ARN", "arn", as_it_is),
        ("configurationItemVersion", "version", as_it_is),
        ("configurationStateMd5Hash", "configurationItemMD5Hash", as_it_is),
        ("configurationStateId", "configurationStateId", str),
        ("configurationStateId", "configurationStateID", str),
        ("configuration", "configuration", json.dumps),
        ("supplementaryConfiguration", "supplementaryConfiguration", as_json_values),
        ("relationships", "relationships", with_relationship_names),
        ("configurationItemCaptureTime", "configurationItemCaptureTime", in_local_time),
        ("resourceCreationTime", "resourceCreationTime", in_local_time),
    ],
)
def test_either_spelling_gives_the_same_model(name: str, other: str, write: Any) -> None:
    """One difference at a time; a document of 2014 mixes them."""
    rest = {key: value for key, value in ITEM.raw.items() if key != name}

    respelled = rest | {other: write(ITEM.raw[name])}

    assert respelled != ITEM.raw
    assert read(respelled) == read(ITEM.raw)


def test_answer_of_the_api_gives_the_same_model() -> None:
    assert ITEM.as_api_item().keys() != ITEM.raw.keys()
    assert read(ITEM.as_api_item()) == read(ITEM.raw)


def test_answer_of_boto3_gives_the_same_fields() -> None:
    fields = set(ConfigurationItem.model_fields)

    assert read(from_boto3()).model_dump(include=fields) == ITEM.model_dump(include=fields)


def test_what_only_the_api_tells_is_kept() -> None:
    """And what it leaves out is not missed: aggregators have no tags and no relationships."""
    extra = {"recordingFrequency": "DAILY", "configurationItemDeliveryTime": "2026-03-02T09:05:00.000Z"}
    found = ITEM.as_api_item() | extra
    less = {key: value for key, value in found.items() if key not in ("tags", "relationships")}

    assert read(found).search("recordingFrequency") == "DAILY"
    assert (read(less).tags, read(less).relationships) == ({}, None)
    assert read(less).item_id == ITEM.item_id


# raw


@pytest.mark.parametrize(
    "record",
    [
        ITEM.raw,
        ITEM.as_api_item(),
        BARE | {"configuration": None, "tags": None, "relationships": None, "configurationStateId": 7},
        BARE
        | {"configuration": "null", "tags": [{"Key": "a", "Value": "b"}], "somethingNew": {"a.b": [1.5]}},
        BARE | {"raw": "x", "item_id": "x", "resource": "x", "related": "x", "status": "x", "search": "x"},
    ],
    ids=["notification", "API", "nulls", "odd forms", "names of ours"],
)
def test_raw_is_what_aws_sent(record: dict[str, Any]) -> None:
    """Every field in AWS's spelling and form, whether anybody has heard of it or not, from text as well."""
    before = copy.deepcopy(record)

    assert read(record).raw is record
    assert record == before
    assert ConfigurationItem.model_validate_json(json.dumps(record)).raw == record


def test_fields_named_like_ours_change_nothing() -> None:
    """An item is hostile input: it cannot seem to exist by a field that AWS never writes."""
    odd = item(
        configurationItemStatus="ResourceDeleted",
        status="OK",
        is_deleted=False,
        resource="else",
        resource_name="else",
        item_id="else",
        capture_time="2026-03-02T09:00:00Z",
        supplementary_configuration={"a": 1},
    )

    assert odd.is_deleted
    assert (odd.resource, odd.resource_name, odd.capture_time) == ("vpc-1", None, None)
    assert (odd.item_id, odd.supplementary_configuration) == (item().item_id, {})


# Configuration


@pytest.mark.parametrize("written", [None, {}, "{}", " {} ", "null"], ids=repr)
def test_configuration_of_nothing_is_empty(written: Any) -> None:
    """Deleted resources have none."""
    assert item(configuration=written).configuration == {}


@pytest.mark.parametrize(
    "configuration",
    [
        {"a": None, "b": [1, 1.5, {"c.d": [[]]}], "": "ü"},
        {"policy": '{"Version": "2012-10-17"}', "digits": "0012"},
        {"configuration": {"configuration": "{}"}},
    ],
)
def test_configuration_is_the_same_object_from_text(configuration: dict[str, Any]) -> None:
    """The texts inside it are left alone: which of them are JSON is for the rules to know."""
    assert item(configuration=configuration).configuration == configuration
    assert item(configuration=json.dumps(configuration)).configuration == configuration


@pytest.mark.parametrize(
    "odd",
    [
        SECRET,
        f'{{"password": "{SECRET}"',
        f'{{"password": {SECRET}}}',
        f'"{SECRET}"',
        json.dumps(json.dumps({"password": SECRET})),
        [SECRET],
        json.dumps([SECRET]),
        True,
        "7",
        f'{{"{SECRET}": ' * DEEP,
        f'{{"{SECRET}": ' * DEEP + "1" + "}" * DEEP,
        f'["{SECRET}", ' * DEEP,
    ],
    ids=[
        *("text", "cut off", "no JSON", "JSON text", "doubly encoded", "list", "list in text", "truth"),
        *("number in text", "too deep and cut off", "too deep", "too deep a list"),
    ],
)
def test_configuration_that_is_none_is_a_mistake(odd: Any) -> None:
    """Never an empty configuration, in which no rule would find anything."""
    with pytest.raises(ValidationError, match="configuration\n") as mistake:
        item(configuration=odd)

    assert mistake.value.error_count() == 1
    assert SECRET not in str(mistake.value)
    assert SECRET not in repr(mistake.value)


# Supplementary configuration


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ({"grantList": []}, {"grantList": []}),
        ('{"grantList": []}', {"grantList": []}),
        (json.dumps('{"grantList": []}'), {"grantList": []}),
        (json.dumps(json.dumps('{"grantList": []}')), {"grantList": []}),
        ("[1]", [1]),
        ("false", False),
        ("null", None),
        (None, None),
        (7, 7),
        ("{}", {}),
    ],
)
def test_supplementary_value_is_decoded_until_it_is_no_text(written: Any, value: Any) -> None:
    found = item(supplementaryConfiguration={"AccessControlList": written})

    assert found.supplementary_configuration == {"AccessControlList": value}


@pytest.mark.parametrize(
    "text",
    [
        *("Enabled", "", " ", "0012", "arn:aws:s3:::amzn-s3-demo-bucket", "2026-03-02", "None"),
        *("NaN", "Infinity", "-Infinity"),
    ],
    ids=lambda text: text[:20] or "nothing",
)
def test_supplementary_text_that_is_no_json_stays_one(text: str) -> None:
    """In both spellings: the API has it in quotes. Python's reader takes what JSON does not have."""
    plain = item(supplementaryConfiguration={"Status": text})
    quoted = item(supplementaryConfiguration={"Status": json.dumps(text)})

    assert plain.supplementary_configuration == quoted.supplementary_configuration == {"Status": text}


@pytest.mark.parametrize(
    "text", ["{broken", '{"grantList": [{"grantee": "AllUsers"', "[" * DEEP, ' {"a": NaN}']
)
def test_supplementary_text_that_breaks_off_is_a_mistake(text: str) -> None:
    """What it would have said, nobody knows: to do without it would be to call a bucket private."""
    with pytest.raises(ValidationError, match="supplementaryConfiguration"):
        item(supplementaryConfiguration={"AccessControlList": text})


def test_supplementary_configuration_may_be_json_in_a_text() -> None:
    found = item(supplementaryConfiguration='{"BucketPolicy": "{\\"policyText\\": null}"}')

    assert found.supplementary_configuration == {"BucketPolicy": {"policyText": None}}


def test_texts_inside_a_supplementary_value_are_left_alone() -> None:
    """A bucket's policy stays the text that it is everywhere else."""
    policy = {"policyText": '{"Statement": []}'}
    found = item(supplementaryConfiguration={"BucketPolicy": json.dumps(policy)})

    assert found.supplementary_configuration == {"BucketPolicy": policy}


def test_supplementary_configuration_is_always_a_dictionary() -> None:
    assert item(supplementaryConfiguration=None).supplementary_configuration == {}


@pytest.mark.parametrize("odd", [[], ["a"], 7, True, "text"], ids=str)
def test_supplementary_configuration_that_is_none_is_a_mistake(odd: Any) -> None:
    with pytest.raises(ValidationError, match="supplementaryConfiguration"):
        item(supplementaryConfiguration=odd)


@pytest.mark.parametrize(
    "odd",
    [
        {"relationships": "x"},
        {"relationships": {}},
        {"relationships": ["x", {"resourceType": [], "resourceId": {}}]},
        {"availabilityZone": []},
        {"resourceName": {}},
        {"configurationStateMd5Hash": {}},
        {"configurationItemVersion": [1]},
        {"resourceCreationTime": "then"},
    ],
    ids=str,
)
def test_what_nobody_needs_may_be_anything(odd: dict[str, Any]) -> None:
    """No verdict is lost for it."""
    found = item(**odd)

    assert found.related("AWS::EC2::VPC") == () or "relationships" not in odd
    assert found.search("resourceType") == found.resource_type


# Tags


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ({"a": "b", "c": ""}, {"a": "b", "c": ""}),
        ([{"key": "a", "value": "b"}, {"key": "c", "value": ""}], {"a": "b", "c": ""}),
        ([{"Key": "a", "Value": "b"}], {"a": "b"}),
        ([{"KEY": "a", "vaLue": "b"}], {"a": "b"}),
        ([{"key": "A", "value": "B"}], {"A": "B"}),
        ([{"key": "a"}, {"Key": "c", "Value": None}], {"a": None, "c": None}),
        ([{"value": "b"}, "a", 7, None, []], {}),
        ({"a": 7}, {"a": "7"}),
        ({"a": None}, {"a": None}),
        ({}, {}),
        ([], {}),
        (None, {}),
        ("a", {}),
        (7, {}),
    ],
)
def test_tags_are_read_however_they_are_written(written: Any, tags: dict[str, str | None]) -> None:
    """What AWS spells in any case are the names of the two; those of the tags stay as they are."""
    assert item(tags=written).tags == tags


@pytest.mark.parametrize("odd", [["x"], [], {}, {"value": "x"}])
def test_tag_whose_value_is_no_text_is_there_all_the_same(odd: Any) -> None:
    """One odd tag is no reason to do without the item, nor without the tags beside it."""
    for tags in ({"a": odd, "b": "c"}, [{"key": "a", "value": odd}, {"key": "b", "value": "c"}]):
        assert item(tags=tags).tags == {"a": None, "b": "c"}
        assert item(tags=tags).tag("a") == item(configuration={"tags": tags}).tag("a") == ""


@pytest.mark.parametrize(
    ("tags", "configuration", "value"),
    [
        ({"team": "network"}, {}, "network"),
        ({"team": ""}, {}, ""),
        ({"team": None}, {}, ""),
        ({"Team": "network"}, {}, None),
        ({}, {}, None),
        (None, None, None),
        ({"team": "network"}, {"tags": {"team": "else"}}, "network"),
        ({"other": ""}, {"tags": {"team": "else"}}, None),
        ({}, {"tags": [{"key": "team", "value": "network"}]}, "network"),
        ({}, {"Tags": [{"Key": "team", "Value": "network"}]}, "network"),
        ({}, {"tags": None, "Tags": {"team": "network"}}, "network"),
        ({}, {"tags": [{"key": "team", "value": ""}]}, ""),
        ({}, {"tags": [{"key": "team"}]}, ""),
        ({}, {"tags": [{"key": "other", "value": "network"}]}, None),
        ({}, {"tags": {"team": 7}}, "7"),
        ({}, {"tags": "team"}, None),
        ({}, {"tags": ["team", None, {"team": "network"}]}, None),
    ],
)
def test_tag_is_the_item_s_else_its_configuration_s(tags: Any, configuration: Any, value: str | None) -> None:
    """An empty value is a tag, too; only where the item has no tags at all, the others count."""
    assert item(tags=tags, configuration=configuration).tag("team") == value


# Relationships


@pytest.mark.parametrize(
    ("relationships", "related"),
    [
        ([{"resourceType": SUBNET, "resourceId": "subnet-1"}], ("subnet-1",)),
        ([{"resourceType": SUBNET, "resourceName": "inner"}], ("inner",)),
        ([{"resourceType": SUBNET, "resourceId": "subnet-1", "resourceName": "inner"}], ("subnet-1",)),
        ([{"resourceType": SUBNET, "resourceId": None, "resourceName": "inner"}], ("inner",)),
        ([{"resourceType": SUBNET, "resourceId": "", "resourceName": "inner"}], ("inner",)),
        ([{"resourceType": SUBNET, "resourceId": None, "resourceName": None}], ()),
        ([{"resourceType": SUBNET}, {}, {"resourceId": "subnet-1"}], ()),
        ([{"resourceType": VPC, "resourceId": "vpc-1"}], ()),
        ([], ()),
        (None, ()),
    ],
)
def test_related_are_known_by_id_or_else_by_name(relationships: Any, related: tuple[str, ...]) -> None:
    assert item(relationships=relationships).related(SUBNET) == related


def test_related_are_all_of_a_type_in_order() -> None:
    assert ITEM.related(SUBNET) == ("subnet-1", "subnet-2")
    assert ITEM.related(VPC) == ("vpc-1",)
    assert ITEM.related("AWS::EC2") == ()


# What it comes to


@pytest.mark.parametrize(
    ("resource_type", "resource"),
    [
        ("AWS::EC2::Instance", "i-0a1b2c3d4e5example"),
        ("AWS::IAM::Role", "arn:aws:iam::111122223333:role/Deployer"),
        ("AWS::S3::Bucket", "amzn-s3-demo-bucket"),
        ("AWS::RDS::DBInstance", "arn:aws:rds:us-east-1:111122223333:db:orders"),
        ("AWS::RDS::DBSnapshot", "orders-2026-03-02"),
    ],
)
def test_resource_is_what_people_call_it(resource_type: str, resource: str) -> None:
    """The ids that AWS Config alone gives are of no use to anybody else."""
    found = configuration_item(resource_type)

    assert resource in {found.resource_id, found.arn}
    assert found.resource == read(found.as_api_item()).resource == resource


@pytest.mark.parametrize("arn", [None, ""])
def test_resource_without_an_arn_has_its_id(arn: str | None) -> None:
    assert item(resourceId="AROAJ2UCCR6DPCEXAMPLE", ARN=arn).resource == "AROAJ2UCCR6DPCEXAMPLE"


@pytest.mark.parametrize(
    ("status", "deleted", "recorded"),
    [
        ("OK", False, True),
        ("ResourceDiscovered", False, True),
        ("ResourceDeleted", True, True),
        ("ResourceNotRecorded", False, False),
        ("ResourceDeletedNotRecorded", True, False),
        ("SomethingNew", False, True),
        ("", False, True),
        (None, False, True),
    ],
)
def test_status_tells_whether_it_exists(status: str | None, *, deleted: bool, recorded: bool) -> None:
    """A status that nobody has heard of is kept, and is none of those."""
    found = item(configurationItemStatus=status)

    assert (found.status, found.is_deleted, found.is_recorded) == (status, deleted, recorded)


def test_item_id_is_the_same_in_both_spellings() -> None:
    """One state that is told of in two ways makes one verdict."""
    assert read(ITEM.as_api_item()).item_id == read(from_boto3()).item_id == ITEM.item_id


@pytest.mark.parametrize(
    "change",
    [
        {"awsAccountId": "444455556666"},
        {"awsRegion": "eu-west-1"},
        {"resourceType": VPC},
        {"resourceId": "else"},
        {"configurationItemCaptureTime": "2026-03-02T09:00:00.124Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_resource_or_state_has_another_id(change: dict[str, Any]) -> None:
    assert read(ITEM.raw | change).item_id != ITEM.item_id


def test_state_without_a_time_is_told_by_its_id() -> None:
    ids = {item(configurationStateId=state).item_id for state in (7, "7", 8, None)}

    assert len(ids) == 3


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-02T09:00:00.123Z", datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-03-02T11:00:00+02:00", DEFAULT_TIME),
        (1772442000, DEFAULT_TIME),
        (1772442000.123, datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)),
        (datetime(2026, 3, 2, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), DEFAULT_TIME),
    ],
    ids=str,
)
def test_capture_time_is_in_utc_however_it_is_written(written: Any, expected: datetime) -> None:
    found = item(configurationItemCaptureTime=written).capture_time

    assert found == expected
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("odd", ["", "yesterday", "datetime.datetime(2020, 4, 22, 13)", [], {}, True])
def test_capture_time_that_is_none_is_a_mistake(odd: Any) -> None:
    """It tells one state from the next; when the resource was created tells nothing, and may be anything."""
    with pytest.raises(ValidationError, match="configurationItemCaptureTime"):
        item(configurationItemCaptureTime=odd)

    assert item(resourceCreationTime=odd).resource_creation_time is None
    assert item(resourceCreationTime=odd).raw["resourceCreationTime"] == odd


# search


SEARCHES: list[tuple[str, Any]] = [
    ("configuration.owner.id", "75aa57f0"),
    ("configuration.owner.displayName", None),
    ("configuration.nothing.deeper", None),
    ("supplementaryConfiguration.AccessControlList.grantList[].grantee", ["AllUsers"]),
    ("supplementaryConfiguration.BucketPolicy.policyText", '{"Statement": []}'),
    ("supplementaryConfiguration.IsRequesterPaysEnabled", False),
    ("tags.team", "storage"),
    ("relationships[?resourceType=='AWS::EC2::Subnet'].resourceId", ["subnet-1", "subnet-2"]),
    ("relationships[0].name", "Is associated with "),
    ("relationships[0].relationshipName", None),
    ("awsAccountId", "111122223333"),
    ("accountId", None),
    ("ARN", "arn:aws:s3:::amzn-s3-demo-bucket"),
    ("arn", None),
    ("configurationItemVersion", "1.3"),
    ("configurationStateMd5Hash", "8f1ee69b287895a0f8bc5753eca68e96"),
    ("configurationItemStatus", "OK"),
    ("configurationItemCaptureTime", "2026-03-02T09:00:00.123Z"),
    ("resourceCreationTime", "2026-03-01T08:00:00.456Z"),
    ("configurationStateId", 1772442000123),
]


@pytest.mark.parametrize(("expression", "expected"), SEARCHES)
@pytest.mark.parametrize(
    "found", [read(ITEM.raw), read(ITEM.as_api_item()), read(from_boto3())], ids=["raw", "API", "boto3"]
)
def test_search_finds_the_same_in_both_spellings(
    found: ConfigurationItem, expression: str, expected: Any
) -> None:
    """In that of notifications, as plain JSON values."""
    value = found.search(expression)

    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    "record", [BARE, BARE | {"configuration": None, "tags": None, "relationships": None}]
)
def test_search_in_an_item_of_nothing(record: dict[str, Any]) -> None:
    assert read(record).search("configuration.ipPermissions[].ipRanges[]") is None
    assert read(record).search("relationships[].resourceId") == []
    assert read(record).search("tags.team") is None


def test_search_finds_tags_by_key_however_they_are_written() -> None:
    assert item(tags=[{"Key": "team", "Value": "storage"}]).search("tags.team") == "storage"


@pytest.mark.parametrize("expression", ["", "configuration.", "a[", "nothing(@)"])
def test_bad_expression_is_told(expression: str) -> None:
    with pytest.raises(jmespath.exceptions.JMESPathError):
        ITEM.search(expression)


# Any value anywhere


FIELDS = st.sampled_from(sorted({*ITEM.raw, *ITEM.as_api_item(), "somethingNew"}))
TEXT = st.text(max_size=6) | st.just(SECRET)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from([f'{{"a": "{SECRET}"}}', f'{{"a": "{SECRET}"', f'["{SECRET}"]', f'"{SECRET}"']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(FIELDS, JSON)
@example("tags", {SECRET: []})
@example("tags", [{"key": SECRET, "value": []}])
@example("relationships", [{SECRET: SECRET, "resourceId": [SECRET]}])
@example("configuration", f'{{"{SECRET}": ')
@example("supplementaryConfiguration", {SECRET: f'"{SECRET}'})
@example("configurationItemCaptureTime", f"2026-03-02T09:00:00{SECRET}")
def test_mistakes_never_show_any_value(field: str, value: Any) -> None:
    """Whatever is in whichever field: keys are values, too."""
    try:
        read(ITEM.raw | {field: value})
    except ValidationError as mistake:
        assert SECRET not in str(mistake)  # noqa: PT017  # most values are no mistakes
        assert SECRET not in repr(mistake)  # noqa: PT017


@settings(max_examples=300)
@given(st.dictionaries(FIELDS, JSON, max_size=4))
def test_any_record_is_an_item_or_a_mistake(odd: dict[str, Any]) -> None:
    """And where it is an item, every question about it has an answer."""
    record = ITEM.raw | odd
    try:
        found = read(record)
    except ValidationError:
        return
    assert found.raw is record
    assert isinstance(found.configuration, dict)
    assert isinstance(found.supplementary_configuration, dict)
    assert found.resource
    assert found.item_id
    assert found.is_deleted in {True, False}
    assert found.is_recorded in {True, False}
    assert isinstance(found.tag("team"), str | None)
    assert all(isinstance(one, str) for one in found.related(SUBNET))
    found.search("configuration.ipPermissions[].ipRanges[]")


@given(JSON)
def test_any_tags_of_a_configuration_have_an_answer(tags: Any) -> None:
    found = item(configuration={"tags": tags})
    keys = tags if isinstance(tags, dict) else ["team", SECRET]

    assert all(isinstance(found.tag(key), str | None) for key in keys)


# Invocations and messages


def invocation(message: Any = "{}", **more: Any) -> ConfigRuleInvocation:
    text = message if isinstance(message, str) else json.dumps(message)
    return ConfigRuleInvocation.model_validate({"invokingEvent": text} | more)


def message_of(kind: str, **more: Any) -> ConfigMessage:
    return invocation({"messageType": kind, "recordVersion": "1.0"} | more).message


def test_invocation_says_which_rule_is_asked() -> None:
    event = ITEM.as_config_rule(parameters={"allowed_ports": "443"}, result_token="opaque", left_scope=True)
    found = ConfigRuleInvocation.model_validate(event)

    assert found.invoking_event == event["invokingEvent"]
    assert found.rule_parameters == {"allowed_ports": "443"}
    assert found.result_token == event["resultToken"]
    assert found.event_left_scope
    assert found.execution_role_arn == event["executionRoleArn"]
    assert found.config_rule_arn == event["configRuleArn"]
    assert found.config_rule_name == event["configRuleName"]
    assert found.config_rule_id == event["configRuleId"]
    assert found.account_id == event["accountId"]
    assert found.evaluation_mode == "DETECTIVE"
    assert found.version == "1.0"


def test_invocation_needs_nothing_but_its_message() -> None:
    bare = invocation()

    assert (bare.rule_parameters, bare.event_left_scope, bare.result_token) == ({}, False, None)
    assert (bare.account_id, bare.config_rule_name, bare.evaluation_mode) == (None, None, None)
    with pytest.raises(ValidationError, match="invokingEvent"):
        ConfigRuleInvocation.model_validate({"resultToken": "token"})


@pytest.mark.parametrize(
    "field",
    [
        *("ruleParameters", "resultToken", "eventLeftScope", "executionRoleArn", "configRuleArn"),
        *("configRuleName", "configRuleId", "accountId", "evaluationMode", "version"),
    ],
)
def test_null_is_absent_in_invocations(field: str) -> None:
    fields = set(ConfigRuleInvocation.model_fields)

    assert invocation(**{field: None}).model_dump(include=fields) == invocation().model_dump(include=fields)


@pytest.mark.parametrize("written", ["{}", "", "null", {}], ids=repr)
def test_rule_without_parameters(written: Any) -> None:
    assert invocation(ruleParameters=written).rule_parameters == {}


@pytest.mark.parametrize(
    "odd",
    [SECRET, f'{{"a": "{SECRET}"', f'"{SECRET}"', f'["{SECRET}"]', [SECRET], "7", f'{{"{SECRET}": ' * DEEP],
    ids=["text", "cut off", "JSON text", "list in text", "list", "number", "too deep"],
)
def test_parameters_that_are_none_are_a_mistake(odd: Any) -> None:
    """A rule never runs with others than it was given."""
    with pytest.raises(ValidationError, match="ruleParameters\n") as mistake:
        invocation(ruleParameters=odd)

    assert SECRET not in str(mistake.value)


def test_change_has_the_item_and_what_changed() -> None:
    diff = {"changeType": "UPDATE", "changedProperties": {}}
    found = invocation(ITEM.message | {"configurationItemDiff": diff}).message

    assert isinstance(found, ConfigurationItemChange)
    assert found.configuration_item == read(ITEM.raw)
    assert found.configuration_item.raw == ITEM.raw
    assert found.configuration_item_diff == diff
    assert (found.record_version, found.creation_time) == ("1.3", ITEM.capture_time)


def test_change_may_say_nothing_of_what_changed() -> None:
    found = invocation(ITEM.message | {"configurationItemDiff": None}).message

    assert isinstance(found, ConfigurationItemChange)
    assert found.configuration_item_diff == {}


def test_oversized_change_has_all_of_the_item_but_its_configuration() -> None:
    found = invocation(ITEM.as_oversized().message).message

    assert isinstance(found, OversizedConfigurationItemChange)
    summary = found.configuration_item_summary
    shared = set(type(summary).model_fields) - {"change_type"}
    assert summary.model_dump(include=shared) == ITEM.model_dump(include=shared)
    assert (summary.change_type, summary.resource, summary.is_deleted) == ("UPDATE", ITEM.resource, False)


def test_scheduled_run_says_whose_and_when() -> None:
    found = invocation(scheduled_run(account_id="444455556666").message).message

    assert isinstance(found, ScheduledRun)
    assert (found.account_id, found.creation_time) == ("444455556666", DEFAULT_TIME)


def test_snapshot_says_where_it_lies() -> None:
    where = {"configSnapshotId": "0-example", "s3Bucket": "amzn-s3-demo-bucket", "s3ObjectKey": "a/b.json.gz"}
    found = message_of("ConfigurationSnapshotDeliveryCompleted", **where)

    assert isinstance(found, SnapshotDelivery)
    assert [found.config_snapshot_id, found.s3_bucket, found.s3_object_key] == list(where.values())


@pytest.mark.parametrize(
    "kind", ["ComplianceChangeNotification", "ConfigurationSnapshotDeliveryStarted", "SomethingNew", ""]
)
def test_message_of_any_other_type_is_a_message(kind: str) -> None:
    found = message_of(kind, configurationItem="odd", notificationCreationTime="2026-03-02T09:00:00Z")

    assert type(found) is ConfigMessage
    assert (found.message_type, found.creation_time) == (kind, DEFAULT_TIME)
    assert found.model_extra == {"configurationItem": "odd"}


@pytest.mark.parametrize(
    "message",
    [
        "",
        SECRET,
        f'{{"messageType": "{SECRET}"',
        json.dumps(SECRET),
        [SECRET],
        "null",
        {},
        {"messageType": [SECRET]},
        {"messageType": None, "configurationItem": SECRET},
        {"messageType": "ConfigurationItemChangeNotification"},
        {"messageType": "ConfigurationItemChangeNotification", "configurationItem": SECRET},
        {"messageType": "ConfigurationItemChangeNotification", "configurationItem": {"resourceId": SECRET}},
        {"messageType": "OversizedConfigurationItemChangeNotification", "configurationItemSummary": None},
        {"messageType": "ScheduledNotification", "notificationCreationTime": SECRET},
        f'{{"{SECRET}": ' * DEEP,
    ],
    ids=lambda message: str(message)[:60],
)
def test_message_that_is_none_is_a_mistake(message: Any) -> None:
    """Found when somebody asks for it: the rest of the invocation can be answered all the same."""
    found = invocation(message)

    with pytest.raises(ValueError, match=r"expected an object|nested too deeply|validation error") as mistake:
        _ = found.message
    assert SECRET not in str(mistake.value)


# Clients of a scheduled run


def test_clients_of_a_run_come_from_where_it_is_told() -> None:
    """Another run of the same schedule keeps its own."""
    run = scheduled_run()
    first = run.with_clients(lambda service: f"first {service}")
    second = first.with_clients(lambda service: f"second {service}")

    assert (first.client("iam"), second.client("s3")) == ("first iam", "second s3")
    assert first.client("iam") == "first iam"
    assert (first.account_id, first.creation_time) == (run.account_id, run.creation_time)


def test_run_that_is_told_nothing_asks_as_the_process_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    run = scheduled_run()
    told = run.with_clients(lambda service: service)

    client = run.client("sqs")

    assert (client.meta.service_model.service_name, client.meta.region_name) == ("sqs", "eu-west-1")
    assert told.client("sqs") == "sqs"
    client.close()


# Other projects' samples


@pytest.mark.skipif(
    not ENVELOPES.is_dir(), reason="other projects' sample events are not here: ../shared/data/envelopes"
)
@pytest.mark.parametrize(
    ("shape", "model", "about"),
    [
        ("change", ConfigurationItemChange, "configuration_item"),
        ("oversized", OversizedConfigurationItemChange, "configuration_item_summary"),
        ("scheduled", ScheduledRun, None),
    ],
)
def test_sample_invocations_of_other_projects(
    shape: str, model: type[ConfigMessage], about: str | None
) -> None:
    """Two of each shape; those of one project have templates for account and region."""
    paths = sorted(ENVELOPES.glob(f"configrule-{shape}__*.json"))
    samples = [json.loads(path.read_text("utf-8")) for path in paths]
    found = [ConfigRuleInvocation.model_validate(sample) for sample in samples]

    assert [type(one.message) for one in found] == [model, model]
    for one, sample in zip(found, samples, strict=True):
        said = json.loads(sample["invokingEvent"])
        said = said[to_camel(about)] if about else said
        held: Any = getattr(one.message, about) if about else one.message
        assert held.account_id == said["awsAccountId"]
        assert getattr(held, "resource_id", None) == said.get("resourceId")
        assert one.rule_parameters == json.loads(sample["ruleParameters"])
        assert one.result_token == sample["resultToken"]
        assert one.account_id == sample["accountId"]
        assert not one.event_left_scope


def with_times(value: Any) -> Any:
    """Write as text what the recorder of a project wrote as the parts of a datetime."""
    if isinstance(value, dict) and value.get("__class__") == "datetime":
        parts = {key: held for key, held in value.items() if key != "__class__"}
        return datetime(**parts, tzinfo=UTC).isoformat()
    if isinstance(value, dict):
        return {key: with_times(held) for key, held in value.items()}
    return [with_times(held) for held in value] if isinstance(value, list) else value


@pytest.mark.skipif(
    not ITEMS.is_file(), reason="other projects' items are not here: ../shared/data/config_items.jsonl"
)
def test_sample_items_of_other_projects() -> None:
    """All but two are items.

    One is the stand-in of a unit test, which has a type and a status, and no resource. The other is printed
    by Python: its time reads ``datetime.datetime(…)``. The stand-in that does have an id is an item.
    """
    lines = [json.loads(line) for line in ITEMS.read_text("utf-8").splitlines()]
    refused = {}
    found = []
    for line in lines:
        record = with_times(line["item"])
        try:
            found.append(read(record))
        except ValidationError as error:
            refused[line["resourceType"]] = [mistake["loc"] for mistake in error.errors()]
        else:
            assert found[-1].raw is record

    assert (len(lines), len(found)) == (117, 115)
    assert refused == {
        "AWS::ACM::Certificate": [("configurationItemCaptureTime",)],
        "some-resource-type": [("resourceId",)],
    }
    for one in found:
        written = one.raw.get("configuration")
        assert one.configuration == ((json.loads(written) if isinstance(written, str) else written) or {})
        assert one.search("configuration") == one.configuration
        assert one.resource in {one.resource_id, one.arn}
    complete = [one for one in found if one.resource_type.startswith("AWS::")]
    assert len(complete) == 114
    assert all(one.capture_time and one.aws_region and one.status for one in complete)
    grants = [one.supplementary_configuration.get("AccessControlList") for one in complete]
    assert {type(grant) for grant in grants} <= {dict, type(None)}
    assert any(grants)
