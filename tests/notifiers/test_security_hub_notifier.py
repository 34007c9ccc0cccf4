"""Findings go over HTTP to a server that takes whatever it gets, so botocore's model of them is walked."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.models import Actor
from trailguard.notifiers.security_hub import SecurityHubNotifier
from trailguard.notify import Patience
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.verdict import Compliance, PluginFailure, RuleFailure, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_sts import STSClient

    from trailguard.report import Notice

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
PRODUCT = f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:product/{ACCOUNT}/default"
PARTNER = "arn:aws:securityhub:eu-west-1::product/example-corp/trailguard"
FORM = "arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HAPPENED = datetime(2026, 3, 1, 11, 59, 58, 123456, tzinfo=UTC)
FAILURES: list[Notice] = [
    RuleFailure(
        "igw-attached", "event-1", "AttachInternetGateway", "log.json.gz > record 1", "KeyError: 'x'"
    ),
    DecodeFailure("log.json.gz > record 2", "not a JSON object", b"\xff\x00"),
    ReadFailure("s3://amzn-s3-demo-bucket/log.json.gz", "Access Denied"),
    PluginFailure("acme-rules 1.0 (acme)", "ImportError: no module"),
]

# What the pages say of lengths, which the model does not.
LENGTHS = {
    "Id": 512,
    "ProductArn": 2048,
    "GeneratorId": 512,
    "AwsAccountId": 12,
    "Title": 256,
    "Description": 1024,
    "Resources.Type": 256,
    "Resources.Region": 16,
}
# Pairs, and the characters of keys and values.
MAPS = {"ProductFields": (50, 128, 2048), "Resources.Details.Other": (50, 128, 1024)}
TYPES = {
    "string": str,
    "structure": dict,
    "map": dict,
    "list": list,
    "integer": int,
    "double": float,
    "boolean": bool,
}


def verdict(number: int = 1, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": f"{number:032x}",
            "rule_id": "internet-gateway-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached to a VPC",
            "reason": "the internet gateway igw-0example is attached to vpc-0example",
            "account_id": ACCOUNT,
            "region": "eu-west-1",
            "event_id": "event-1",
            "event_time": HAPPENED,
            "event_source": "ec2.amazonaws.com",
            "event_name": "AttachInternetGateway",
            "actor": Actor(type="IAMUser", name="alice", arn=f"arn:aws:iam::{ACCOUNT}:user/alice"),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            "origin": "log.json.gz > record 1",
            "tags": ("mitre:T1562.007", "cis:5.2"),
            "evidence": {"vpc_id": "vpc-0example", "routes": [1, None]},
            **changes,
        }
    )


def of_configuration(**changes: Any) -> Verdict:
    """Return a verdict about what AWS Config recorded: there was no call."""
    none = dict.fromkeys(["event_source", "event_name", "source_ip"])
    return verdict(**{**none, "actor": Actor(), "resource_type": "AWS::EC2::SecurityGroup", **changes})


@pytest.fixture(scope="module")
def hub(aws_endpoint: str) -> Iterator[SecurityHubClient]:
    client = client_of("securityhub", aws_endpoint)
    yield client
    client.close()


@pytest.fixture(scope="module")
def sts(aws_endpoint: str) -> Iterator[STSClient]:
    client = client_of("sts", aws_endpoint)
    yield client
    client.close()


def client_of(service: Any, endpoint: str, region: str = "eu-west-1") -> Any:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def stubbed(hub: SecurityHubClient) -> Iterator[Any]:
    """Answer for Security Hub: the server here refuses nothing."""
    from botocore.stub import Stubber  # noqa: PLC0415

    with Stubber(hub) as stub:
        yield stub
        stub.assert_no_pending_responses()


@contextmanager
def watched(client: Any, operation: str) -> Iterator[list[dict[str, Any]]]:
    """Keep the parameters of a client's calls."""
    seen: list[dict[str, Any]] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        seen.append(params)

    client.meta.events.register(f"provide-client-params.*.{operation}", watch, unique_id="watch")
    try:
        yield seen
    finally:
        client.meta.events.unregister(f"provide-client-params.*.{operation}", unique_id="watch")


def notifier(hub: SecurityHubClient, **options: Any) -> SecurityHubNotifier:
    return SecurityHubNotifier(**{"client": hub, "account_id": ACCOUNT, "clock": lambda: NOW, **options})


