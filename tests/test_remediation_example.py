"""From a call in CloudTrail to a revoked rule, over a topic and a queue, with the function in examples/."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from trailguard import Guard, Severity, Verdict
from trailguard.message import to_json
from trailguard.notifiers.sns import SnsNotifier
from trailguard.testing import (
    assumed_role,
    cloudtrail_event,
    configuration_item,
    iam_user,
    sns_event,
    sqs_event,
)
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

    from trailguard.testing import SampleEvent
    from trailguard.testing.deliveries import Wrappable

    Way = Callable[[Wrappable], dict[str, Any]]

FOLDER = Path(__file__).parent.parent / "examples" / "remediation"
REGION = "eu-west-1"
ROLE = "trailguard-remediation"
ROLE_ARN = f"arn:aws:iam::111122223333:role/{ROLE}"
OPENED, OPEN = "security-group-opened-to-internet", "security-group-lets-internet-in"

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
ANY_IPV4 = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
OTHERS = [
    {**SSH, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **ANY_IPV4},
    {"IpProtocol": "udp", "FromPort": 22, "ToPort": 22, **ANY_IPV4},
    {**SSH, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
]
"""Rules that are not what a verdict about SSH and 0.0.0.0/0 is about."""

numbers = count(1)


# AWS, and the function in it


@pytest.fixture(scope="module")
def session(aws_endpoint: str) -> boto3.Session:
    """Take on the function's role, as Lambda does for it."""
    anybody = boto3.Session("testing", "testing", region_name=REGION)
    sts = anybody.client("sts", endpoint_url=aws_endpoint)
    role = sts.assume_role(RoleArn=ROLE_ARN, RoleSessionName="revoke-open-ingress")["Credentials"]
    sts.close()
    return boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], REGION)


@pytest.fixture
def ec2(session: boto3.Session, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[EC2Client]:
    """Be the function's role; return a client of its account."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_endpoint)
    monkeypatch.delenv("REMEDIATE", raising=False)
    client: EC2Client = boto3.client("ec2")
    yield client
    client.close()


@pytest.fixture
def function() -> ModuleType:
    """Import the function's file, as a cold start does."""
    spec = spec_from_file_location("revoke_open_ingress", FOLDER / "revoke_open_ingress.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def remediate(ec2: EC2Client, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # which forbids it
    """Have it act."""
    monkeypatch.setenv("REMEDIATE", "yes")


@pytest.fixture
def way(sns: SNSClient, sqs: SQSClient) -> Way:
    """Judge an event, publish the verdicts; return what the queue invokes the function with."""
    return way_of(sns, sqs, raw=True)


def way_of(sns: SNSClient, sqs: SQSClient, *, raw: bool) -> Way:
    name = f"remediation-{next(numbers)}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {"RawMessageDelivery": str(raw).lower(), "FilterPolicy": filter_policy()}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    notifiers = [SnsNotifier(topic, client=sns)]
    guard = Guard.from_settings(notifiers=notifiers, only=[OPENED, OPEN, "ec2-blocked-action"])

    def to_queue(event: Wrappable) -> dict[str, Any]:
        guard.handle(event.as_sqs())
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return sqs_event([message["Body"] for message in found])

    return to_queue


def filter_policy() -> str:
    """Return the subscription's filter policy, as the README has it."""
    readme = (FOLDER / "README.md").read_text("utf-8")
    found = readme.partition("```json\n")[2].partition("```")[0]
    return json.dumps(json.loads(found))


class Group:
    """A security group with rules that are none of the function's business, and one that is.

    Args:
        ec2: a client of the account.
        permission: the one that is.
    """

    def __init__(self, ec2: EC2Client, permission: dict[str, Any] | None = None) -> None:
        self._ec2 = ec2
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.id = ec2.create_security_group(
            GroupName=f"group-{next(numbers)}", Description="a test", VpcId=vpc
        )["GroupId"]
        for one in OTHERS:
            self._authorize(one)
        self.others = self.rules()
        self.permission = permission or {**SSH, **ANY_IPV4}
        self._authorize(self.permission)
        [self.open] = self.rules().keys() - self.others.keys()

    def _authorize(self, permission: Any) -> None:
        self._ec2.authorize_security_group_ingress(GroupId=self.id, IpPermissions=[permission])

    def rules(self) -> dict[str, Any]:
        """Return the rules that there are now, by id."""
        found = self._ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [self.id]}])
        return {rule["SecurityGroupRuleId"]: rule for rule in found["SecurityGroupRules"]}

    def authorized(self, *, names_rule: bool = True, **more: Any) -> SampleEvent:
        """Make the record of the call that opened it; records of before 2021 name no rule."""
        made = self.rules()[self.open]
        flat = {
            "ipProtocol": made["IpProtocol"],
            "fromPort": made["FromPort"],
            "toPort": made["ToPort"],
        }
        v4 = [{"cidrIp": made["CidrIpv4"]}] if made.get("CidrIpv4") else []
        v6 = [{"cidrIpv6": made["CidrIpv6"]}] if made.get("CidrIpv6") else []
        ranges = {"ipRanges": {"items": v4} if v4 else {}, "ipv6Ranges": {"items": v6} if v6 else {}}
        rule = {
            "groupOwnerId": "111122223333",
            "groupId": self.id,
            "securityGroupRuleId": self.open,
            "isEgress": False,
            **flat,
            **({"cidrIpv4": made["CidrIpv4"]} if v4 else {"cidrIpv6": made["CidrIpv6"]}),
        }
        return cloudtrail_event(
            "ec2:AuthorizeSecurityGroupIngress",
            **{
                "actor": iam_user("mallory"),
                "region": REGION,
                "request": {
                    "groupId": self.id,
                    "ipPermissions": {"items": [{**flat, "groups": {}, **ranges, "prefixListIds": {}}]},
                },
                "response": {"requestId": "3f0c", "_return": True}
                | ({"securityGroupRuleSet": {"items": [rule]}} if names_rule else {}),
                **more,
            },
        )

    def verdict(self, **changes: Any) -> Verdict:
        """Make the verdict that is judged of that."""
        return Verdict(
            **{
                "id": "0123456789abcdef0123456789abcdef",
                "rule_id": OPENED,
                "compliance": Compliance.NON_COMPLIANT,
                "severity": Severity.HIGH,
                "title": "Security group opened to the internet",
                "reason": "tcp 22 (SSH) is open to 0.0.0.0/0",
                "account_id": "111122223333",
                "region": REGION,
                "resource": self.id,
                "evidence": self.evidence(),
                **changes,
            }
        )

    def evidence(self, **changes: Any) -> dict[str, Any]:
        return {
            "group_id": self.id,
            "security_group_rule_id": self.open,
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "cidr": "0.0.0.0/0",
        } | changes


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what the function wrote: a line of JSON each."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def outcomes(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str | None]]:
    return [(line["outcome"], line.get("why")) for line in told(capsys)]


