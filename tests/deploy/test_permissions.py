"""What the function's role may do, compared to what it takes: nothing is missing, and nothing is more.

What the function itself does is recorded (recorded_calls.py). What Lambda and the services that encrypt do in
the role's name is written down here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from recorded_calls import BUCKET, WIRINGS, Grant, calls_of, needed, queue_arn
from sam_stack import Stack, created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from terraform import Resource, Terraform

pytestmark = pytest.mark.filterwarnings(
    "ignore:Tried to parse AWS.*but it's not supported by moto's CloudFormation:UserWarning"
)

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1111aaaa-22bb-33cc-44dd-example"
TRAIL_KEY = "arn:aws:kms:eu-west-1:111122223333:key/5555eeee-66ff-77aa-88bb-example"

PARAMETERS = {
    "cloudwatch-logs": {"TrailLogGroup": "CloudTrail/logs"},
    "eventbridge": {"EventPattern1": '{"source": ["aws.ec2"]}'},
    "s3-sqs": {"TrailBucket": BUCKET},
    "aws-config": {"ConfigResourceTypes": "AWS::S3::Bucket"},
}
KEYS = {"KmsKeyArn": KEY, "TrailKmsKeyArn": TRAIL_KEY}

# What Lambda does in the role's name: "Defining Lambda function permissions with an execution role",
# "Creating and configuring an Amazon SQS event source mapping" and "Capturing records of Lambda asynchronous
# invocations" in the AWS Lambda developer guide.

BY_LAMBDA = {
    Grant("logs:CreateLogStream", "log"): "each environment of the function has a stream",
    Grant("logs:PutLogEvents", "log"): "what the function prints and logs",
}
BY_LAMBDA_ASYNCHRONOUSLY = {
    Grant("sqs:SendMessage", "failed"): "the event, after the last attempt",
}
BY_LAMBDA_FROM_A_QUEUE = {
    Grant("sqs:ReceiveMessage", "queue"): "it polls",
    Grant("sqs:DeleteMessage", "queue"): "messages that the answer does not name are done",
    Grant("sqs:GetQueueAttributes", "queue"): "how many messages wait, and the visibility time-out",
}

# What a call takes of the key that encrypts what it is about: "Key management" in the Amazon SNS and Amazon
# SQS developer guides, "Encryption at rest" in the Amazon DynamoDB developer guide, "GetObject" in the Amazon
# S3 API reference. A log group's key is used by CloudWatch Logs itself, not in the role's name.

BY_KEY = {
    "sns:Publish": {Grant("kms:GenerateDataKey", "key"), Grant("kms:Decrypt", "key")},
    "sqs:SendMessage": {Grant("kms:GenerateDataKey", "key"), Grant("kms:Decrypt", "key")},
    "sqs:ReceiveMessage": {Grant("kms:Decrypt", "key")},
    "dynamodb:GetItem": {Grant("kms:Decrypt", "key")},
    "s3:GetObject": {Grant("kms:Decrypt", "trail key")},
}


def expected(recorded: set[Grant], wirings: Iterable[str], *, encrypted: bool = False) -> set[Grant]:
    """Return all that the role has to allow.

    Args:
        recorded: what the function itself does.
        wirings: what invokes it.
        encrypted: whether there is a key, and one of the log files.
    """
    grants = recorded | BY_LAMBDA.keys()
    if {"cloudwatch-logs", "eventbridge", "aws-config"} & set(wirings):
        grants |= BY_LAMBDA_ASYNCHRONOUSLY.keys()
    if "s3-sqs" in wirings:
        grants |= BY_LAMBDA_FROM_A_QUEUE.keys()
    if encrypted:
        grants |= {one for grant in grants for one in BY_KEY.get(grant.action, ())}
    return grants


def granted(statements: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> set[Grant]:
    """Return what statements allow, on resources by their names here. One without a name keeps its ARN."""
    grants = set()
    for one in statements:
        assert one["Effect"] == "Allow"
        assert one.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        for action in _listed(one["Action"]):
            grants |= {Grant(action, names.get(resource, resource)) for resource in _listed(one["Resource"])}
    return grants


def named(grants: Iterable[Grant], names: Mapping[str, str]) -> set[Grant]:
    return {Grant(action, names.get(resource, resource)) for action, resource in grants}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# The stack of deploy/sam


def names_of(stack: Stack) -> dict[str, str]:
    """Return the names of a stack's resources, by the ARNs with which statements and calls name them."""
    account = stack.ids["Verdicts"].split(":")[4]
    queues = {"Undecodable": "undecodable", "Failed": "failed", "TrailQueue": "queue"}
    return {
        stack.ids["Verdicts"]: "topic",
        f"arn:aws:dynamodb:eu-west-1:{account}:table/{stack.ids['State']}": "state",
        # moto leaves out the ":*" with which the Arn of a log group ends.
        f"arn:aws:logs:eu-west-1:{account}:log-group:{stack.ids['Log']}": "log",
        f"arn:aws:s3:::{BUCKET}/AWSLogs/*": "log files",
        KEY: "key",
        TRAIL_KEY: "trail key",
        **{queue_arn(stack.ids[one]): name for one, name in queues.items() if one in stack.ids},
    }


