from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber

from trailguard.errors import RoleError
from trailguard.history import fetch_item
from trailguard.models import ConfigurationItem
from trailguard.record import DecodeFailure, Origin, OversizedItem, ReadFailure, Record
from trailguard.testing import configuration_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_config import ConfigServiceClient

    from trailguard.testing import SampleItem

NOTIFIED = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)
ORIGIN = Origin.at("config rule vpc")


def group(time: datetime = NOTIFIED) -> SampleItem:
    return configuration_item("AWS::EC2::SecurityGroup", {"at": time.isoformat()}, time=time, tags={"a": "b"})


def oversized(item: SampleItem | None = None, **changes: Any) -> OversizedItem:
    summary = (item or group()).as_oversized().message["configurationItemSummary"] | changes
    return OversizedItem(Record(json.dumps(summary).encode(), ORIGIN, kind="configuration item"))


def as_boto3_has_it(item: SampleItem) -> dict[str, Any]:
    """Make times of the texts for times."""
    raw = item.as_api_item()
    for name in ("configurationItemCaptureTime", "resourceCreationTime"):
        raw[name] = datetime.fromisoformat(raw[name])
    return raw


@pytest.fixture
def config() -> Iterator[ConfigServiceClient]:
    client = boto3.client(
        "config", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    yield client
    client.close()


def fetched(client: ConfigServiceClient, item: OversizedItem, *states: SampleItem) -> Any:
    """Fetch an item from a history, the latest state first. Calls are checked against AWS's model."""
    with Stubber(client) as stub:
        stub.add_response(
            "get_resource_config_history",
            {"configurationItems": [as_boto3_has_it(state) for state in states]},
            {
                "resourceType": "AWS::EC2::SecurityGroup",
                "resourceId": "sg-0a1b2c3d4e5example",
                "laterTime": datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC),
                "limit": 10,
            },
        )
        got = fetch_item(item, lambda _: client)
        stub.assert_no_pending_responses()
    return got


def test_item_comes_as_its_notification_would_have_brought_it(config: ConfigServiceClient) -> None:
    record = fetched(config, oversized(), group())

    assert (record.origin, record.kind) == (ORIGIN, "configuration item")
    assert ConfigurationItem.model_validate(json.loads(record.raw)) == group()


def test_notified_state_is_returned_though_there_is_a_newer_one(config: ConfigServiceClient) -> None:
    """In the same second, too, of which AWS is asked for the whole."""
    newer, older = group(NOTIFIED + timedelta(milliseconds=500)), group(NOTIFIED - timedelta(days=1))

    record = fetched(config, oversized(), newer, group(), older)

    assert ConfigurationItem.model_validate(json.loads(record.raw)) == group()


def test_history_that_lacks_the_state_may_have_it_later(config: ConfigServiceClient) -> None:
    """An older state would be judged in the place of the one that was notified."""
    failure = fetched(config, oversized(), group(NOTIFIED - timedelta(milliseconds=1)))

    assert failure == ReadFailure(
        "config rule vpc",
        "AWS Config does not have the item of 2026-03-02T09:00:00.123000+00:00 in its history yet",
        transient=True,
    )


def test_client_is_that_of_the_item() -> None:
    """Its account and its region say which one."""
    asked = []

    def client_of(item: Any) -> Any:
        asked.append((item.account_id, item.aws_region))
        raise NoCredentialsError

    fetch_item(oversized(), client_of)

    assert asked == [("111122223333", "us-east-1")]


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (NoCredentialsError(), "there are no AWS credentials to ask AWS Config with"),
        (
            RoleError("arn:aws:iam::111122223333:role/x", ""),
            "may not assume arn:aws:iam::111122223333:role/x",
        ),
        (EndpointConnectionError(endpoint_url="x"), "AWS Config cannot be asked: EndpointConnectionError"),
    ],
)
def test_unreachable_history_may_be_reached_later(error: Exception, problem: str) -> None:
    def fail(_: Any) -> ConfigServiceClient:
        raise error

    failure = fetch_item(oversized(), fail)

    assert isinstance(failure, ReadFailure)
    assert failure.error.startswith(problem)
    assert failure.transient


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ResourceNotDiscoveredException", "ResourceNotDiscoveredException: why"),
        ("NoAvailableConfigurationRecorderException", "NoAvailableConfigurationRecorderException: why"),
        ("AccessDeniedException", "AccessDeniedException: why; allow config:GetResourceConfigHistory"),
    ],
)
def test_refusal_names_the_resource(config: ConfigServiceClient, code: str, told: str) -> None:
    with Stubber(config) as stub:
        stub.add_client_error("get_resource_config_history", code, "why")
        failure = fetch_item(oversized(), lambda _: config)

    assert isinstance(failure, ReadFailure)
    assert failure.error == f"AWS Config does not tell about sg-0a1b2c3d4e5example: {told}"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"resourceId": None}, "resourceId"),
        ({"configurationItemCaptureTime": "now"}, "configurationItemCaptureTime"),
        ({"configurationItemCaptureTime": None}, "no configurationItemCaptureTime"),
    ],
)
def test_summary_that_says_too_little_is_a_failure(changes: dict[str, Any], problem: str) -> None:
    failure = fetch_item(oversized(**changes), lambda _: pytest.fail("nothing to ask for"))

    assert isinstance(failure, DecodeFailure)
    assert problem in failure.error
    assert failure.data


def test_history_of_a_bucket(aws_endpoint: str) -> None:
    """By moto over HTTP, which has a history of buckets, as they are now."""
    access = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=aws_endpoint, **access)
    config = boto3.client("config", region_name="us-east-1", endpoint_url=aws_endpoint, **access)
    s3.create_bucket(Bucket="history-of-a-bucket")
    (known,) = config.get_resource_config_history(
        resourceType="AWS::S3::Bucket", resourceId="history-of-a-bucket"
    )["configurationItems"]
    bucket = configuration_item(
        "AWS::S3::Bucket", resource_id="history-of-a-bucket", time=known["configurationItemCaptureTime"]
    )

    got = fetch_item(oversized(bucket), lambda _: config)

    assert isinstance(got, Record)
    assert ConfigurationItem.model_validate(json.loads(got.raw)).resource_id == "history-of-a-bucket"
