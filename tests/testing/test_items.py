from __future__ import annotations

import copy
import gzip
import json
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.decode import decode
from trailguard.models.config import ConfigurationItem, ConfigurationItemSummary, ScheduledRun
from trailguard.record import Batch, ObjectRef, OversizedItem, Record
from trailguard.testing import (
    DEFAULT_TIME,
    Delivery,
    SampleItem,
    SampleRun,
    config_snapshot,
    configuration_item,
    scheduled_run,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VPC = "AWS::EC2::VPC"
GROUP = "AWS::EC2::SecurityGroup"
BUCKET = "amzn-s3-demo-bucket"
ITEM = configuration_item(
    GROUP,
    {"groupId": "sg-0a1b2c3d4e5example", "description": "über", "ipPermissions": [{"fromPort": 22}]},
    supplementary={"Rules": [1], "Status": "Enabled"},
    tags={"team": "network"},
    relationships=[(VPC, "vpc-1")],
)
OTHER = configuration_item(VPC)
RUN = scheduled_run()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
JSON_OBJECT = st.dictionaries(st.text(max_size=8), JSON, max_size=4)
STATUSES = ["OK", "ResourceDiscovered", "ResourceDeleted", "ResourceNotRecorded"]
ARGUMENTS = st.fixed_dictionaries(
    {"resource_type": st.sampled_from([GROUP, VPC, "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::New::Thing"])},
    optional={
        "configuration": st.none() | JSON_OBJECT,
        "supplementary": JSON_OBJECT,
        "tags": st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
        "relationships": st.lists(st.tuples(st.just(VPC), st.text(max_size=8)), max_size=3),
        "resource_id": st.sampled_from(["r-1", "a/b", "2"]),
        "status": st.sampled_from(STATUSES),
        "region": st.sampled_from(["us-east-1", "eu-west-1", "global"]),
        "account_id": st.sampled_from(["111122223333", "444455556666"]),
        "time": st.datetimes(datetime(2013, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  # naive is allowed
        "resourceName": st.text(max_size=8),
    },
)


def only(items: Any) -> Any:
    (item,) = items
    return item


def gunzipped(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


@pytest.fixture(name="new_york")
def _new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Move the machine."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# What an item says


def test_default_item_is_complete() -> None:
    """A type alone makes an item with every field that AWS Config's notifications have."""
    item = configuration_item(GROUP)

    assert item.raw == {
        "relatedEvents": [],
        "relationships": [],
        "configuration": {},
        "supplementaryConfiguration": {},
        "tags": {},
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2026-03-02T09:00:00.000Z",
        "configurationStateId": 1772442000000,
        "awsAccountId": "111122223333",
        "configurationItemStatus": "OK",
        "resourceType": GROUP,
        "resourceId": "sg-0a1b2c3d4e5example",
        "resourceName": None,
        "ARN": "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b2c3d4e5example",
        "awsRegion": "us-east-1",
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": "2026-03-02T09:00:00.000Z",
    }


def test_arguments_are_where_aws_has_them() -> None:
    item = configuration_item(
        VPC,
        {"isDefault": True},
        supplementary={"a": {"b": 1}},
        tags={"team": "network"},
        relationships=[(GROUP, "sg-1")],
        resource_id="vpc-1",
        status="ResourceDiscovered",
        region="eu-west-1",
        account_id="444455556666",
        time=datetime(2026, 3, 2, 9, 0, 0, 123_999, tzinfo=UTC),
    )

    assert item.raw == configuration_item(VPC).raw | {
        "configuration": {"isDefault": True},
        "supplementaryConfiguration": {"a": {"b": 1}},
        "tags": {"team": "network"},
        "relationships": [
            {
                "resourceId": "sg-1",
                "resourceName": None,
                "resourceType": GROUP,
                "name": "Is associated with ",
            }
        ],
        "resourceId": "vpc-1",
        "ARN": "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1",
        "configurationItemStatus": "ResourceDiscovered",
        "awsRegion": "eu-west-1",
        "awsAccountId": "444455556666",
        "configurationItemCaptureTime": "2026-03-02T09:00:00.123Z",
        "configurationStateId": 1772442000123,
        "resourceCreationTime": "2026-03-02T09:00:00.123Z",
    }


@given(ARGUMENTS)
def test_same_arguments_same_item(arguments: dict[str, Any]) -> None:
    """Nothing comes from the clock or from chance, and every item is a valid one."""
    item, again = configuration_item(**arguments), configuration_item(**arguments)

    assert item == again
    assert item.raw == again.raw
    assert item.message == again.message
    assert ConfigurationItem.model_validate_json(json.dumps(item.raw)) == item
    assert ConfigurationItem.model_validate(item.as_api_item()).item_id == item.item_id


@pytest.mark.parametrize(
    "change",
    [
        {"resource_type": VPC},
        {"configuration": {"a": 1}},
        {"supplementary": {"a": 1}},
        {"tags": {"a": "b"}},
        {"relationships": [(VPC, "vpc-1")]},
        {"resource_id": "sg-1"},
        {"status": "ResourceDeleted"},
        {"region": "eu-west-1"},
        {"account_id": "444455556666"},
        {"time": DEFAULT_TIME + timedelta(milliseconds=1)},
        {"resourceName": "group"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_argument_counts(change: dict[str, Any]) -> None:
    changed = configuration_item(**{"resource_type": GROUP, **change})

    assert changed.raw != configuration_item(GROUP).raw
    assert changed != configuration_item(GROUP)


def test_dictionaries_stay_the_caller_s_own() -> None:
    """However deep: what is changed later on either side does not show on the other."""
    mine: dict[str, Any] = {
        "configuration": {"ipPermissions": [{"ipRanges": []}]},
        "supplementary": {"a": {"b": []}},
        "tags": {"team": "network"},
        "relatedEvents": [{"a": []}],
    }
    before = copy.deepcopy(mine)
    item = configuration_item(GROUP, **mine)
    expected = copy.deepcopy(item.raw)

    item.as_api_item()
    item.as_oversized()
    item.as_config_rule(parameters=mine["tags"])
    assert mine == before
    mine["configuration"]["ipPermissions"][0]["ipRanges"].append("later")
    mine["supplementary"]["a"]["b"].append("later")
    mine["tags"]["team"] = "later"
    mine["relatedEvents"][0]["a"].append("later")
    assert item.raw == expected


def test_deliveries_stay_the_receiver_s_own() -> None:
    """What a test does to one of them does not show in the item, nor in the next one."""
    item = configuration_item(GROUP, {"a": []})
    item.as_eventbridge()["detail"]["configurationItem"]["configuration"]["a"].append("later")
    item.message["configurationItem"]["configuration"]["a"].append("later")

    assert item.raw["configuration"] == item.message["configurationItem"]["configuration"] == {"a": []}


@pytest.mark.parametrize("status", ["ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"])
def test_resource_that_is_gone_has_no_configuration(status: str) -> None:
    """Unless the test says that it has."""
    assert configuration_item(GROUP, status=status).raw["configuration"] is None
    assert configuration_item(GROUP, status=status).configuration == {}
    assert configuration_item(GROUP, {}, status=status).raw["configuration"] == {}
    assert configuration_item(GROUP, {"a": 1}, status=status).configuration == {"a": 1}


@pytest.mark.parametrize("status", ["OK", "ResourceDiscovered", "SomethingNew"])
def test_resource_that_is_there_has_a_configuration(status: str) -> None:
    assert configuration_item(GROUP, status=status).raw["configuration"] == {}


@pytest.mark.parametrize(
    ("resource_type", "arn"),
    [
        ("AWS::EC2::Instance", "arn:aws:ec2:eu-west-1:444455556666:instance/i-0a1b2c3d4e5example"),
        ("AWS::EC2::NatGateway", "arn:aws:ec2:eu-west-1:444455556666:natgateway/nat-0a1b2c3d4e5example"),
        ("AWS::IAM::Role", "arn:aws:iam::444455556666:role/Deployer"),
        ("AWS::S3::Bucket", "arn:aws:s3:::amzn-s3-demo-bucket"),
        ("AWS::RDS::DBInstance", "arn:aws:rds:eu-west-1:444455556666:db:orders"),
        ("AWS::RDS::DBSnapshot", "arn:aws:rds:eu-west-1:444455556666:snapshot:orders-2026-03-02"),
        ("AWS::SQS::Queue", "arn:aws:sqs:eu-west-1:444455556666:queue/example"),
    ],
)
def test_arn_is_of_the_form_of_its_type(resource_type: str, arn: str) -> None:
    """In the item's region and account, where ARNs of its type have them."""
    item = configuration_item(resource_type, region="eu-west-1", account_id="444455556666")

    assert item.arn == arn
    assert item.resource in {arn, item.resource_id}


@pytest.mark.parametrize(
    "resource_type", [GROUP, VPC, "AWS::S3::Bucket", "AWS::RDS::DBSnapshot", "AWS::SQS::Queue"]
)
def test_another_id_is_in_the_arn_too(resource_type: str) -> None:
    item = configuration_item(resource_type, resource_id="other-1")

    assert item.resource_id == item.resource == "other-1"
    assert item.arn is not None
    assert re.search(r"[:/]other-1$", item.arn)


@pytest.mark.parametrize(
    "resource_type", ["AWS::S3::Bucket", "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot"]
)
def test_resource_whose_id_is_its_name_has_no_other_name(resource_type: str) -> None:
    default, other = configuration_item(resource_type), configuration_item(resource_type, resource_id="other")

    assert default.resource_name == default.resource_id
    assert other.resource_name == "other"


def test_times_are_utc() -> None:
    """Times are written in UTC and milliseconds; one without a zone is taken as UTC."""
    in_berlin = datetime(2026, 3, 2, 10, 0, 0, 1_999, tzinfo=timezone(timedelta(hours=1)))
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001  # what is tested

    item = configuration_item(GROUP, time=in_berlin)

    assert item.raw["configurationItemCaptureTime"] == "2026-03-02T09:00:00.001Z"
    assert item.raw["configurationStateId"] == 1772442000001
    assert configuration_item(GROUP, time=naive).capture_time == DEFAULT_TIME
    assert scheduled_run(time=naive).creation_time == DEFAULT_TIME


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
@pytest.mark.usefixtures("new_york")
def test_machine_s_zone_does_not_show() -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001  # what is tested

    assert configuration_item(GROUP, time=naive).raw == configuration_item(GROUP, time=DEFAULT_TIME).raw


def test_more_fields_win() -> None:
    """Any other field can be set, replaced, or made null."""
    item = configuration_item(
        GROUP, resource_id="sg-1", ARN="arn:aws:ec2:x", resourceName="group", configurationStateId=7, new=[1]
    )

    assert (item.arn, item.resource_name, item.state_id) == ("arn:aws:ec2:x", "group", "7")
    assert item.raw["new"] == [1]
    assert configuration_item(GROUP, ARN=None).raw["ARN"] is None
    assert configuration_item(GROUP, resourceId="sg-2").resource_id == "sg-2"


@pytest.mark.parametrize("name", ["resource_name", "aws_region", "configuration_item_status"])
def test_misspelt_argument(name: str) -> None:
    """A name that AWS would not write is a mistake, not a field."""
    more: dict[str, Any] = {name: "x"}

    with pytest.raises(TypeError, match=f"'{name}' is no argument"):
        configuration_item(GROUP, **more)


@pytest.mark.parametrize(
    "arguments",
    [
        {"configuration": {"ports": {22}}},
        {"supplementary": {"at": DEFAULT_TIME}},
        {"relatedEvents": [object()]},
        {"configuration": {"data": b"x"}},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_value_that_is_no_json(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        configuration_item(GROUP, **arguments)


def test_sample_is_an_item_like_any_other() -> None:
    """To rules, to comparisons and to those who read its type; in both spellings."""
    read = ConfigurationItem.model_validate(ITEM.raw)

    assert isinstance(ITEM, SampleItem)
    assert isinstance(ITEM, ConfigurationItem)
    assert ITEM == read  # noqa: SIM300  # both ways
    assert read == ITEM
    assert ConfigurationItem.model_validate(ITEM.as_api_item()) == ITEM
    assert ITEM != OTHER
    assert ConfigurationItem.model_validate(OTHER.raw) != ITEM
    assert ITEM.tag("team") == read.tag("team") == "network"


def test_sample_run_is_a_run_like_any_other() -> None:
    assert isinstance(RUN, SampleRun)
    assert isinstance(RUN, ScheduledRun)
    assert (RUN.account_id, RUN.creation_time) == ("111122223333", DEFAULT_TIME)
    assert scheduled_run() == RUN
    assert scheduled_run(account_id="444455556666") != RUN


# What it comes in, as plain JSON


CHANGE = {
    "configurationItemDiff": None,
    "configurationItem": ITEM.raw,
    "notificationCreationTime": "2026-03-02T09:00:00.000Z",
    "messageType": "ConfigurationItemChangeNotification",
    "recordVersion": "1.3",
}
OVERSIZED = {
    "configurationItemSummary": {
        "changeType": "UPDATE",
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2026-03-02T09:00:00.000Z",
        "configurationStateId": 1772442000000,
        "awsAccountId": "111122223333",
        "configurationItemStatus": "OK",
        "resourceType": GROUP,
        "resourceId": "sg-0a1b2c3d4e5example",
        "resourceName": None,
        "ARN": "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b2c3d4e5example",
        "awsRegion": "us-east-1",
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": "2026-03-02T09:00:00.000Z",
    },
    "s3DeliverySummary": {"s3BucketLocation": None, "errorCode": None, "errorMessage": None},
    "notificationCreationTime": "2026-03-02T09:00:00.000Z",
    "messageType": "OversizedConfigurationItemChangeNotification",
    "recordVersion": "1.0",
}
SCHEDULE = {
    "awsAccountId": "111122223333",
    "notificationCreationTime": "2026-03-02T09:00:00.000Z",
    "messageType": "ScheduledNotification",
    "recordVersion": "1.0",
}


def in_config_rule(event: dict[str, Any]) -> Any:
    assert isinstance(event["invokingEvent"], str)
    return json.loads(event["invokingEvent"])


def in_sns(event: dict[str, Any]) -> Any:
    record = only(event["Records"])
    assert record["EventSource"] == "aws:sns"
    assert isinstance(record["Sns"]["Message"], str)
    return json.loads(record["Sns"]["Message"])


def in_sqs(event: dict[str, Any]) -> Any:
    record = only(event["Records"])
    assert record["eventSource"] == "aws:sqs"
    return json.loads(record["body"])


def in_sns_in_sqs(event: dict[str, Any]) -> Any:
    notification = in_sqs(event)
    assert notification["Type"] == "Notification"
    return json.loads(notification["Message"])


UNPACKED: dict[str, tuple[Delivery, Callable[[dict[str, Any]], Any], dict[str, Any]]] = {
    "config rule": (ITEM.as_config_rule(), in_config_rule, CHANGE),
    "eventbridge": (ITEM.as_eventbridge(), lambda event: event["detail"], CHANGE),
    "sns": (ITEM.as_sns(), in_sns, CHANGE),
    "sqs": (ITEM.as_sqs(), in_sqs, CHANGE),
    "sns in sqs": (ITEM.as_sns().as_sqs(), in_sns_in_sqs, CHANGE),
    "eventbridge in sqs": (ITEM.as_eventbridge().as_sqs(), lambda event: in_sqs(event)["detail"], CHANGE),
    "oversized, config rule": (ITEM.as_oversized().as_config_rule(), in_config_rule, OVERSIZED),
    "oversized, eventbridge": (ITEM.as_oversized().as_eventbridge(), lambda e: e["detail"], OVERSIZED),
    "oversized, sns": (ITEM.as_oversized().as_sns(), in_sns, OVERSIZED),
    "oversized, sqs": (ITEM.as_oversized().as_sqs(), in_sqs, OVERSIZED),
    "schedule": (RUN.as_config_rule(), in_config_rule, SCHEDULE),
}


@pytest.mark.parametrize(("delivery", "unpack", "message"), UNPACKED.values(), ids=UNPACKED)
def test_message_is_in_it(delivery: Delivery, unpack: Callable[[Any], Any], message: dict[str, Any]) -> None:
    """As AWS Config writes it; and Lambda could hand it over as JSON."""
    assert unpack(delivery) == message
    assert json.loads(json.dumps(delivery)) == dict(delivery)


@pytest.mark.parametrize("one", [ITEM, ITEM.as_oversized(), RUN], ids=lambda one: type(one).__name__)
def test_config_rule_is_invoked_with_what_aws_config_tells_it(one: Any) -> None:
    event = one.as_config_rule()

    assert {key: value for key, value in event.items() if key != "invokingEvent"} == {
        "version": "1.0",
        "resultToken": "TESTMODE",
        "eventLeftScope": False,
        "executionRoleArn": (
            "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
        ),
        "configRuleArn": "arn:aws:config:us-east-1:111122223333:config-rule/config-rule-example",
        "configRuleName": "trailguard",
        "configRuleId": "config-rule-example",
        "accountId": "111122223333",
        "evaluationMode": "DETECTIVE",
    }


@pytest.mark.parametrize("parameters", [{"allowed_ports": "443"}, '{"allowed_ports": "443"}'])
def test_parameters_of_a_config_rule_are_json_in_a_text(parameters: Any) -> None:
    text = ITEM.as_config_rule(parameters=parameters)["ruleParameters"]

    assert isinstance(text, str)
    assert json.loads(text) == {"allowed_ports": "443"}


@pytest.mark.parametrize(("parameters", "text"), [({}, "{}"), ("", ""), ("{broken", "{broken")])
def test_odd_parameters_of_a_config_rule_are_possible(parameters: Any, text: str) -> None:
    """Whoever receives them has to live with them."""
    assert ITEM.as_config_rule(parameters=parameters)["ruleParameters"] == text


def test_everything_else_of_a_config_rule_can_be_said() -> None:
    event = ITEM.as_config_rule(
        result_token="opaque", left_scope=True, accountId="444455556666", evaluationMode=None
    )

    assert (event["resultToken"], event["eventLeftScope"]) == ("opaque", True)
    assert (event["accountId"], event["evaluationMode"]) == ("444455556666", None)


@pytest.mark.parametrize("one", [ITEM, ITEM.as_oversized()], ids=lambda one: type(one).__name__)
def test_eventbridge_has_aws_config_s_own_source_and_type(one: Any) -> None:
    event = one.as_eventbridge()

    assert event.keys() == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    }
    assert (event["source"], event["detail-type"]) == ("aws.config", "Config Configuration Item Change")
    assert (event["account"], event["region"]) == ("111122223333", "us-east-1")
    assert event["time"] == "2026-03-02T09:00:00Z"


def test_eventbridge_has_the_item_s_account_region_and_time() -> None:
    """The default bus is that of the account and the region in which something changed."""
    elsewhere = configuration_item(
        VPC, account_id="444455556666", region="eu-west-1", time=DEFAULT_TIME + timedelta(hours=1)
    )

    event = elsewhere.as_eventbridge()

    assert (event["account"], event["region"]) == ("444455556666", "eu-west-1")
    assert event["time"] == "2026-03-02T10:00:00Z"


def test_history_file_lies_where_aws_config_puts_it() -> None:
    """Its key has the type's colons, and days and months without zeros."""
    delivery = ITEM.as_s3_notification()
    stored = only(delivery["Records"])["s3"]
    key = unquote_plus(stored["object"]["key"])

    assert only(delivery["Records"])["eventSource"] == "aws:s3"
    assert key == (
        "AWSLogs/111122223333/Config/us-east-1/2026/3/2/ConfigHistory/"
        "111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::SecurityGroup"
        "_20260302T090000Z_20260302T090000Z_1.json.gz"
    )
    assert delivery.objects.keys() == {(BUCKET, key)}
    assert stored["bucket"]["name"] == BUCKET
    assert gunzipped(delivery.objects[BUCKET, key]) == {
        "fileVersion": "1.0",
        "configurationItems": [ITEM.raw],
    }


def test_history_is_the_answer_of_the_api() -> None:
    """Half of the names differ, what is nested is JSON in a text, and no field is null."""
    answer = only(ITEM.as_history()["configurationItems"])

    assert ITEM.as_history().keys() == {"configurationItems"}
    assert answer == ITEM.as_api_item()
    assert json.loads(answer.pop("configuration")) == ITEM.raw["configuration"]
    assert answer == {
        "version": "1.3",
        "accountId": "111122223333",
        "configurationItemCaptureTime": "2026-03-02T09:00:00.000Z",
        "configurationItemStatus": "OK",
        "configurationStateId": "1772442000000",
        "configurationItemMD5Hash": "",
        "arn": "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b2c3d4e5example",
        "resourceType": GROUP,
        "resourceId": "sg-0a1b2c3d4e5example",
        "awsRegion": "us-east-1",
        "availabilityZone": "Not Applicable",
        "resourceCreationTime": "2026-03-02T09:00:00.000Z",
        "tags": {"team": "network"},
        "relatedEvents": [],
        "relationships": [
            {
                "resourceType": VPC,
                "resourceId": "vpc-1",
                "resourceName": None,
                "relationshipName": "Is associated with ",
            }
        ],
        "supplementaryConfiguration": {"Rules": "[1]", "Status": '"Enabled"'},
    }


def test_deleted_resource_has_no_configuration_in_its_history() -> None:
    assert "configuration" not in configuration_item(GROUP, status="ResourceDeleted").as_api_item()


def test_supplementary_text_that_is_json_is_encoded_twice() -> None:
    """As the API has a bucket's access control list."""
    item = configuration_item("AWS::S3::Bucket", supplementary={"AccessControlList": '{"grantList": []}'})
    written = item.as_api_item()["supplementaryConfiguration"]["AccessControlList"]

    assert json.loads(json.loads(written)) == {"grantList": []}


def test_snapshot_holds_the_items() -> None:
    """In order, in a file of the form of AWS Config's; with the same bytes every time."""
    packed = config_snapshot([ITEM, OTHER])
    content = gunzipped(packed)

    assert content.keys() == {"fileVersion", "configSnapshotId", "configurationItems"}
    assert content["fileVersion"] == "1.0"
    assert isinstance(content["configSnapshotId"], str)
    assert content["configurationItems"] == [ITEM.raw, OTHER.raw]
    assert packed == config_snapshot(iter([ITEM, OTHER]))
    assert packed != config_snapshot([OTHER, ITEM])
    assert gunzipped(config_snapshot([]))["configurationItems"] == []


def test_schedule_has_the_account_and_time_that_it_is_made_with() -> None:
    run = scheduled_run(account_id="444455556666", time=DEFAULT_TIME + timedelta(milliseconds=5))

    assert run.message == SCHEDULE | {
        "awsAccountId": "444455556666",
        "notificationCreationTime": "2026-03-02T09:00:00.005Z",
    }


@pytest.mark.parametrize(
    "wrap",
    [
        lambda item: item.as_config_rule(),
        lambda item: item.as_eventbridge().as_sqs(fifo=True),
        lambda item: item.as_s3_notification().as_sns().as_sqs(),
        lambda item: item.as_oversized().as_sns(),
        lambda item: item.as_history(),
    ],
)
def test_same_item_makes_the_same_delivery(wrap: Any) -> None:
    """And another item another one, ids included."""
    again = configuration_item(VPC)

    assert (wrap(OTHER), wrap(OTHER).objects) == (wrap(again), wrap(again).objects)
    assert wrap(OTHER) != wrap(ITEM)


# What trailguard makes of it


def records_in(payload: Any, objects: dict[tuple[str, str], bytes] | None = None) -> Iterator[Any]:
    """Decode a payload, and what the objects that it names hold."""
    for decoded in decode(payload):
        match decoded:
            case ObjectRef():
                yield from records_in((objects or {})[decoded.bucket, decoded.key])
            case Batch():
                yield from decoded.records()
            case _:
                yield decoded


DELIVERIES: dict[str, Delivery] = {
    "config rule": ITEM.as_config_rule(parameters={"a": "b"}),
    "eventbridge": ITEM.as_eventbridge(),
    "sns": ITEM.as_sns(),
    "sqs": ITEM.as_sqs(),
    "sns in sqs": ITEM.as_sns().as_sqs(),
    "sns in sqs, raw": ITEM.as_sns(raw_delivery=True).as_sqs(),
    "eventbridge in sqs": ITEM.as_eventbridge().as_sqs(),
    "eventbridge in firehose": ITEM.as_eventbridge().as_firehose(),
    "kinesis": ITEM.as_kinesis(),
    "logs": ITEM.as_cloudwatch_logs(),
    "s3": ITEM.as_s3_notification(),
    "s3 in sns in sqs": ITEM.as_s3_notification().as_sns().as_sqs(),
    "s3 by eventbridge": ITEM.as_s3_eventbridge(),
    "history": ITEM.as_history(),
}


@pytest.mark.parametrize("delivery", DELIVERIES.values(), ids=DELIVERIES)
def test_item_comes_out_of_it(delivery: Delivery) -> None:
    record = only(records_in(delivery, delivery.objects))

    assert isinstance(record, Record)
    assert record.kind == "configuration item"
    assert ConfigurationItem.model_validate_json(bytes(record.raw)) == ITEM


@pytest.mark.parametrize(
    "wrap",
    [
        lambda item: item.as_config_rule(),
        lambda item: item.as_eventbridge(),
        lambda item: item.as_sns().as_sqs(),
        lambda item: item.as_sqs(),
    ],
)
def test_summary_comes_out_of_what_is_oversized(wrap: Any) -> None:
    """With all of the item but what makes it large."""
    found = only(records_in(wrap(ITEM.as_oversized())))

    assert isinstance(found, OversizedItem)
    summary = ConfigurationItemSummary.model_validate_json(bytes(found.summary.raw))
    assert (summary.resource, summary.capture_time) == (ITEM.resource, ITEM.capture_time)
    assert (summary.account_id, summary.change_type) == (ITEM.account_id, "UPDATE")


def test_items_come_out_of_a_snapshot() -> None:
    records = list(records_in(config_snapshot([ITEM, OTHER])))

    assert {record.kind for record in records} == {"configuration item"}
    assert [ConfigurationItem.model_validate_json(bytes(record.raw)) for record in records] == [ITEM, OTHER]


def test_run_comes_out_of_a_schedule() -> None:
    record = only(records_in(RUN.as_config_rule()))

    assert isinstance(record, Record)
    assert record.kind == "scheduled run"
    assert ScheduledRun.model_validate_json(bytes(record.raw)).model_dump() == RUN.model_dump()


def test_items_of_a_batch_come_out_in_order() -> None:
    """An item can be put into a batch with any other thing that AWS delivers."""
    batch = sqs_event([ITEM, OTHER.as_sns(), OTHER.as_s3_notification(), ITEM.as_eventbridge()])
    records = list(records_in(batch, batch.objects))

    found = [ConfigurationItem.model_validate_json(bytes(record.raw)) for record in records]

    assert found == [ITEM, OTHER, OTHER, ITEM]