def requests_of(
    hub: SecurityHubClient, notices: Sequence[Notice], **options: Any
) -> list[list[dict[str, Any]]]:
    """Return the findings of each request that is made to import notices, all of which arrive."""
    with watched(hub, "BatchImportFindings") as seen:
        undelivered = notifier(hub, **options).send(notices)
    assert [one.error for one in undelivered] == []
    return [params["Findings"] for params in seen]


def finding_of(hub: SecurityHubClient, notice: Notice, **options: Any) -> dict[str, Any]:
    [[finding]] = requests_of(hub, [notice], **options)
    assert wrong_with(hub, finding) == []
    return finding


def wrong_with(hub: SecurityHubClient, finding: Any) -> list[str]:
    """Say what Security Hub would not take of a finding."""
    shape = hub.meta.service_model.shape_for("AwsSecurityFinding")
    problems = list(problems_of(shape, finding))
    size = len(json.dumps(finding).encode())
    return problems + ([f"{size} bytes"] if size > 240_000 else [])


def problems_of(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Walk a shape of botocore's beside a value of it. botocore itself looks at no pattern or enumeration."""
    if not isinstance(value, TYPES[shape.type_name]):
        yield f"{path} is a {type(value).__name__}"
        return
    match shape.type_name:
        case "structure":
            yield from (f"{path} has no {name}" for name in shape.required_members if name not in value)
            yield from (f"{path} has a {name}" for name in value.keys() - shape.members.keys())
            for name in value.keys() & shape.members.keys():
                yield from problems_of(shape.members[name], value[name], f"{path}.{name}".lstrip("."))
        case "list":
            for one in value:
                yield from problems_of(shape.member, one, path)
        case "map":
            yield from problems_of_pairs(shape, value, path)
        case "string":
            yield from problems_of_text(shape.metadata, value, path)
    length = len(value) if shape.type_name in {"string", "list", "map"} else 0
    if not shape.metadata.get("min", length) <= length <= shape.metadata.get("max", length):
        yield f"{path} has the length {length}"


def problems_of_pairs(shape: Any, pairs: dict[Any, Any], path: str) -> Iterator[str]:
    number, keys, values = MAPS[path]
    if len(pairs) > number:
        yield f"{path} has {len(pairs)} pairs"
    for key, value in pairs.items():
        yield from problems_of(shape.key, key, path)
        yield from problems_of(shape.value, value, path)
        if len(key) > keys or len(value) > values:
            yield f"{path}: {len(key)} and {len(value)} characters"


def problems_of_text(metadata: dict[str, Any], text: str, path: str) -> Iterator[str]:
    if text not in metadata.get("enum", [text]):
        yield f"{path} is {text!r}"
    pattern = metadata.get("pattern", ".*")
    if not re.fullmatch(pattern, text):
        yield f"{path} is {text!r}, which {pattern} does not match"
    if len(text) > LENGTHS.get(path, len(text)):
        yield f"{path} has {len(text)} characters"
    if not text.isprintable():
        yield f"{path} is not printable: {text!r}"


def kept(hub: SecurityHubClient) -> dict[str, dict[str, Any]]:
    """Return the findings that the server has, by their ids."""
    pages = hub.get_paginator("get_findings").paginate()
    return {one["Id"]: dict(one) for page in pages for one in page["Findings"]}


# What a finding says


def test_verdict_about_a_call(hub: SecurityHubClient) -> None:
    finding = finding_of(hub, verdict())

    assert finding == {
        "SchemaVersion": "2018-10-08",
        "Id": f"{PRODUCT}/trailguard/{verdict().id}",
        "ProductArn": PRODUCT,
        "ProductName": "trailguard",
        "GeneratorId": "internet-gateway-attached",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-03-01T11:59:58.123Z",
        "UpdatedAt": "2026-03-01T12:00:00.000Z",
        "Title": "Internet gateway attached to a VPC",
        "Description": "the internet gateway igw-0example is attached to vpc-0example",
        "FindingProviderFields": {"Severity": {"Label": "HIGH"}, "Types": ["Unusual Behaviors/User"]},
        "Compliance": {"Status": "FAILED"},
        "RecordState": "ACTIVE",
        "Resources": [
            {
                "Type": "Other",
                "Id": "igw-0example",
                "Region": "eu-west-1",
                "Partition": "aws",
                "Details": {
                    "Other": {"AccountId": ACCOUNT, "vpc_id": "vpc-0example", "routes": "[1,null]"},
                },
            },
        ],
        "ProductFields": {
            "trailguard/kind": "verdict",
            "trailguard/id": verdict().id,
            "trailguard/account_id": ACCOUNT,
            "trailguard/region": "eu-west-1",
            "trailguard/event_id": "event-1",
            "trailguard/event_source": "ec2.amazonaws.com",
            "trailguard/event_name": "AttachInternetGateway",
            "trailguard/source_ip": "198.51.100.7",
            "trailguard/resource": "igw-0example",
            "trailguard/origin": "log.json.gz > record 1",
            "trailguard/actor": "user alice",
            "trailguard/actor_type": "IAMUser",
            "trailguard/actor_arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
            "trailguard/tags": "mitre:T1562.007, cis:5.2",
        },
    }


def test_verdict_about_a_configuration_names_no_actor(hub: SecurityHubClient) -> None:
    """Nobody is known to have done it, and "unknown" would read as somebody."""
    finding = finding_of(hub, of_configuration())

    assert finding["FindingProviderFields"]["Types"] == [
        "Software and Configuration Checks/AWS Security Best Practices"
    ]
    assert [name for name in finding["ProductFields"] if "actor" in name] == []
    assert finding["ProductFields"]["trailguard/resource_type"] == "AWS::EC2::SecurityGroup"


@pytest.mark.parametrize(
    ("severity", "label"),
    [
        (Severity.INFO, "INFORMATIONAL"),
        (Severity.LOW, "LOW"),
        (Severity.MEDIUM, "MEDIUM"),
        (Severity.HIGH, "HIGH"),
        (Severity.CRITICAL, "CRITICAL"),
    ],
)
def test_severity(hub: SecurityHubClient, severity: Severity, label: str) -> None:
    """It is the provider's, so that a delivery does not undo what somebody made of the finding's own."""
    finding = finding_of(hub, verdict(severity=severity))

    assert finding["FindingProviderFields"]["Severity"] == {"Label": label}
    assert "Severity" not in finding


@pytest.mark.parametrize(
    ("compliance", "status", "label"),
    [
        (Compliance.NON_COMPLIANT, "FAILED", "HIGH"),
        (Compliance.COMPLIANT, "PASSED", "INFORMATIONAL"),
        (Compliance.NOT_APPLICABLE, "NOT_AVAILABLE", "INFORMATIONAL"),
    ],
)
def test_compliance(hub: SecurityHubClient, compliance: Compliance, status: str, label: str) -> None:
    """What breaks no rule is not severe, however severe the rule is."""
    finding = finding_of(hub, of_configuration(compliance=compliance))

    assert finding["Compliance"] == {"Status": status}
    assert finding["FindingProviderFields"]["Severity"] == {"Label": label}


def test_suppressed_verdict_is_a_suppressed_finding(hub: SecurityHubClient) -> None:
    by = Suppression("the network team", "a test network", date(2026, 12, 31))
    suppressed, active = finding_of(hub, verdict(suppressed=True, suppression=by)), finding_of(hub, verdict())

    assert suppressed["Workflow"] == {"Status": "SUPPRESSED"}
    assert suppressed["RecordState"] == "ARCHIVED"
    assert suppressed["ProductFields"].items() - active["ProductFields"].items() == {
        ("trailguard/suppressed", "true"),
        ("trailguard/suppression_owner", "the network team"),
        ("trailguard/suppression_reason", "a test network"),
        ("trailguard/suppression_expires", "2026-12-31"),
    }
    assert "Workflow" not in active, "where somebody got to with it is not for trailguard to say"
    assert active["RecordState"] == "ACTIVE"


def test_finding_is_of_the_account_that_imports(hub: SecurityHubClient) -> None:
    """Security Hub takes no other; the account that the verdict is about is in the finding."""
    finding = finding_of(hub, verdict(account_id=OTHER_ACCOUNT))

    assert finding["AwsAccountId"] == ACCOUNT
    assert finding["ProductArn"] == PRODUCT
    assert finding["ProductFields"]["trailguard/account_id"] == OTHER_ACCOUNT
    assert finding["Resources"][0]["Details"]["Other"]["AccountId"] == OTHER_ACCOUNT


@pytest.mark.parametrize(
    ("resource_type", "type_"),
    [
        ("AWS::EC2::SecurityGroup", "AwsEc2SecurityGroup"),
        ("AWS::EC2::VPC", "AwsEc2Vpc"),
        ("AWS::RDS::DBInstance", "AwsRdsDbInstance"),
        ("AWS::S3::Bucket", "AwsS3Bucket"),
        ("AWS::EC2::NatGateway", "Other"),
        ("AWS::EC2", "Other"),
        ("", "Other"),
        (None, "Other"),
    ],
)
def test_resource_type_is_one_that_security_hub_knows(
    hub: SecurityHubClient, resource_type: str | None, type_: str
) -> None:
    [resource] = finding_of(hub, of_configuration(resource_type=resource_type))["Resources"]

    assert resource["Type"] == type_
    assert resource["Details"]["Other"].get("ResourceType") == (resource_type or None)


@pytest.mark.parametrize(
    ("about", "account_id"), [(OTHER_ACCOUNT, OTHER_ACCOUNT), (None, ACCOUNT), ("anonymous", ACCOUNT)]
)
@pytest.mark.parametrize("nothing", [None, "", " "])
def test_verdict_about_no_resource_is_about_the_account(
    hub: SecurityHubClient, nothing: str | None, about: str | None, account_id: str
) -> None:
    """A finding has to have a resource: it is the account, and that which imports if none is known."""
    [resource] = finding_of(hub, verdict(resource=nothing, account_id=about))["Resources"]

    assert (resource["Type"], resource["Id"]) == ("AwsAccount", f"AWS::::Account:{account_id}")


@pytest.mark.parametrize(
    ("resource", "region", "expected"),
    [
        ("arn:aws-us-gov:s3:::amzn-s3-demo-bucket", "us-gov-west-1", ("us-gov-west-1", "aws-us-gov")),
        ("arn:aws:s3:::amzn-s3-demo-bucket", "us-east-1", ("us-east-1", "aws")),
        ("arn:aws-eusc:s3:::amzn-s3-demo-bucket", "eusc-de-east-1", ("eusc-de-east-1", None)),
        ("igw-0example", "a region of more than 16", (None, "aws")),
        ("a:b", None, (None, "aws")),
    ],
)
def test_region_and_partition_are_those_of_the_resource(
    hub: SecurityHubClient, resource: str, region: str | None, expected: tuple[str | None, str | None]
) -> None:
    """What Security Hub has no word for is left out."""
    [found] = finding_of(hub, verdict(resource=resource, region=region))["Resources"]

    assert (found.get("Region"), found.get("Partition")) == expected


@pytest.mark.parametrize(
    ("event_time", "created", "updated"),
    [
        (None, "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.000Z"),
        (datetime(2020, 1, 1), "2020-01-01T00:00:00.000Z", "2026-03-01T12:00:00.000Z"),  # noqa: DTZ001  # so it is
        (
            datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-01T10:00:00.000Z",
            "2026-03-01T12:00:00.000Z",
        ),
        (NOW + timedelta(seconds=1), "2026-03-01T12:00:01.000Z", "2026-03-01T12:00:01.000Z"),
    ],
    ids=["none", "without a zone", "of another zone", "by another clock"],
)
def test_times_are_in_utc(
    hub: SecurityHubClient, event_time: datetime | None, created: str, updated: str
) -> None:
    finding = finding_of(hub, verdict(event_time=event_time))

    assert (finding["CreatedAt"], finding["UpdatedAt"]) == (created, updated)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
def test_failure_is_a_finding_about_the_account(hub: SecurityHubClient, failure: Any) -> None:
    """It is not silent, nor does it look as if a rule had been broken, or kept."""
    finding = finding_of(hub, failure)

    assert finding["FindingProviderFields"] == {
        "Severity": {"Label": "HIGH"},
        "Types": ["Software and Configuration Checks/trailguard"],
    }
    assert finding["Compliance"] == {"Status": "NOT_AVAILABLE"}
    assert finding["Resources"] == [{"Type": "AwsAccount", "Id": f"AWS::::Account:{ACCOUNT}"}]
    assert finding["Description"] == failure.error
    assert finding["GeneratorId"] == getattr(failure, "rule_id", "trailguard")
    assert finding["ProductFields"]["trailguard/origin"] == failure.origin
    assert finding["CreatedAt"] == "2026-03-01T12:00:00.000Z"


def test_failures_have_ids_of_their_own(hub: SecurityHubClient) -> None:
    """And the same one each time they are told."""
    first, again = ([finding_of(hub, one)["Id"] for one in FAILURES] for _ in range(2))

    assert first == again
    assert len(set(first)) == len(FAILURES)


def test_dead_letter_is_undelivered(hub: SecurityHubClient) -> None:
    """To take it, and to lose the bytes that it is for, would be worse."""
    notices: list[Notice] = [DeadLetter("sqs 1", "not JSON", b"x" * 5_000), verdict()]

    [refused] = notifier(hub).send(notices)

    assert refused.notice is notices[0]
    assert refused.error.endswith("no room for a dead letter's bytes; send dead letters elsewhere")


# What Security Hub takes

BALLOONS = "\N{BALLOON}" * 300_000
HOSTILE = [
    "",
    " ",
    "\n\t\r",
    "\x00\x1b[2J\x7f\x9b",
    "\ud800",
    "\u202e\u2028\ufeff",
    "<!channel> <https://example.com|click>",
    "\N{PARTY POPPER}" * 5_000,
    "x" * 1_000_000,
    "é" * 257,
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=40)
maybe = st.none() | texts
facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
actors = st.builds(
    Actor,
    type=st.sampled_from(["Root", "IAMUser", "AssumedRole", "AWSService"]) | texts,
    name=texts,
    arn=maybe,
    account_id=maybe,
    session_name=maybe,
    service=maybe,
    access_key_id=maybe,
)
verdicts = st.builds(
    Verdict,
    id=st.integers(0, 2**128 - 1).map("{:032x}".format),
    rule_id=texts,
    compliance=st.sampled_from(Compliance),
    severity=st.sampled_from(Severity),
    title=texts,
    reason=texts,
    account_id=st.just(OTHER_ACCOUNT) | maybe,
    region=st.just("eu-west-1") | maybe,
    event_id=maybe,
    event_time=st.none() | st.datetimes(timezones=st.just(UTC)),
    event_source=maybe,
    event_name=maybe,
    actor=actors,
    source_ip=maybe,
    resource=maybe,
    resource_type=st.just("AWS::S3::Bucket") | maybe,
    origin=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    evidence=st.dictionaries(texts, facts, max_size=4),
    suppressed=st.booleans(),
    suppression=st.none() | st.builds(Suppression, texts, texts, st.none() | st.dates()),
)
failures = st.one_of(
    st.builds(RuleFailure, texts, maybe, texts, texts, texts),
    st.builds(DecodeFailure, texts, texts, st.binary(max_size=5)),
    st.builds(ReadFailure, texts, texts),
    st.builds(PluginFailure, texts, texts),
)


@given(notice=verdicts | failures)
def test_every_notice_becomes_a_valid_finding(hub: SecurityHubClient, notice: Notice) -> None:
    """Whatever texts an attacker has put into it."""
    with watched(hub, "BatchImportFindings") as seen:
        undelivered = notifier(hub).send([notice])

    assert [one.error for one in undelivered] == []
    [[finding]] = [params["Findings"] for params in seen]
    assert wrong_with(hub, finding) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Title": " "}, "Title is ' ', which .*\\S.* does not match"),
        ({"Title": "x" * 257}, "Title has 257 characters"),
        ({"Title": 1}, "Title is a int"),
        ({"Titel": "x"}, " has a Titel"),
        ({"RecordState": "active"}, "RecordState is 'active'"),
        ({"Resources": [{"Type": "Other"}]}, "Resources has no Id"),
        ({"ProductFields": {"x": "y" * 2049}}, "ProductFields: 1 and 2049 characters"),
    ],
)
def test_wrong_finding_is_seen(hub: SecurityHubClient, change: dict[str, Any], problem: str) -> None:
    """A near miss of the walk itself."""
    assert wrong_with(hub, {**finding_of(hub, verdict()), **change}) == [problem]


