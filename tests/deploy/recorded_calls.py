"""Which calls the function makes of AWS: recorded while it handles what each wiring brings.

Which action of IAM a call needs, and on what: "Actions, resources, and condition keys" of each service in the
Service Authorization Reference.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from botocore import handlers

from trailguard import CloudTrailEvent, ConfigurationItem, Dedup, Guard, Severity, Threshold, rule
from trailguard.testing import (
    cloudtrail_event,
    cloudwatch_logs_event,
    configuration_item,
    log_file,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sam_stack import Stack

BUCKET: Final = "trailguard-trail"
REGION: Final = "eu-west-1"

_TABLE: Final = f"arn:aws:dynamodb:{REGION}:123456789012:table/"  # in the account that moto has


class Grant(NamedTuple):
    """An action of IAM, and the resource on which it is allowed."""

    action: str
    resource: str


# Rules that need all that a store can do


@rule(on="ec2:CreateVpc", severity=Severity.LOW, title="Many networks", threshold=Threshold(2, within="1d"))
def many_networks(_event: CloudTrailEvent) -> str:
    return "many networks"


@rule(on="ec2:DeleteVpc", severity=Severity.LOW, title="Once", dedup=Dedup(within="1d"))
def network_deleted(_event: CloudTrailEvent) -> str:
    return "a network is deleted"


@rule(on="AWS::S3::Bucket", severity=Severity.LOW, title="Once", dedup=Dedup(within="1d"))
def bucket_exists(_item: ConfigurationItem) -> str:
    return "a bucket exists"


RULES: Final = (many_networks, network_deleted, bucket_exists)
CALLS: Final = ("ec2:CreateVpc", "ec2:DeleteVpc")
FIRST, SECOND = ([cloudtrail_event(call, request={"n": n}) for call in CALLS] for n in (1, 2))


# What each wiring brings


def from_log_group(_stack: Stack) -> Iterator[dict[str, Any]]:
    """Log events, one of which is no JSON."""
    yield cloudwatch_logs_event(FIRST)
    yield cloudwatch_logs_event([*SECOND, "not JSON"])


def from_eventbridge(_stack: Stack) -> Iterator[dict[str, Any]]:
    """Events, one of which has no name."""
    for event in (*FIRST, *SECOND):
        yield event.as_eventbridge()
    nameless = FIRST[0].as_eventbridge()
    del nameless["detail"]["eventName"]
    yield nameless


def from_bucket(stack: Stack) -> Iterator[dict[str, Any]]:
    """What S3 tells of log files, from before and after it kept versions; and what nobody can read."""
    s3, sqs, queue = stack.client("s3"), stack.client("sqs"), stack.ids["TrailQueue"]
    # moto's Lambda would start a container for each message.
    stack.client("lambda").update_event_source_mapping(UUID=stack.ids["TrailQueueMapping"], Enabled=False)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    told = {"QueueArn": stack.queue("TrailQueue")["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    s3.put_object(Bucket=BUCKET, Key="AWSLogs/1.json.gz", Body=log_file(FIRST))
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket=BUCKET, Key="AWSLogs/2.json.gz", Body=log_file(SECOND))
    # moto's S3 does not tell the queue of versions.
    second = SECOND[0].as_s3_notification(bucket=BUCKET, key="AWSLogs/2.json.gz", version_id=put["VersionId"])
    yield sqs_event([message["Body"] for message in messages])
    yield sqs_event([second, "not JSON"])


def from_config(stack: Stack) -> Iterator[dict[str, Any]]:
    """Buckets: a small one, one that is too large for a message, and one that nobody can ask for."""
    name, kind = "trailguard-large", "AWS::S3::Bucket"
    stack.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    [known] = stack.client("config").get_resource_config_history(resourceType=kind, resourceId=name)[
        "configurationItems"
    ]
    at = known["configurationItemCaptureTime"]
    large = configuration_item(kind, resource_id=name, region=REGION, time=at).as_oversized()
    yield configuration_item(kind, {"name": "small"}, resource_id="small", time=at).as_config_rule()
    yield large.as_config_rule()
    timeless = large.as_config_rule()
    timeless["invokingEvent"] = timeless["invokingEvent"].replace("configurationItemCaptureTime", "when")
    yield timeless


WIRINGS: Final[Mapping[str, Callable[[Stack], Iterator[dict[str, Any]]]]] = {
    "cloudwatch-logs": from_log_group,
    "eventbridge": from_eventbridge,
    "s3-sqs": from_bucket,
    "aws-config": from_config,
}


# What it does then


def calls_of(stack: Stack, wiring: str, endpoint: str) -> set[Grant]:
    """Handle what a wiring brings, as the deployed function does; return what that takes."""
    events = list(WIRINGS[wiring](stack))
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **stack.function()["Environment"]["Variables"],
    }
    with pytest.MonkeyPatch.context() as patch, recording() as calls:
        for name, value in environment.items():
            patch.setenv(name, value)
        guard = Guard.from_settings(rules=RULES, only=[one.id for one in RULES])
        for event in events:
            guard.handle(event)
    return set(calls)


@contextmanager
def recording() -> Iterator[list[Grant]]:
    """Record the calls of every client that is made meanwhile."""
    calls: list[Grant] = []

    def keep(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.extend(needed(model.service_model.service_name, model.name, params))

    def forget(parsed: dict[str, Any], **_: Any) -> None:
        parsed.pop("Item", None)

    with pytest.MonkeyPatch.context() as patch:
        added = [
            ("before-parameter-build", keep),
            (
                "after-call.dynamodb.PutItem",
                forget,
            ),  # some stand-ins for DynamoDB do not tell; then it is asked
        ]
        patch.setattr(handlers, "BUILTIN_HANDLERS", [*handlers.BUILTIN_HANDLERS, *added])
        yield calls


def needed(service: str, operation: str, params: Mapping[str, Any]) -> list[Grant]:
    """Return what a call takes.

    Raises:
        AssertionError: when it is one that nobody expected.
    """
    match service, operation:
        case "sns", "PublishBatch":
            return [Grant("sns:Publish", params["TopicArn"])]
        case "sqs", "SendMessageBatch":
            return [Grant("sqs:SendMessage", queue_arn(params["QueueUrl"]))]
        case "s3", "GetObject":
            # Keys are not known beforehand: what can be allowed is all that begin as log files do.
            action = "s3:GetObjectVersion" if "VersionId" in params else "s3:GetObject"
            return [Grant(action, f"arn:aws:s3:::{params['Bucket']}/{params['Key'].split('/')[0]}/*")]
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            return [Grant(f"dynamodb:{operation}", _TABLE + table) for table in params["RequestItems"]]
        case "dynamodb", "GetItem" | "PutItem" | "UpdateItem":
            return [Grant(f"dynamodb:{operation}", _TABLE + params["TableName"])]
        case "config", "GetResourceConfigHistory" | "PutEvaluations":
            return [Grant(f"config:{operation}", "*")]  # these know no resources
    raise AssertionError(f"nobody wrote down what {service} {operation} takes")


def queue_arn(url: str) -> str:
    """Return the ARN of a queue, of ``https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE``."""
    account, name = url.split("/")[-2:]
    return f"arn:aws:sqs:{REGION}:{account}:{name}"