@pytest.fixture(scope="session")
def recorded(aws_endpoint: str) -> Callable[[str], set[Grant]]:
    """Return what the function does where a wiring invokes it, each recorded once."""
    known: dict[str, set[Grant]] = {}

    def of(wiring: str) -> set[Grant]:
        if wiring not in known:
            with created(aws_endpoint, PARAMETERS[wiring]) as stack:
                known[wiring] = named(calls_of(stack, wiring, aws_endpoint), names_of(stack))
        return known[wiring]

    return of


@pytest.mark.parametrize("encrypted", [False, True], ids=["AWS's keys", "own key"])
@pytest.mark.parametrize("wiring", WIRINGS)
def test_role_of_the_stack(
    aws_endpoint: str, recorded: Callable[[str], set[Grant]], wiring: str, *, encrypted: bool
) -> None:
    does = expected(recorded(wiring), [wiring], encrypted=encrypted)

    with created(aws_endpoint, PARAMETERS[wiring] | (KEYS if encrypted else {})) as stack:
        may = granted(stack.statements().values(), names_of(stack))

    assert sorted(may) == sorted(does)


def test_role_of_a_stack_with_all_wirings(aws_endpoint: str, recorded: Callable[[str], set[Grant]]) -> None:
    parameters = {key: value for one in PARAMETERS.values() for key, value in one.items()}
    does = expected(set().union(*map(recorded, WIRINGS)), WIRINGS, encrypted=True)

    with created(aws_endpoint, parameters | KEYS) as stack:
        may = granted(stack.statements().values(), names_of(stack))

    assert sorted(may) == sorted(does)


def test_each_wiring_does_its_own(recorded: Callable[[str], set[Grant]]) -> None:
    """Everything was done that the function can do, and what is not in all wirings is where it belongs."""
    everywhere = set.intersection(*map(recorded, WIRINGS))

    assert sorted(everywhere) == [
        ("dynamodb:BatchGetItem", "state"),
        ("dynamodb:BatchWriteItem", "state"),
        ("dynamodb:GetItem", "state"),
        ("dynamodb:PutItem", "state"),
        ("dynamodb:UpdateItem", "state"),
        ("sns:Publish", "topic"),
        ("sqs:SendMessage", "undecodable"),
    ]
    assert {wiring: sorted(recorded(wiring) - everywhere) for wiring in WIRINGS} == {
        "cloudwatch-logs": [],
        "eventbridge": [],
        "s3-sqs": [("s3:GetObject", "log files"), ("s3:GetObjectVersion", "log files")],
        "aws-config": [("config:GetResourceConfigHistory", "*"), ("config:PutEvaluations", "*")],
    }


# The resources of deploy/terraform


