from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.api import lint
from sam_stack import REGION, TEMPLATE, created, packaged, transformed
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.yaml_helper import yaml_parse

from trailguard import Guard
from trailguard.notifiers.sns import SnsNotifier
from trailguard.notifiers.sqs import SqsNotifier

if TYPE_CHECKING:
    Template = dict[str, Any]

# moto makes most of a stack, and warns of what it leaves out. That is looked at in the transformed template.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Tried to parse AWS.*but it's not supported by moto's CloudFormation:UserWarning"
)

PATTERN = {"source": ["aws.ec2"], "detail": {"eventName": ["CreateVpc"]}}
LOG_GROUP = {"TrailLogGroup": "CloudTrail/logs", "FilterPattern1": '{ $.eventName = "CreateVpc" }'}
EVENTBRIDGE = {"EventPattern1": json.dumps(PATTERN), "EventPattern2": '{"source": ["aws.iam"]}'}
BUCKET = {"TrailBucket": "amzn-s3-demo-trail"}
CONFIG = {"ConfigResourceTypes": "AWS::EC2::VPC,AWS::EC2::Subnet"}

ALWAYS = {"Function", "Log", "Role", "State", "Undecodable", "Verdicts"}


@pytest.fixture(scope="module")
def template() -> Template:
    """Return the template as CloudFormation gets it."""
    return transformed(packaged())


def complaints(template: Template, *regions: str) -> list[str]:
    """Return what cfn-lint says."""
    return [
        f"{one.rule.id} {one.message}" for one in lint(json.dumps(template), None, list(regions or [REGION]))
    ]


def resources(template: Template, kind: str) -> dict[str, Any]:
    return {
        name: one.get("Properties", {})
        for name, one in template["Resources"].items()
        if one["Type"] == f"AWS::{kind}"
    }


# The template


def test_nothing_is_wrong(template: Template) -> None:
    """In any partition: what is not in a region, or misspelt there, is an error."""
    assert complaints(template, REGION, "us-gov-west-1", "cn-north-1") == []


MISTAKES = [
    ("!GetAtt Role.Arn", "!GetAtt Role.Anr", "'Anr' is not one of"),
    ("!Ref State", "!Ref Sate", "'Sate' is not one of"),
    ("VisibilityTimeout: 1800", "VisibilityTimout: 1800", "'VisibilityTimout' was unexpected"),
    ("Condition: FromBucket", "Condition: FromBuckt", "'FromBuckt' is not one of"),
    ("BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_CALL", "'PAY_PER_CALL' is not one of"),
]