@pytest.mark.parametrize(
    ("limit", "field", "key"), [(256, "title", "Title"), (1024, "reason", "Description")]
)
def test_text_is_cut_at_the_limit(hub: SecurityHubClient, limit: int, field: str, key: str) -> None:
    for length in (limit - 1, limit):
        assert finding_of(hub, verdict(**{field: "x" * length}))[key] == "x" * length
    assert finding_of(hub, verdict(**{field: "x" * (limit + 1)}))[key] == "x" * (limit - 3) + "..."


def test_control_characters_are_spelled_out(hub: SecurityHubClient) -> None:
    finding = finding_of(hub, verdict(title="two\nlines \x1b[31m", evidence={"user\nagent": "\ud800"}))

    assert finding["Title"] == r"two\nlines \x1b[31m"
    assert finding["Resources"][0]["Details"]["Other"][r"user\nagent"] == r"\ud800"


@pytest.mark.parametrize(
    "large",
    [
        {"evidence": {f"key {n}": "\N{SNOWMAN}" * 1_024 for n in range(50)}},
        {
            **dict.fromkeys(["origin", "account_id", "region", "event_id", "event_name"], BALLOONS),
            **dict.fromkeys(["event_source", "source_ip", "resource_type"], BALLOONS),
            "actor": Actor(*[BALLOONS] * 9),
            "tags": (BALLOONS,),
        },
    ],
    ids=["evidence", "everything"],
)
def test_finding_that_is_too_large_is_shortened(hub: SecurityHubClient, large: dict[str, Any]) -> None:
    """It says so, and still says who, what, where and why."""
    small, finding = finding_of(hub, verdict()), finding_of(hub, verdict(**large))

    assert finding["ProductFields"]["trailguard/truncated"] == "true"
    assert finding["ProductFields"].keys() >= small["ProductFields"].keys()
    assert "Details" not in finding["Resources"][0]
    assert {key: finding[key] for key in ("Title", "Description", "GeneratorId")} == {
        key: small[key] for key in ("Title", "Description", "GeneratorId")
    }