def batch(*verdicts: Verdict) -> dict[str, Any]:
    return sqs_event(map(to_json, verdicts))


DONE: dict[str, Any] = {"batchItemFailures": []}


# From the call to the rule


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize("names_rule", [True, False], ids=["by its id", "by what it says"])
@pytest.mark.parametrize("raw", [True, False], ids=["raw", "in an envelope"])
def test_open_rule_is_revoked_and_no_other(  # fixtures
    ec2: EC2Client,
    sns: SNSClient,
    sqs: SQSClient,
    function: ModuleType,
    capsys: pytest.CaptureFixture[str],
    *,
    names_rule: bool,
    raw: bool,
) -> None:
    way = way_of(sns, sqs, raw=raw)
    group, neighbour = Group(ec2), Group(ec2)
    bystanders = neighbour.rules()

    answer = function.handler(way(group.authorized(names_rule=names_rule)), None)

    assert answer == DONE
    assert group.rules() == group.others
    assert neighbour.rules() == bystanders
    [line] = told(capsys)
    assert line.pop("verdict")
    assert line == {
        "outcome": "revoked",
        "rule": OPENED,
        "violation": f"user mallory opened tcp 22 (SSH) of {group.id} to 0.0.0.0/0",
        "resource": group.id,
        "security_group_rule_ids": [group.open],
    }


