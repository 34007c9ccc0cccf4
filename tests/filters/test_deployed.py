"""Filters in use, in each form that AWS's command line prints; by a server on this machine where it can."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from listening import to_calls, to_items

from trailguard import Match
from trailguard.errors import FilterError
from trailguard.filters.cloudtrail import event_selectors
from trailguard.filters.cloudwatch_logs import filter_patterns
from trailguard.filters.deployed.cloudtrail import selector_gaps
from trailguard.filters.deployed.cloudwatch_logs import filter_pattern_gaps
from trailguard.filters.deployed.config import resource_type_gaps
from trailguard.filters.deployed.eventbridge import event_pattern_gaps
from trailguard.filters.eventbridge import event_patterns, item_patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard.listeners import Listener

RUN = to_calls("ec2:RunInstances")
VPC = to_items("AWS::EC2::VPC")
VIA_CLOUDTRAIL = {"detail-type": [{"suffix": " via CloudTrail"}]}
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
ROLE = "arn:aws:iam::111122223333:role/config"
CHANGES = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]


@pytest.fixture(name="client")
def _client(aws_endpoint: str) -> Callable[[str], Any]:
    """Make clients of the server, in a region that no other test uses."""
    return partial(
        boto3.client,
        region_name="eu-south-2",
        endpoint_url=aws_endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def printed(response: dict[str, Any]) -> str:
    """Return a response as the command line prints it."""
    return json.dumps({key: value for key, value in response.items() if key != "ResponseMetadata"})


def lets_through(detail: dict[str, Any], listeners: tuple[Listener, ...] = RUN) -> bool:
    """Tell whether an event pattern passes for wide enough."""
    return not event_pattern_gaps(listeners, json.dumps(VIA_CLOUDTRAIL | {"detail": detail}), "a file")


def takes(pattern: str, listeners: tuple[Listener, ...] = RUN) -> bool:
    """Tell whether a filter pattern passes for wide enough."""
    return not filter_pattern_gaps(listeners, json.dumps([pattern]), "a file")


def logs(selectors: Any, listeners: tuple[Listener, ...] = RUN) -> bool:
    """Tell whether event selectors pass for wide enough."""
    return not selector_gaps(listeners, json.dumps(selectors), "a file")


def tells_of(found: Any, listeners: tuple[Listener, ...] = VPC) -> bool:
    """Tell whether resource types, recorders or rules pass for wide enough."""
    return not resource_type_gaps(listeners, json.dumps(found), "a file")


@pytest.mark.parametrize(
    ("state", "gaps"),
    [
        (
            "ENABLED",
            [
                "rule-1: ec2:Describe*: if it reads, a rule in the state ENABLED does not see it",
                "rule-2: *:* (readOnly true): if it reads, a rule in the state ENABLED does not see it",
            ],
        ),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", []),
        (
            "DISABLED",
            [
                "rule-1: ec2:Describe*",
                "rule-2: *:* (readOnly true)",
                "rule-3: ec2:RunInstances",
                "rule-4: s3:GetObject",
                "rule-5: iam:* (readOnly false)",
            ],
        ),
    ],
)
def test_rules_of_eventbridge(client: Callable[[str], Any], state: str, gaps: list[str]) -> None:
    """Data events come to a rule in any state; management events that read, not if it is just enabled."""
    matches = (
        Match("*:*", read_only=True),
        "ec2:RunInstances",
        "s3:GetObject",
        Match("iam:*", read_only=False),
    )
    listeners, events = to_calls("ec2:Describe*", *matches), client("events")
    rules = {f"trailguard-{state}-{n}": pattern for n, pattern in enumerate(event_patterns(listeners))}
    for name, pattern in rules.items():
        events.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)
    events.put_rule(Name=f"trailguard-{state}-daily", ScheduleExpression="rate(1 day)")
    listed = events.list_rules(NamePrefix=f"trailguard-{state}-")

    assert len(listed["Rules"]) == len(rules) + 1
    assert event_pattern_gaps(listeners, printed(listed), "-") == gaps


def test_one_rule_of_eventbridge(client: Callable[[str], Any]) -> None:
    events = client("events")
    events.put_rule(Name="run", EventPattern=json.dumps(event_patterns(RUN)[0]))
    described = printed(events.describe_rule(Name="run"))

    assert event_pattern_gaps(RUN, described, "-") == []
    assert event_pattern_gaps(to_calls("ec2:RunInstance*"), described, "-") == ["rule-1: ec2:RunInstance*"]


@pytest.mark.parametrize(
    ("hit", "near_miss"),
    [
        (["RunInstances"], ["RunInstance"]),
        ([{"prefix": "Run"}], [{"prefix": "Run*"}]),
        ([{"suffix": "Instances"}], [{"suffix": "*Instances"}]),
        ([{"wildcard": "R*Instances"}], [{"wildcard": "R\\*"}]),
        ([{"wildcard": "Run*"}], [{"wildcard": "Run?nstances"}]),
        ([{"equals-ignore-case": "runinstances"}], [{"equals-ignore-case": "runinstance"}]),
        ([{"anything-but": ["StopInstances"]}], [{"anything-but": ["RunInstances"]}]),
        ([{"anything-but": {"prefix": "Stop"}}], [{"anything-but": {"suffix": "s"}}]),
        ([{"exists": True}], [{"exists": False}]),
        (["StopInstances", {"prefix": "Run"}], []),
        ([{"anything-but": "x"}], [{"anything-but": []}]),
        ([{"anything-but": {"wildcard": "x*"}}], [{"anything-but": {"wildcard": "R*s"}}]),
        ([{"prefix": ""}], [{"numeric": ["=", 1]}]),
    ],
)
def test_operators_of_event_patterns(hit: list[Any], near_miss: list[Any]) -> None:
    assert lets_through({"eventName": hit})
    assert not lets_through({"eventName": near_miss})


@pytest.mark.parametrize(
    ("detail", "on", "near_miss"),
    [
        ({"errorCode": [{"exists": False}]}, Match("ec2:*"), Match("ec2:*", outcome="any")),
        ({"errorCode": [{"exists": True}]}, Match("ec2:*", outcome="failure"), Match("ec2:*")),
        (
            {"errorCode": [{"exists": True}]},
            Match("signin:*", error="x"),
            Match("signin:*", outcome="failure"),  # a failed sign-in has no error code
        ),
        ({"readOnly": [True]}, Match("ec2:*", read_only=True), Match("ec2:*", read_only=False)),
        ({"userIdentity": {"type": ["Root"]}}, Match("ec2:*", identity="Root"), Match("ec2:*")),
        ({"$or": [{"readOnly": [True]}, {"eventName": ["A"]}]}, Match("ec2:A"), Match("ec2:B")),
        ({"eventSource": ["ec2.amazonaws.com"]}, Match("ec2:*"), Match("ec*:*")),
        (
            {"eventName": ["Invoke", "Invoke20150331v2"]},
            Match("ec2:Invoke"),
            Match("lambda:Invoke"),  # another date may come
        ),
    ],
)
def test_conditions_of_event_patterns(detail: dict[str, Any], on: Match, near_miss: Match) -> None:
    assert lets_through(detail, to_calls(on))
    assert not lets_through(detail, to_calls(near_miss))


@pytest.mark.parametrize(
    "pattern", [{}, {"detail": {}}, [{}], {"EventPattern": "{}", "State": "ENABLED"}, []]
)
def test_a_pattern_of_nothing_lets_nothing_through(pattern: Any) -> None:
    """EventBridge would not take it."""
    assert event_pattern_gaps(RUN, json.dumps(pattern), "a file") == ["rule-1: ec2:RunInstances"]


def test_items_by_event_patterns() -> None:
    listeners = (*VPC, *RUN)
    patterns = item_patterns(VPC)

    assert event_pattern_gaps(listeners, json.dumps(patterns + event_patterns(RUN)), "-") == []
    assert event_pattern_gaps(listeners, json.dumps(patterns), "-") == ["rule-1: ec2:RunInstances"]
    assert event_pattern_gaps(to_items("AWS::EC2::*"), json.dumps(patterns), "-") == ["items: AWS::EC2::*"]


def test_subscription_filters(client: Callable[[str], Any]) -> None:
    client("kinesis").create_stream(StreamName="trail", ShardCount=1)
    stream = client("kinesis").describe_stream(StreamName="trail")["StreamDescription"]["StreamARN"]
    of_logs = client("logs")
    of_logs.create_log_group(logGroupName="cloudtrail")
    for pattern in filter_patterns(RUN).patterns:
        of_logs.put_subscription_filter(
            logGroupName="cloudtrail",
            filterName="trailguard",
            filterPattern=pattern,
            destinationArn=stream,
            roleArn=ROLE,
        )
    described = printed(of_logs.describe_subscription_filters(logGroupName="cloudtrail"))

    assert filter_pattern_gaps(RUN, described, "-") == []
    assert filter_pattern_gaps(to_calls("ec2:Run*"), described, "-") == ["rule-1: ec2:Run*"]


@pytest.mark.parametrize(
    "further",
    [{"applyOnTransformedLogs": True}, {"fieldSelectionCriteria": '@aws.account = "111122223333"'}],
)
def test_a_subscription_filter_that_asks_for_more_than_its_pattern(further: dict[str, Any]) -> None:
    """A near miss: the empty pattern is everything, but not of such a filter."""
    found = {"filterName": "all", "filterPattern": "", "applyOnTransformedLogs": False}

    assert filter_pattern_gaps(RUN, json.dumps({"subscriptionFilters": [found]}), "-") == []
    assert filter_pattern_gaps(RUN, json.dumps({"subscriptionFilters": [found | further]}), "-") != []


@pytest.mark.parametrize(
    ("hit", "near_miss"),
    [
        ("", "RunInstances"),
        ('{ $.eventName = "RunInstances" }', '{ $.eventName = "Run?nstances" }'),
        ('{ $.eventName = "Run*" }', '{ $.eventName = "Run*stances" }'),
        ('{ $.eventName = "*Instances" }', '{ $.eventName = "\\\\*" }'),
        ("{ $.eventName = Run* }", "{ $.eventName = %Run% }"),
        ('{ $.eventName != "Stop*" }', "{ $.eventName != %Run% }"),
        ('{ $.eventName != "x" }', '{ $.eventName != "R*s" }'),
        ("{ $.eventName EXISTS }", "{ $.eventName NOT EXISTS }"),
        ("{ $.errorCode NOT EXISTS }", "{ $.errorCode EXISTS }"),
        ("{ $.errorCode NOT EXISTS }", "{ $.errorCode IS NULL }"),
        ("{ ($.a = 1) || ($.eventName EXISTS) }", "{ ($.a = 1) && ($.eventName EXISTS) }"),
        ("{ $.eventName EXISTS || $.a = 1 && $.b = 1 }", "{ ($.eventName EXISTS || $.a = 1) && $.b = 1 }"),
        ('{ $.eventSource = "ec2.*" }', '{ $.eventSource = "ec2" }'),
        ("{ " + "(" * 100 + "$.eventName EXISTS" + ")" * 100 + " }", "{ $.eventName > 1 }"),
    ],
)
def test_filter_patterns(hit: str, near_miss: str) -> None:
    assert takes(hit)
    assert not takes(near_miss)


def test_one_filter_pattern_as_it_is() -> None:
    assert filter_pattern_gaps(RUN, ' {($.eventName="Run*")}\n', "a file") == []
    assert filter_pattern_gaps(RUN, '{ $.eventName = "Stop*" }', "a file") == ["rule-1: ec2:RunInstances"]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("{ $.a = 1", "it lacks the closing brace"),
        ("{ $.a }", "it ends too early"),
        ("{ ($.a = 1 }", "a parenthesis is not closed"),
        ("{ $.a = 1 ) }", r"unexpected '\)'"),
        ("{ a = 1 }", "expected a field"),
        ('{ $.a = "1 }', "from .* on"),
        ("{" + "(" * 500 + "$.a=1" + ")" * 500 + "}", "nested too deeply"),
        ('{ $.a = "' + "x" * 1024 + '" }', "at most 1,024 characters, not 1,036"),
    ],
)
def test_what_is_no_filter_pattern(pattern: str, problem: str) -> None:
    with pytest.raises(FilterError, match=f"^a file: .*{problem}"):
        takes(pattern)


@pytest.mark.parametrize("basic", [True, False])
def test_event_selectors(client: Callable[[str], Any], *, basic: bool) -> None:
    objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    given = (
        {
            "EventSelectors": [
                {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": objects}
            ]
        }
        if basic
        else {
            "AdvancedEventSelectors": event_selectors(to_calls(Match("*:*", "s3:PutObject", read_only=False)))
        }
    )
    name = f"trail-{basic}".lower()
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-south-2"})
    trails = client("cloudtrail")
    trails.create_trail(Name=name, S3BucketName=name)
    trails.put_event_selectors(TrailName=name, **given)
    described = printed(trails.get_event_selectors(TrailName=name))
    listeners = to_calls(
        Match("*:*", read_only=False), "ec2:RunInstances", Match("s3:PutObject", read_only=False)
    )

    assert selector_gaps(listeners, described, "-") == [
        "rule-2: ec2:RunInstances, reading management events",
        *(
            ["rule-3: s3:PutObject (readOnly false), writing data events PutObject of AWS::S3::AccessPoint"]
            * basic
        ),
    ]


@pytest.mark.parametrize(
    ("field", "on", "near_miss"),
    [
        ({"NotEquals": ["kms.amazonaws.com"]}, "ec2:*", "kms:Encrypt"),
        ({"NotEquals": ["kms.amazonaws.com"]}, "ec*:*", "k*:*"),
        ({"Equals": ["ec2.amazonaws.com"]}, "ec2:*", "ecs:*"),
        ({"StartsWith": ["ec"]}, "ec2:*", "iam:*"),
        ({"StartsWith": ["ec"], "NotStartsWith": ["ecs"]}, "ec2:*", "ecs:*"),
        ({"EndsWith": ["2.amazonaws.com"]}, "ec2:*", "ecs:*"),
        ({"StartsWith": ["ec"], "Equals": ["iam.amazonaws.com"]}, "iam:*", "sts:*"),
        ({"NotEndsWith": ["s.amazonaws.com"]}, "ec2:*", "ecs:*"),
    ],
)
def test_operators_of_event_selectors(field: dict[str, Any], on: str, near_miss: str) -> None:
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "eventSource", **field}]

    assert logs([{"FieldSelectors": fields}], to_calls(on))
    assert not logs([{"FieldSelectors": fields}], to_calls(near_miss))


@pytest.mark.parametrize(
    "field",
    [
        {"Field": "eventSource", "Equals": ["*"]},
        {"Field": "eventSource", "StartsWith": ["ec?"]},
        {"Field": "userIdentity.arn", "NotEquals": ["x"]},
        {"Field": "eventCategory", "Equals": ["Data"]},
    ],
)
def test_what_event_selectors_are_not_known_to_select(field: dict[str, Any]) -> None:
    """Stars are no wildcards in them, what an event has in a field may be unknown, and each field counts."""
    category = {"Field": "eventCategory", "Equals": ["Management"]}

    assert logs([{"FieldSelectors": [category]}])
    assert not logs([{"FieldSelectors": [category, field]}])
    assert not logs([{"FieldSelectors": [field, category]}])


def test_management_events_of_basic_selectors() -> None:
    basic = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    excluding = basic | {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}

    assert logs({"EventSelectors": [basic]})
    assert logs({"EventSelectors": [excluding]})
    assert not logs({"EventSelectors": [excluding]}, to_calls("kms:Encrypt"))
    assert not logs({"EventSelectors": [basic | {"IncludeManagementEvents": False}]})
    assert not logs({"EventSelectors": [], "AdvancedEventSelectors": None})


def test_recorders(client: Callable[[str], Any]) -> None:
    config = client("config")
    group = {"allSupported": False, "resourceTypes": ["AWS::EC2::VPC"]}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": ROLE, "recordingGroup": group}
    )
    described = printed(config.describe_configuration_recorders())

    assert resource_type_gaps(VPC, described, "-") == []
    assert resource_type_gaps(to_items("AWS::EC2::VP?", "AWS::S3::Bucket"), described, "-") == [
        "items: AWS::S3::Bucket"
    ]


@pytest.mark.parametrize(
    ("hit", "near_miss"),
    [
        ({"allSupported": True}, {"allSupported": False}),
        (
            {"recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}},
            {
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::EC2::VPC"]},
                "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
            },
        ),
        ({"resourceTypes": ["AWS::EC2::VPC"]}, {"resourceTypes": ["AWS::EC2::Subnet"]}),
    ],
)
def test_what_recorders_record(hit: dict[str, Any], near_miss: dict[str, Any]) -> None:
    assert tells_of({"ConfigurationRecorders": [{"name": "default", "recordingGroup": hit}]})
    assert not tells_of({"ConfigurationRecorders": [{"name": "default", "recordingGroup": near_miss}]})
    assert not tells_of({"ConfigurationRecorders": [{"recordingGroup": hit, "recordingScope": "INTERNAL"}]})


def test_global_resource_types() -> None:
    """IAM's are not among all that are supported unless somebody says so."""
    role, group = to_items("AWS::IAM::Role"), {"allSupported": True}

    assert tells_of({"recordingGroup": group | {"includeGlobalResourceTypes": True}}, role)
    assert not tells_of({"recordingGroup": group}, role)