def test_finding_that_just_fits_is_whole(hub: SecurityHubClient) -> None:
    """A near miss: 50 pairs are evidence enough, and more of them are left out."""
    finding = finding_of(hub, verdict(evidence={f"key {n}": "x" * 1_024 for n in range(60)}))

    assert "trailguard/truncated" not in finding["ProductFields"]
    assert len(finding["Resources"][0]["Details"]["Other"]) == 50


@pytest.mark.parametrize(
    ("number", "batches"), [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])]
)
def test_imports_a_hundred_at_a_time(hub: SecurityHubClient, number: int, batches: list[int]) -> None:
    notices = [verdict(n) for n in range(number)]

    requests = requests_of(hub, notices)

    assert [len(findings) for findings in requests] == batches
    assert [finding["Id"].rpartition("/")[2] for findings in requests for finding in findings] == [
        notice.id for notice in notices
    ]


def test_batch_stays_under_six_megabytes(hub: SecurityHubClient) -> None:
    evidence = {f"key {n}": "\N{SNOWMAN}" * 1_024 for n in range(30)}

    requests = requests_of(hub, [verdict(n, evidence=evidence) for n in range(60)])

    sizes = [len(json.dumps(findings).encode()) for findings in requests]
    assert sum(map(len, requests)) == 60
    assert 1 < len(requests) < 4
    assert all(5_000_000 < size <= 6_000_000 for size in sizes[:-1])