@pytest.mark.parametrize("remediate", [None, "", "no", "true", "YES"])
def test_dry_run_revokes_nothing(  # noqa: PLR0917  # fixtures
    ec2: EC2Client,
    function: ModuleType,
    way: Way,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    remediate: str | None,
) -> None:
    """Which is what it does, unless told to act in so many words."""
    if remediate is not None:
        monkeypatch.setenv("REMEDIATE", remediate)
    group = Group(ec2)
    before = group.rules()

    assert function.handler(way(group.authorized()), None) == DONE

    assert group.rules() == before
    [line] = told(capsys)
    assert (line["outcome"], line["security_group_rule_ids"]) == ("would revoke", [group.open])


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize(
    "permission",
    [
        {**SSH, "Ipv6Ranges": [{"CidrIpv6": "2000::/3"}]},
        {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, **ANY_IPV4},
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **ANY_IPV4},
        {"IpProtocol": "-1", **ANY_IPV4},
        {**SSH, "IpRanges": [{"CidrIp": "128.0.0.0/1"}]},
    ],
    ids=lambda one: f"{one['IpProtocol']} {next(reversed(one.values()))}",
)
@pytest.mark.parametrize("names_rule", [True, False], ids=["by its id", "by what it says"])
def test_rules_of_every_kind_are_revoked(
    ec2: EC2Client, function: ModuleType, way: Way, permission: dict[str, Any], *, names_rule: bool
) -> None:
    group = Group(ec2, permission)

    assert function.handler(way(group.authorized(names_rule=names_rule)), None) == DONE

    assert group.rules() == group.others


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize(
    ("permission", "asked"),
    [
        ({**SSH, **ANY_IPV4}, {"cidr": "198.51.100.7/0"}),
        ({"IpProtocol": "-1", **ANY_IPV4}, {"protocol": "-1", "from_port": 0, "to_port": 65535}),
        ({"IpProtocol": "-1", **ANY_IPV4}, {"protocol": "-1", "from_port": None, "to_port": None}),
        (
            {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **ANY_IPV4},
            {"protocol": "icmp", "from_port": None, "to_port": None},
        ),
    ],
    ids=["address in a block", "ports of all traffic", "all traffic without ports", "icmp without types"],
)
def test_rule_that_was_asked_for_in_other_words_is_revoked(
    ec2: EC2Client, function: ModuleType, permission: dict[str, Any], asked: dict[str, Any]
) -> None:
    """EC2 keeps a rule as it understood it; where a record names no rule, the verdict has what was asked."""
    group = Group(ec2, permission)
    evidence = group.evidence(**asked)
    del evidence["security_group_rule_id"]

    assert function.handler(batch(group.verdict(evidence=evidence)), None) == DONE

    assert group.rules() == group.others


@pytest.mark.usefixtures("remediate")
def test_rule_that_aws_config_finds_is_revoked(ec2: EC2Client, function: ModuleType, way: Way) -> None:
    """It has no actor, and the rules of a group no ids. Another rule than the one it names stays."""
    group = Group(ec2)
    open_to_all = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["0.0.0.0/0"]}
    item = configuration_item(
        "AWS::EC2::SecurityGroup",
        {"groupId": group.id, "ipPermissions": [open_to_all]},
        resource_id=group.id,
        region=REGION,
    )

    assert function.handler(way(item), None) == DONE

    assert group.rules() == group.others