def resource_names(resources: Iterable[Resource]) -> dict[str, str]:
    """Return the names of what Terraform makes, by the ARNs with which statements name them."""
    of_type = {"aws_sns_topic": "topic", "aws_dynamodb_table": "state", "aws_kms_key": "key"}
    queues = {"undecodable": "undecodable", "failed": "failed", "log-files": "queue"}
    names = {f"arn:aws:s3:::{BUCKET}/AWSLogs/*": "log files", KEY: "key", TRAIL_KEY: "trail key"}
    for one in resources:
        arn = one.values.get("arn", "")
        if one.type in of_type:
            names[arn] = of_type[one.type]
        elif one.type == "aws_sqs_queue":
            names[arn] = queues.get(one.values["name"].removeprefix("trailguard-"), arn)
        elif one.type == "aws_cloudwatch_log_group":
            names[f"{arn}:*"] = "log"
        elif one.type == "aws_s3_bucket":
            names[f"{arn}/AWSLogs/*"] = "log files"
    return names


def function_grants(resources: list[Resource]) -> set[Grant]:
    """Return what the function's role may do."""
    roles = {one.name: one for one in resources if one.type == "aws_iam_role_policy"}
    attached = [one.name for one in resources if one.type == "aws_iam_role_policy_attachment"]
    assert "function" not in attached
    return granted(roles["function"].policy(), resource_names(resources))


@pytest.mark.parametrize("wiring", WIRINGS)
def test_role_of_an_example(
    applied: Callable[[str], list[Resource]], recorded: Callable[[str], set[Grant]], wiring: str
) -> None:
    """A bucket that Terraform makes has the key that everything else has."""
    resources = applied(wiring)
    encrypted = any(one.type == "aws_kms_key" for one in resources)
    does = expected(recorded(wiring), [wiring], encrypted=encrypted)

    assert sorted(function_grants(resources)) == sorted(named(does, {"trail key": "key"}))


@pytest.mark.parametrize("encrypted", [False, True], ids=["AWS's keys", "own keys"])
def test_role_of_the_module_with_all_wirings(
    terraform: Terraform, recorded: Callable[[str], set[Grant]], *, encrypted: bool
) -> None:
    does = expected(set().union(*map(recorded, WIRINGS)), WIRINGS, encrypted=encrypted)
    keys = {"kms_key_arn": KEY, "bucket": {"name": BUCKET, "kms_key_arn": TRAIL_KEY}} if encrypted else {}

    resources = terraform.applied(
        terraform.module,
        package="function.zip",
        cloudwatch_logs={"log_group_name": "CloudTrail/logs", "filter_patterns": [""]},
        eventbridge={"event_patterns": [PARAMETERS["eventbridge"]["EventPattern1"]]},
        log_files={},
        aws_config={"resource_types": ["AWS::S3::Bucket"]},
        **({"bucket": {"name": BUCKET}} | keys),
    )

    assert sorted(function_grants(resources)) == sorted(does)


# The comparison sees what it should


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sns:*", "arn:topic"),
        ("sns:Publish", "arn:topic*"),
        ("sns:Publish", "*"),
        ("sns:Publish", ["arn:topic", "arn:other"]),
        (["sns:Publish", "sns:Subscribe"], "arn:topic"),
        ([], "arn:topic"),
    ],
    ids=str,
)
def test_statement_that_allows_more_or_less_is_found(action: Any, resource: Any) -> None:
    statement = {"Sid": "Any", "Effect": "Allow", "Action": action, "Resource": resource}

    assert granted([statement], {"arn:topic": "topic"}) != {Grant("sns:Publish", "topic")}


@pytest.mark.parametrize("odd", [{"Effect": "Deny"}, {"NotResource": "*"}, {"NotAction": "iam:*"}], ids=str)
def test_statement_that_cannot_be_compared_is_found(odd: dict[str, str]) -> None:
    statement = {"Sid": "Any", "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:topic"}

    with pytest.raises(AssertionError):
        granted([statement | odd], {})


def test_call_that_nobody_wrote_down_is_found() -> None:
    with pytest.raises(AssertionError, match="nobody wrote down what s3 ListObjectsV2 takes"):
        needed("s3", "ListObjectsV2", {"Bucket": BUCKET})