# What is read back


def test_finding_is_kept(hub: SecurityHubClient) -> None:
    sent = finding_of(hub, verdict(0xABC))

    stored = kept(hub)[sent["Id"]]

    assert {key: stored[key] for key in sent} == sent


def test_verdict_that_is_delivered_again_updates_its_finding(hub: SecurityHubClient) -> None:
    """It keeps its id and its beginning, and its update is later."""
    first = finding_of(hub, verdict(0xDEF))
    number = len(kept(hub))

    again = finding_of(hub, verdict(0xDEF), clock=lambda: NOW + timedelta(hours=1))

    assert len(kept(hub)) == number
    assert again["UpdatedAt"] > first["UpdatedAt"]
    assert again == first | {"UpdatedAt": again["UpdatedAt"]}
    assert kept(hub)[first["Id"]]["UpdatedAt"] == again["UpdatedAt"]


# What is refused


def answer(*failed: tuple[str, str], succeeded: int = 0) -> dict[str, Any]:
    return {
        "SuccessCount": succeeded,
        "FailedCount": len(failed),
        "FailedFindings": [
            {"Id": id_, "ErrorCode": code, "ErrorMessage": "as it says"} for id_, code in failed
        ],
    }


def id_of(notice: Verdict) -> str:
    return f"{PRODUCT}/trailguard/{notice.id}"