@pytest.mark.usefixtures("remediate")
def test_rule_is_revoked_once(
    ec2: EC2Client, function: ModuleType, way: Way, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages come twice, and people are quick: that the rule is gone is what was wanted."""
    group = Group(ec2)
    event = way(group.authorized())

    assert [function.handler(event, None) for _ in range(2)] == [DONE, DONE]

    assert group.rules() == group.others
    assert outcomes(capsys) == [("revoked", None), ("nothing to revoke", None)]


# What it leaves alone


@pytest.mark.usefixtures("remediate")
def test_own_call_is_no_reason_to_act(
    ec2: EC2Client, function: ModuleType, way: Way, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it revokes comes back as an event, of which nobody tells it."""
    group = Group(ec2)
    revoked = cloudtrail_event(
        "ec2:RevokeSecurityGroupIngress",
        actor=assumed_role(ROLE, "revoke-open-ingress"),
        region=REGION,
        request={
            "groupId": group.id,
            "securityGroupRuleIds": {"items": [{"securityGroupRuleId": group.open}]},
        },
        response={"requestId": "3f0c", "_return": True},
    )

    function.handler(way(group.authorized()), None)

    assert way(revoked)["Records"] == []
    assert outcomes(capsys) == [("revoked", None)]


def test_other_verdicts_do_not_reach_it(way: Way) -> None:
    """The subscription leaves them out."""
    assert way(cloudtrail_event("ec2:CreateVpc", region=REGION))["Records"] == []


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize("name", ["revoke-open-ingress", "another-session"])
def test_own_doing_is_ignored(
    ec2: EC2Client, function: ModuleType, way: Way, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Whatever opened it: a function that fights itself never comes to an end."""
    group = Group(ec2)
    before = group.rules()

    assert function.handler(way(group.authorized(actor=assumed_role(ROLE, name))), None) == DONE

    assert group.rules() == before
    assert outcomes(capsys) == [("ignored", "own doing")]


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize(
    "actor",
    [
        assumed_role("another-role", "revoke-open-ingress"),
        assumed_role(f"{ROLE}-2", ROLE),
        assumed_role(ROLE, "revoke-open-ingress", account_id="444455556666"),
        iam_user(ROLE),
    ],
    ids=["session of that name", "role of almost that name", "role of another account", "user of that name"],
)
def test_who_looks_like_it_is_not_ignored(
    ec2: EC2Client, function: ModuleType, way: Way, actor: dict[str, Any]
) -> None:
    """A near miss: everybody may choose the name of a session."""
    group = Group(ec2)

    assert function.handler(way(group.authorized(actor=actor)), None) == DONE

    assert group.rules() == group.others


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"suppressed": True}, "suppressed"),
        ({"account_id": "444455556666"}, "another account's"),
        ({"account_id": None}, "another account's"),
        ({"rule_id": "security-group-opened-to-partners"}, "another rule's"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_verdict_that_is_none_of_its_business_is_ignored(
    ec2: EC2Client,
    function: ModuleType,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    why: str,
) -> None:
    """And that is said: an exception holds, or another function is to see to it."""
    group = Group(ec2)
    before = group.rules()

    assert function.handler(batch(group.verdict(**changes)), None) == DONE

    assert group.rules() == before
    assert outcomes(capsys) == [("ignored", why)]


@pytest.mark.usefixtures("remediate")
@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": "udp"},
        {"from_port": 21},
        {"to_port": 23},
        {"cidr": "0.0.0.0/1"},
        {"cidr": "::/0"},
        {"security_group_rule_id": "sgr-0123456789abcdef0"},
        {"group_id": "sg-0123456789abcdef0"},
    ],
    ids=str,
)
def test_rule_that_says_something_else_by_now_stays(
    ec2: EC2Client, function: ModuleType, capsys: pytest.CaptureFixture[str], changes: dict[str, Any]
) -> None:
    """Somebody changed it, and its id stayed: what it says now, nobody judged."""
    group = Group(ec2)
    before = group.rules()

    assert function.handler(batch(group.verdict(evidence=group.evidence(**changes))), None) == DONE

    assert group.rules() == before
    assert outcomes(capsys) == [("nothing to revoke", None)]


@pytest.mark.usefixtures("remediate")
def test_outbound_rule_stays(
    ec2: EC2Client, function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """ModifySecurityGroupRules does not say which way a rule goes, so there are verdicts about such rules."""
    group = Group(ec2)
    [outbound] = [rule for rule in group.others.values() if rule["IsEgress"]]
    evidence = group.evidence(
        security_group_rule_id=outbound["SecurityGroupRuleId"], protocol="-1", from_port=-1, to_port=-1
    )
    before = group.rules()

    assert function.handler(batch(group.verdict(evidence=evidence)), None) == DONE

    assert group.rules() == before
    assert outcomes(capsys) == [("nothing to revoke", None)]


# What goes wrong


@pytest.mark.usefixtures("remediate")
def test_verdict_that_names_nothing_comes_again(
    ec2: EC2Client, function: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    """It was shortened, or its group was given by name; its neighbour is seen to all the same."""
    group, other = Group(ec2), Group(ec2)
    event = batch(
        group.verdict(evidence={}),
        group.verdict(evidence={"group_name": "default"}),
        group.verdict(region=None),
        other.verdict(),
    )

    answer = function.handler(event, None)

    ids = [record["messageId"] for record in event["Records"]]
    assert answer == {"batchItemFailures": [{"itemIdentifier": one} for one in ids[:3]]}
    assert other.rules() == other.others
    assert group.open in group.rules()
    assert all("does not say which rule of which group to revoke" in one for one in caplog.messages)


@pytest.mark.usefixtures("remediate")
def test_topic_may_invoke_it(ec2: EC2Client, function: ModuleType) -> None:
    """Without a queue between them."""
    group = Group(ec2)

    assert function.handler(sns_event(to_json(group.verdict())), None) == {"verdicts": 1}

    assert group.rules() == group.others


@pytest.mark.parametrize(
    ("code", "revoked"),
    [
        ("InvalidSecurityGroupRuleId.NotFound", True),
        ("InvalidPermission.NotFound", True),
        ("InvalidGroup.NotFound", True),
        ("UnauthorizedOperation", False),
        ("RequestLimitExceeded", False),
    ],
)
@pytest.mark.usefixtures("remediate")
def test_somebody_may_be_quicker(
    ec2: EC2Client, function: ModuleType, monkeypatch: pytest.MonkeyPatch, code: str, *, revoked: bool
) -> None:
    """Between look and act. What is refused for other reasons is not done."""
    group = Group(ec2)
    event = batch(group.verdict())
    client = boto3.client("ec2")
    monkeypatch.setattr(function, "ec2", lambda _region: client)
    with Stubber(client) as stub:
        found = {**group.rules()[group.open], "Tags": []}
        stub.add_response("describe_security_group_rules", {"SecurityGroupRules": [found]})
        stub.add_client_error("revoke_security_group_ingress", code)

        answer = function.handler(event, None)

    assert (answer == DONE) is revoked
