"""Deliveries that AWS's services make by themselves, as far as there is a server of them here.

`trailguard.testing` writes deliveries down as the documentation has them. Here nothing is written down: an
object is put, an event is logged, and what arrives at the other end is judged.
"""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from trailguard import Guard
from trailguard.settings import Settings
from trailguard.testing import cloudtrail_event, log_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

RULE = "internet-gateway-attached"
ATTACHED = cloudtrail_event(
    "ec2:AttachInternetGateway", request={"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"}
)
REGION = {"LocationConstraint": "eu-west-1"}


@pytest.fixture(name="guard", scope="module")
def _guard(s3: S3Client) -> Guard:
    return Guard.from_settings(Settings(), notifiers=(), only=[RULE], s3=s3)


@pytest.fixture(name="queue")
def _queue(sqs: SQSClient, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Make a queue; return its URL and its ARN."""
    url = sqs.create_queue(QueueName=request.node.name.replace("[", "-").strip("]"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


@pytest.fixture(name="logs")
def _logs(aws_endpoint: str) -> Iterator[Any]:
    client = boto3.client(
        "logs",
        region_name="eu-west-1",
        endpoint_url=aws_endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    yield client
    client.close()


def batch_of(sqs: SQSClient, url: str) -> dict[str, Any]:
    """Receive what is in a queue, as Lambda hands it to a function."""
    messages: list[dict[str, Any]] = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        messages += [
            {
                "messageId": message["MessageId"],
                "body": message["Body"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
            }
            for message in received
        ]
    return {"Records": messages}


def by_queue(arn: str, _: SNSClient) -> dict[str, Any]:
    return {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}


def by_topic(arn: str, sns: SNSClient, raw: str = "false") -> dict[str, Any]:
    topic = sns.create_topic(Name=f"new-logs-{raw}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": raw})
    return {"TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]}


def by_topic_raw(arn: str, sns: SNSClient) -> dict[str, Any]:
    return by_topic(arn, sns, "true")


@pytest.mark.parametrize("route", [by_queue, by_topic, by_topic_raw], ids=["sqs", "sns", "sns-raw"])
def test_new_log_file_is_judged(  # noqa: PLR0917  # fixtures
    route: Callable[[str, SNSClient], Any],
    guard: Guard,
    queue: tuple[str, str],
    s3: S3Client,
    sns: SNSClient,
    sqs: SQSClient,
) -> None:
    """S3 tells a queue, itself or through a topic; its test message is no failure."""
    bucket = f"notifying-{route.__name__.replace('_', '-')}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=REGION)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=route(queue[1], sns))
    key = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/a+b c.json.gz"
    s3.put_object(Bucket=bucket, Key=key, Body=log_file([ATTACHED]))

    report = guard.judge(batch_of(sqs, queue[0]))

    assert [verdict.resource for verdict in report.verdicts] == ["igw-0example"]
    assert report.verdicts[0].origin.endswith(f"s3://{bucket}/{key} > record 1")
    assert report.failures == ()
    assert set(report.counts.ignored_because) <= {"the test message of S3"}


def test_logged_event_is_judged(guard: Guard, logs: Any, kinesis: KinesisClient) -> None:
    """CloudWatch Logs packs its batch itself, and a stream carries it."""
    kinesis.create_stream(StreamName="logged", ShardCount=1)
    stream = kinesis.describe_stream(StreamName="logged")["StreamDescription"]
    logs.create_log_group(logGroupName="trail")
    logs.create_log_stream(logGroupName="trail", logStreamName="one")
    logs.put_subscription_filter(
        logGroupName="trail", filterName="all", filterPattern="", destinationArn=stream["StreamARN"]
    )
    logs.put_log_events(
        logGroupName="trail",
        logStreamName="one",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(ATTACHED.raw)}],
    )
    (shard,) = stream["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName="logged", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = kinesis.get_records(ShardIterator=iterator)["Records"]
    event = {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "sequenceNumber": record["SequenceNumber"],
                    "data": base64.b64encode(record["Data"]).decode(),
                },
            }
            for record in records
        ]
    }

    report = guard.judge(event)

    assert [verdict.resource for verdict in report.verdicts] == ["igw-0example"]
    assert " > cloudwatch logs trail:one > log event 1" in report.verdicts[0].origin
    assert report.failures == ()