def impatient() -> tuple[Patience, list[float]]:
    slept: list[float] = []
    return Patience(100, clock=lambda: 0, sleep=slept.append, chance=lambda: 1.0), slept


def test_finding_that_is_refused_is_undelivered(hub: SecurityHubClient, stubbed: Any) -> None:
    """An import succeeds with HTTP 200 even where some of it is refused; findings are told by their ids."""
    notices = [verdict(n) for n in range(3)]
    stubbed.add_response("batch_import_findings", answer((id_of(notices[1]), "InvalidInput"), succeeded=2))

    [refused] = notifier(hub).send(notices)

    assert refused.notice is notices[1]
    assert refused.notifier == "security-hub"
    assert refused.error == "InvalidInput: as it says"


def test_finding_that_is_refused_for_now_is_tried_again(hub: SecurityHubClient, stubbed: Any) -> None:
    """That one, and no other."""
    notices = [verdict(n) for n in range(3)]
    stubbed.add_response("batch_import_findings", answer((id_of(notices[2]), "InternalException")))
    stubbed.add_response("batch_import_findings", answer(succeeded=1))
    patience, slept = impatient()

    with watched(hub, "BatchImportFindings") as seen:
        undelivered = notifier(hub).send_within(notices, patience)

    assert undelivered == []
    assert [len(params["Findings"]) for params in seen] == [3, 1]
    assert seen[1]["Findings"][0]["Id"] == id_of(notices[2])
    assert len(slept) == 1