@pytest.fixture(scope="module")
def told_of_mistakes() -> list[str]:
    """Make all mistakes at once, of which each has its complaint."""
    text = TEMPLATE.read_text("utf-8")
    for right, wrong, _ in MISTAKES:
        assert right in text
        text = text.replace(right, wrong, 1)
    mistaken = yaml_parse(text)
    mistaken["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://any/any.zip"
    return complaints(transformed(mistaken))


@pytest.mark.parametrize(("right", "wrong", "complaint"), MISTAKES)
def test_mistake_is_found(told_of_mistakes: list[str], right: str, wrong: str, complaint: str) -> None:
    """What SAM lets pass: cfn-lint alone, or SAM alone, would miss some of them."""
    assert [one for one in told_of_mistakes if complaint in one], (right, wrong)


def test_mistake_in_what_sam_takes_is_found() -> None:
    mistaken = packaged()
    mistaken["Resources"]["Function"]["Properties"]["Handlr"] = "lambda_function.lambda_handler"

    with pytest.raises(InvalidDocumentException):
        transformed(mistaken)


def test_every_parameter_is_described(template: Template) -> None:
    """It has a group on the console's page, and what it takes is checked before anything is made."""
    grouped = [
        name
        for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    ]
    assert sorted(grouped) == sorted(template["Parameters"])
    for name, one in template["Parameters"].items():
        assert one["Description"].endswith((".", ")")), name
        assert one.keys() & {"AllowedPattern", "AllowedValues", "MinValue", "MaxLength"} or (
            one["Type"] == "CommaDelimitedList"
        ), name
        assert ("AllowedPattern" in one) == ("ConstraintDescription" in one), name
    assert all(one["Description"] for one in template["Outputs"].values())


@pytest.mark.parametrize(
    ("parameter", "value", "fits"),
    [
        ("Email", "security@example.com", True),
        ("Email", "security", False),
        ("TrailBucket", "amzn-s3-demo-trail", True),
        ("TrailBucket", "arn:aws:s3:::amzn-s3-demo-trail", False),
        ("TrailLogGroup", "aws-cloudtrail-logs-111122223333-0example", True),
        ("TrailLogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*", False),
        ("KmsKeyArn", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1111aaaa-22bb-example", True),
        ("KmsKeyArn", "arn:aws:kms:eu-west-1:111122223333:alias/trail", False),
        ("TrailKmsKeyArn", "1111aaaa-22bb-example", False),
        ("EventPattern1", json.dumps(PATTERN, indent=2), True),
        ("EventPattern1", json.dumps([PATTERN]), False),
    ],
)
def test_parameter_takes_what_it_is_for(
    template: Template, parameter: str, value: str, *, fits: bool
) -> None:
    """And nothing, by default: what is not wanted is left out."""
    allowed = template["Parameters"][parameter]["AllowedPattern"]

    assert bool(re.fullmatch(allowed, value)) is fits
    assert re.fullmatch(allowed, template["Parameters"][parameter]["Default"])


def test_every_statement_says_what_needs_it() -> None:
    """In a comment before it, for whoever reviews what the function may do."""
    lines = TEMPLATE.read_text("utf-8").splitlines()
    statements = [n for n, line in enumerate(lines) if "- Sid:" in line]
    assert len(statements) == 12
    for n in statements:
        before = n - 2 if lines[n - 2].strip() == "- !If" else n
        assert lines[before - 1].strip().startswith("# "), lines[n]


def test_nothing_is_written_for_one_account_or_partition() -> None:
    text = TEMPLATE.read_text("utf-8")

    assert not re.search(r"\b[0-9]{12}\b|arn:aws:|[a-z]{2}-[a-z]+-[0-9]", text)


def test_event_pattern_may_be_a_text(template: Template) -> None:
    """A parameter cannot be an object. That AWS takes a text is in its own schema of the resource."""
    rule = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": json.dumps(PATTERN)}}
    assert template["Resources"]["EventRule1"]["Properties"]["EventPattern"] == {"Ref": "EventPattern1"}

    assert complaints({"Resources": {"Rule": rule}}) == []


def test_messages_are_hidden_for_as_long_as_lambda_asks_for(template: Template) -> None:
    """Six times as long as the function may take, or a message comes again while it is still judged."""
    timeout = template["Resources"]["Function"]["Properties"]["Timeout"]

    assert template["Resources"]["TrailQueue"]["Properties"]["VisibilityTimeout"] == 6 * timeout


# What is made always


def test_function_without_a_wiring(aws_endpoint: str) -> None:
    """Nothing invokes it but people; there is nothing that nobody uses."""
    with created(aws_endpoint, {}) as stack:
        function = stack.function()
        statements = stack.statements()

        assert stack.ids.keys() == ALWAYS
        assert (function["Handler"], function["Timeout"]) == ("lambda_function.lambda_handler", 300)
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["x86_64"])
        assert statements.keys() == {"WriteLog", "TellVerdicts", "RememberState", "KeepUndecodable"}
        assert stack.outputs().keys() == {"TopicArn", "FunctionName", "UndecodableQueueUrl"}


def test_function_is_told_of_its_topic_table_and_queue(
    aws_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As trailguard reads it from the environment."""
    with created(aws_endpoint, {}) as stack:
        variables = stack.function()["Environment"]["Variables"]
        for name, value in {"AWS_DEFAULT_REGION": REGION, **variables}.items():
            monkeypatch.setenv(name, value)

        guard = Guard.from_settings()

        [notifier] = guard.notifiers
        assert isinstance(notifier, SnsNotifier)
        assert notifier.identity == f"sns {stack.ids['Verdicts']}"
        assert isinstance(guard.dead_letter, SqsNotifier)
        assert guard.dead_letter.identity == f"sqs {stack.ids['Undecodable']}"
        assert guard.settings.state.model_dump()["table"] == stack.ids["State"]


def test_table_is_what_the_store_needs(aws_endpoint: str) -> None:
    with created(aws_endpoint, {}) as stack:
        dynamodb, name = stack.client("dynamodb"), stack.ids["State"]
        table = dynamodb.describe_table(TableName=name)["Table"]

        assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
        assert table["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]
        assert table["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}


def test_table_forgets(template: Template) -> None:
    """Moto makes tables without it."""
    [table] = resources(template, "DynamoDB::Table").values()

    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


@pytest.mark.parametrize("email", ["security@example.com", ""])
def test_topic_tells_people(aws_endpoint: str, email: str) -> None:
    with created(aws_endpoint, {"Email": email}) as stack:
        told = stack.client("sns").list_subscriptions_by_topic(TopicArn=stack.ids["Verdicts"])[
            "Subscriptions"
        ]

    expected = [("email", email)] if email else []
    assert [(one["Protocol"], one["Endpoint"]) for one in told] == expected


def test_log_is_kept_for_as_long_as_is_said(aws_endpoint: str, template: Template) -> None:
    with created(aws_endpoint, {"LogRetentionInDays": "30"}) as stack:
        [group] = stack.client("logs").describe_log_groups(logGroupNamePrefix=stack.ids["Log"])["logGroups"]

    assert group["retentionInDays"] == 30
    assert template["Resources"]["Function"]["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": "Log"}


def test_own_key_encrypts_all_that_is_kept(aws_endpoint: str, template: Template) -> None:
    """In moto's stacks, all but the table and the log."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/1111aaaa-22bb-33cc-44dd-example"
    with created(aws_endpoint, {"KmsKeyArn": key, **BUCKET, **CONFIG}) as stack:
        topic = stack.client("sns").get_topic_attributes(TopicArn=stack.ids["Verdicts"])["Attributes"]
        queues = [stack.queue(one) for one in ("Undecodable", "Failed", "TrailQueue", "TrailQueueFailed")]

    assert topic["KmsMasterKeyId"] == key
    assert {queue["KmsMasterKeyId"] for queue in queues} == {key}
    assert template["Resources"]["State"]["Properties"]["SSESpecification"]["Fn::If"][:2] == [
        "HasKey",
        {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}},
    ]
    assert template["Resources"]["Log"]["Properties"]["KmsKeyId"]["Fn::If"][:2] == [
        "HasKey",
        {"Ref": "KmsKeyArn"},
    ]


def test_each_failure_has_its_alarm(template: Template) -> None:
    """Moto's stacks leave alarms out."""
    alarms = resources(template, "CloudWatch::Alarm")

    assert {
        name: (one["MetricName"], *one["Dimensions"][0]["Value"].values()) for name, one in alarms.items()
    } == {
        "ErrorsAlarm": ("Errors", "Function"),
        "UndecodableAlarm": ("ApproximateNumberOfMessagesVisible", ["Undecodable", "QueueName"]),
        "FailedAlarm": ("ApproximateNumberOfMessagesVisible", ["Failed", "QueueName"]),
        "TrailQueueFailedAlarm": ("ApproximateNumberOfMessagesVisible", ["TrailQueueFailed", "QueueName"]),
        "TrailQueueAgeAlarm": ("ApproximateAgeOfOldestMessage", ["TrailQueue", "QueueName"]),
    }
    assert all(one["AlarmActions"] == [{"Ref": "Verdicts"}] for one in alarms.values())
    for name in alarms:
        queue = name.removesuffix("Alarm").removesuffix("Age")
        watched = template["Resources"].get(queue, {})
        assert template["Resources"][name].get("Condition") == watched.get("Condition"), name


# Each wiring


def test_subscription_of_the_log_group(aws_endpoint: str, template: Template) -> None:
    """Moto's stacks leave the subscriptions themselves out."""
    with created(aws_endpoint, LOG_GROUP) as stack:
        [invoker] = stack.invokers()
        account = stack.ids["Verdicts"].split(":")[4]

        assert stack.ids.keys() == ALWAYS | {"Failed"}
    assert invoker["Principal"] == {"Service": "logs.amazonaws.com"}
    assert invoker["Condition"] == {
        "ArnLike": {"AWS:SourceArn": f"arn:aws:logs:{REGION}:{account}:log-group:CloudTrail/logs:*"},
        "StringEquals": {"AWS:SourceAccount": account},
    }
    assert resources(template, "Logs::SubscriptionFilter") == {
        f"Subscription{n}": {
            "LogGroupName": {"Ref": "TrailLogGroup"},
            "FilterPattern": {"Ref": f"FilterPattern{n}"},
            "DestinationArn": {"Fn::GetAtt": ["Function", "Arn"]},
        }
        for n in (1, 2)
    }


def test_rules_of_eventbridge(aws_endpoint: str) -> None:
    """One a pattern; what only reads comes, too."""
    with created(aws_endpoint, EVENTBRIDGE) as stack:
        events = stack.client("events")
        names = [stack.ids["EventRule1"], stack.ids["EventRule2"]]
        rules = [events.describe_rule(Name=name) for name in names]
        targets = [events.list_targets_by_rule(Rule=name)["Targets"] for name in names]
        [invoker] = stack.invokers()
        function, failed = stack.function()["FunctionArn"], stack.queue("Failed")["QueueArn"]

        assert stack.ids.keys() == ALWAYS | {"Failed", "EventRule1", "EventRule2"}
    assert [json.loads(rule["EventPattern"]) for rule in rules] == [PATTERN, {"source": ["aws.iam"]}]
    assert {rule["State"] for rule in rules} == {"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}
    target = {"Id": "trailguard", "Arn": function, "DeadLetterConfig": {"Arn": failed}}
    assert targets == [[target], [target]]
    assert invoker["Principal"] == {"Service": "events.amazonaws.com"}
    allowed = invoker["Condition"]["ArnLike"]["AWS:SourceArn"]
    assert all(re.fullmatch(allowed.replace("*", ".*"), rule["Arn"]) for rule in rules)


def test_queue_of_the_bucket(aws_endpoint: str) -> None:
    with created(aws_endpoint, BUCKET) as stack:
        queue, failed = stack.queue("TrailQueue"), stack.queue("TrailQueueFailed")
        [mapping] = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]

        assert stack.ids.keys() == ALWAYS | {"TrailQueue", "TrailQueueFailed", "TrailQueueMapping"}
        assert stack.outputs()["TrailQueueArn"] == queue["QueueArn"]
    assert json.loads(queue["RedrivePolicy"]) == {
        "deadLetterTargetArn": failed["QueueArn"],
        "maxReceiveCount": 5,
    }
    assert (queue["VisibilityTimeout"], failed["MessageRetentionPeriod"]) == ("1800", "1209600")
    assert mapping["EventSourceArn"] == queue["QueueArn"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_bucket_alone_may_notify_the_queue(template: Template) -> None:
    """Moto's stacks leave policies of queues out."""
    policies = resources(template, "SQS::QueuePolicy")
    [statement] = policies["TrailQueuePolicy"]["PolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnEquals": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${TrailBucket}"}},
    }


def test_rule_of_aws_config(aws_endpoint: str, template: Template) -> None:
    """Moto's stacks leave the rule itself out."""
    with created(aws_endpoint, CONFIG) as stack:
        [invoker] = stack.invokers()

        assert stack.ids.keys() == ALWAYS | {"Failed"}
    assert invoker["Principal"] == {"Service": "config.amazonaws.com"}
    assert invoker["Condition"].keys() == {"StringEquals"}
    [rule] = resources(template, "Config::ConfigRule").values()
    changed, oversized, scheduled = rule["Source"]["SourceDetails"]
    assert changed["MessageType"] == "ConfigurationItemChangeNotification"
    assert oversized["MessageType"] == "OversizedConfigurationItemChangeNotification"
    assert scheduled["Fn::If"][0] == "HasSchedule"
    assert rule["Scope"] == {"ComplianceResourceTypes": {"Ref": "ConfigResourceTypes"}}


@pytest.mark.parametrize(
    ("kind", "permission"),
    [("Logs::SubscriptionFilter", "LogGroupPermission"), ("Config::ConfigRule", "ConfigPermission")],
)
def test_who_tries_the_function_out_is_allowed_before(template: Template, kind: str, permission: str) -> None:
    for name in resources(template, kind):
        assert template["Resources"][name]["DependsOn"] == permission


def test_all_wirings_at_once(aws_endpoint: str) -> None:
    with created(aws_endpoint, {**LOG_GROUP, **EVENTBRIDGE, **BUCKET, **CONFIG}) as stack:
        assert [one["Principal"]["Service"] for one in stack.invokers()] == [
            "logs.amazonaws.com",
            "events.amazonaws.com",
            "config.amazonaws.com",
        ]
        assert len(stack.statements()) == 8


def test_failed_events_are_kept(template: Template) -> None:
    """By Lambda, after the third attempt; moto's stacks leave that out."""
    [invocations] = resources(template, "Lambda::EventInvokeConfig").values()

    assert invocations["DestinationConfig"] == {
        "OnFailure": {"Destination": {"Fn::GetAtt": ["Failed", "Arn"]}}
    }
    assert invocations["FunctionName"] == {"Ref": "Function"}


# README.md


def test_readme_names_what_there_is(template: Template) -> None:
    """Each parameter, alarm and file in it exists."""
    readme = TEMPLATE.with_name("README.md").read_text("utf-8")

    for name in re.findall(r"^\| `(\w+Alarm)`", readme, re.MULTILINE):
        assert name in template["Resources"]
    for name in re.findall(r"`((?:Trail|Config|EventPattern|FilterPattern|Kms)\w*)`", readme):
        assert name in template["Parameters"] or name in template["Resources"], name
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        assert (TEMPLATE.parent / target.partition("#")[0]).exists(), target
    assert set(resources(template, "CloudWatch::Alarm")) == set(
        re.findall(r"^\| `(\w+Alarm)`", readme, re.MULTILINE)
    )