def test_rules_of_aws_config(client: Callable[[str], Any]) -> None:
    config = client("config")
    details = [{"EventSource": "aws.config", "MessageType": kind} for kind in CHANGES]
    role = client("iam").create_role(RoleName="trailguard", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    function = client("lambda").create_function(
        FunctionName="trailguard", Role=role, Runtime="python3.13", Handler="a.b", Code={"ZipFile": EMPTY_ZIP}
    )["FunctionArn"]
    config.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "trailguard",
            "Scope": {"ComplianceResourceTypes": ["AWS::EC2::VPC"]},
            "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": details},
        }
    )
    described = printed(config.describe_config_rules())

    assert resource_type_gaps(VPC, described, "-") == []
    assert resource_type_gaps(to_items("AWS::EC2::Subnet"), described, "-") == ["items: AWS::EC2::Subnet"]


@pytest.mark.parametrize(
    "change",
    [
        {"Source": {"Owner": "AWS", "SourceIdentifier": "VPC_DEFAULT_SECURITY_GROUP_CLOSED"}},
        {"Source": {"Owner": "CUSTOM_LAMBDA"}},
        {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceDetails": [{"MessageType": CHANGES[0]}]}},
        {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceDetails": [{"MessageType": "ScheduledNotification"}]}},
        {"Scope": {"ComplianceResourceTypes": ["AWS::EC2::VPC"], "ComplianceResourceId": "vpc-0EXAMPLE"}},
        {"Scope": {"TagKey": "stage"}},
        {"Scope": {"ComplianceResourceTypes": ["AWS::EC2::Subnet"]}},
    ],
)
def test_rules_of_aws_config_that_invoke_no_function_for_it(change: dict[str, Any]) -> None:
    """Where one without a scope does, for all that is recorded."""
    source = {"Owner": "CUSTOM_LAMBDA", "SourceDetails": [{"MessageType": kind} for kind in CHANGES]}
    found = {"ConfigRuleName": "trailguard", "Source": source}

    assert tells_of({"ConfigRules": [found]})
    assert not tells_of({"ConfigRules": [found | change]})


ODD = [
    *("", " ", "\n", "x", "5", "null", "true", "[1]", "[null]", '[["a"]]', '{"a": ', "[" * 5000, "NaN"),
    *('{"Rules": [5]}', '{"EventPattern": "x"}', '{"EventPattern": "5"}', '{"subscriptionFilters": [{}]}'),
    *(
        '{"subscriptionFilters": [5]}',
        '{"subscriptionFilters": [{"filterPattern": 5}]}',
        '{"ConfigRules": [5]}',
    ),
    *('{"EventSelectors": 5}', '{"AdvancedEventSelectors": [[]]}', '{"ConfigurationRecorders": [{}]}'),
    *('{"ConfigRules": [{"ConfigRuleName": "a", "Source": {"Owner": "CUSTOM_LAMBDA"}, "Scope": 5}]}',),
    *(
        '{"ConfigurationRecorders": [{"recordingGroup": {"recordingStrategy": [1]}}]}',
        '[{"FieldSelectors": []}]',
    ),
    *('{"EventSelectors": [{"ReadWriteType": "All", "DataResources": [5]}]}', '[{"FieldSelectors": [5]}]'),
    *('{"EventSelectors": [{"ReadWriteType": "All", "DataResources": [{"Values": [{}]}]}]}',),
    *('{"EventSelectors": [{"ReadWriteType": "All", "ExcludeManagementEventSources": 5}]}',),
    *('[{"FieldSelectors": [{"Field": "eventCategory"}]}]', '[{"FieldSelectors": [{"Equals": ["Data"]}]}]'),
    *('[{"FieldSelectors": [{"Field": "eventCategory", "Equals": "Data"}]}]', '{"recordingGroup": 5}'),
]


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:60])
@pytest.mark.parametrize(
    ("gaps", "listeners"),
    [
        (event_pattern_gaps, RUN),
        (filter_pattern_gaps, RUN),
        (selector_gaps, RUN),
        (resource_type_gaps, VPC),
    ],
    ids=["eventbridge", "cloudwatch-logs", "cloudtrail", "config"],
)
def test_an_odd_file_is_no_filter_that_is_wide_enough(
    gaps: Callable[..., list[str]], listeners: tuple[Listener, ...], text: str
) -> None:
    """It is an error that names the file, or a filter that lets nothing through; never a crash."""
    try:
        assert gaps(listeners, text, "odd.json") != []
    except FilterError as error:
        assert str(error).startswith("odd.json: ")  # noqa: PT017  # of one of the two