def test_same_verdict_twice_is_refused_twice(hub: SecurityHubClient, stubbed: Any) -> None:
    """A record may be in a payload twice. Neither is called delivered."""
    notices = [verdict(), verdict()]
    refused = (id_of(notices[0]), "InvalidInput")
    stubbed.add_response("batch_import_findings", answer(refused, refused))

    assert [one.notice for one in notifier(hub).send(notices)] == notices


@pytest.mark.parametrize(
    "unclear",
    [
        {"SuccessCount": 0, "FailedCount": 1},
        {"SuccessCount": 0, "FailedCount": 1, "FailedFindings": []},
        answer(("of-somebody-else", "InvalidInput")),
    ],
    ids=["no list", "empty list", "another id"],
)
def test_finding_that_may_be_refused_is_undelivered(
    hub: SecurityHubClient, stubbed: Any, unclear: dict[str, Any]
) -> None:
    """Where nobody knows what was refused, nothing counts as delivered."""
    stubbed.add_response("batch_import_findings", unclear)

    [refused] = notifier(hub).send([verdict()])

    assert refused.error == "ValueError: it refused 1 findings, and does not say which"


def test_throttled_import_is_tried_again(hub: SecurityHubClient, stubbed: Any) -> None:
    for _ in range(2):
        stubbed.add_client_error("batch_import_findings", "TooManyRequestsException", http_status_code=429)
    stubbed.add_response("batch_import_findings", answer(succeeded=2))
    patience, slept = impatient()

    assert notifier(hub).send_within([verdict(1), verdict(2)], patience) == []
    assert len(slept) == 2


def test_one_that_spoils_the_batch_is_found(hub: SecurityHubClient, stubbed: Any) -> None:
    """The others arrive."""
    notices = [verdict(n) for n in range(4)]
    for ok in (False, True, False, False, True):
        if ok:
            stubbed.add_response("batch_import_findings", answer(succeeded=1))
        else:
            stubbed.add_client_error("batch_import_findings", "InvalidInputException", "bad", 400)

    [refused] = notifier(hub).send(notices)

    assert refused.notice is notices[2]


def test_where_security_hub_is_not_enabled(hub: SecurityHubClient, stubbed: Any) -> None:
    """It is tried once, and the error says what to do."""
    message = f"Account {ACCOUNT} is not subscribed to AWS Security Hub"
    stubbed.add_client_error("batch_import_findings", "InvalidAccessException", message, 401)
    notices = [verdict(n) for n in range(3)]

    undelivered = notifier(hub).send(notices)

    assert [one.notice for one in undelivered] == notices
    todo = f"enable Security Hub for account {ACCOUNT} in eu-west-1, or import where it is enabled"
    assert {one.error for one in undelivered} == {f"InvalidAccessException: {message}; {todo}"}


def test_other_errors_are_said_as_they_are(hub: SecurityHubClient, stubbed: Any) -> None:
    """A near miss: not being allowed is not the same."""
    stubbed.add_client_error("batch_import_findings", "AccessDeniedException", "not allowed", 403)

    [refused] = notifier(hub).send([verdict()])

    assert refused.error == "AccessDeniedException: not allowed"


# Whose findings they are


def test_sts_is_asked_once_and_late(hub: SecurityHubClient, sts: STSClient) -> None:
    """Whoever has nothing to tell needs no account."""
    own = sts.get_caller_identity()["Account"]
    with watched(sts, "GetCallerIdentity") as asked, watched(hub, "BatchImportFindings") as seen:
        sender = notifier(hub, account_id=None, sts=sts)
        assert sender.send([]) == []
        assert asked == []
        assert sender.send([verdict(n) for n in range(101)]) == []
        assert sender.send([FAILURES[0]]) == []

    assert len(asked) == 1
    assert {finding["AwsAccountId"] for params in seen for finding in params["Findings"]} == {own}
    assert {finding["ProductArn"] for params in seen for finding in params["Findings"]} == {
        f"arn:aws:securityhub:eu-west-1:{own}:product/{own}/default"
    }


def test_sts_is_not_asked_what_is_known(hub: SecurityHubClient, sts: STSClient) -> None:
    with watched(sts, "GetCallerIdentity") as asked:
        finding_of(hub, verdict(), sts=sts)
        finding_of(hub, verdict(), sts=sts, account_id=None, product_arn=PRODUCT)

    assert asked == []


@pytest.mark.parametrize(("code", "attempts"), [("ExpiredToken", 1), ("ServiceUnavailable", 5)])
def test_nothing_is_lost_if_sts_fails(
    hub: SecurityHubClient, sts: STSClient, code: str, attempts: int
) -> None:
    """It is asked once for the whole batch, and again if that may help."""
    from botocore.stub import Stubber  # noqa: PLC0415

    notices = [verdict(n) for n in range(3)]
    with Stubber(sts) as stub:
        for _ in range(attempts):
            stub.add_client_error("get_caller_identity", code, "sorry")
        undelivered = notifier(hub, account_id=None, sts=sts).send_within(notices, impatient()[0])
        stub.assert_no_pending_responses()

    assert [one.notice for one in undelivered] == notices
    assert {one.error for one in undelivered} == {f"{code}: sorry"}


def test_product_of_a_partner(hub: SecurityHubClient) -> None:
    """It has a name already, and no account: that is still the one that imports."""
    finding = finding_of(hub, verdict(), product_arn=PARTNER)

    assert finding["ProductArn"] == PARTNER
    assert finding["AwsAccountId"] == ACCOUNT
    assert finding["Id"].startswith(f"{PARTNER}/")
    assert "ProductName" not in finding


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"account_id": "1111"}, "account_id is '1111'; expected a text of 12 digits"),
        ({"account_id": 111122223333}, "account_id is 111122223333; expected a text of 12 digits"),
        ({"product_arn": PRODUCT.replace("securityhub", "sns")}, "product_arn is 'arn:aws:sns:.*"),
        ({"product_arn": "x"}, f"product_arn is 'x'; expected {re.escape(FORM)}"),
        ({"product_arn": 1}, f"product_arn is 1; expected {re.escape(FORM)}"),
        (
            {"product_arn": PRODUCT, "region": "us-east-1"},
            "region is 'us-east-1', but product_arn says 'eu-west-1'; leave one of them out",
        ),
        (
            {"product_arn": PRODUCT, "account_id": OTHER_ACCOUNT},
            "account_id is '444455556666', but product_arn says '111122223333'; leave one of them out",
        ),
    ],
)
def test_wrong_options_are_refused(hub: SecurityHubClient, options: dict[str, Any], message: str) -> None:
    """At once, and not with the first verdict."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        SecurityHubNotifier(client=hub, **options)


@pytest.mark.parametrize(
    "options",
    [{}, {"account_id": ACCOUNT}, {"product_arn": PRODUCT, "region": "eu-west-1", "account_id": ACCOUNT}],
    ids=["none", "account", "all"],
)
def test_options_that_agree_are_taken(hub: SecurityHubClient, options: dict[str, Any]) -> None:
    assert SecurityHubNotifier(client=hub, **options).name == "security-hub"


@pytest.mark.parametrize(
    ("options", "region"),
    [
        ({}, "eu-central-1"),
        ({"region": "us-east-1"}, "us-east-1"),
        ({"product_arn": PRODUCT}, "eu-west-1"),
    ],
    ids=["the environment's", "the option's", "the product's"],
)
def test_client_of_its_own_is_for_the_region(
    aws_endpoint: str, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], region: str
) -> None:
    """In a Lambda function, the environment says everything else."""
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": aws_endpoint,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    notice = verdict(0x5EC)

    undelivered = SecurityHubNotifier(**options).send([notice])

    assert [one.error for one in undelivered] == []
    [found] = [id_ for id_ in kept(client_of("securityhub", aws_endpoint, region)) if notice.id in id_]
    assert f":{region}:" in found
