import json
from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.vpc_endpoint_allows_everything import vpc_endpoint_allows_everything
from trailguard.testing import SampleItem, configuration_item

ENDPOINT = "vpce-0a1b2c3d4e5example"
SERVICE = "com.amazonaws.us-east-1.s3"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2008-10-17", "Statement": list(statements)}


def endpoint(document: object, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::VPCEndpoint",
        {
            "vpcEndpointId": ENDPOINT,
            "vpcEndpointType": "Gateway",
            "vpcId": "vpc-1",
            "serviceName": SERVICE,
            "policyDocument": document,
            "state": "available",
            **more,
        },
    )


def statement(**more: object) -> SampleItem:
    """Make an endpoint whose policy allows everything but for these fields; None takes one away."""
    made = {key: value for key, value in {**EVERYTHING, **more}.items() if value is not None}
    return endpoint(json.dumps(policy(made)))


def conditional(operator: str, key: str, value: object) -> SampleItem:
    return statement(Condition={operator: {key: value}})


OPEN = endpoint(json.dumps(policy(EVERYTHING)))
OPEN_AS_AN_OBJECT = endpoint(policy(EVERYTHING))
OPEN_REGISTERED = configuration_item(
    "AWS::EC2::VPCEndpoint", {"ServiceName": SERVICE, "PolicyDocument": policy(EVERYTHING)}
)
CLOSED = statement(
    Principal={"AWS": "arn:aws:iam::111122223333:root"}, Resource="arn:aws:s3:::amzn-s3-demo-bucket/*"
)
NEAR_MISS = statement(Action="s3:GetObject", Resource="arn:aws:s3:::amzn-s3-demo-bucket/*")
NEAR_MISS_IN_AN_ORGANISATION = conditional("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")


@pytest.mark.parametrize(
    "item", [OPEN, OPEN_AS_AN_OBJECT, OPEN_REGISTERED], ids=["text", "object", "registry"]
)
def test_shows_the_statements(item: ConfigurationItem) -> None:
    """AWS Config may have it as the EC2 API does, or as CloudFormation does."""
    assert vpc_endpoint_allows_everything(item) == [
        Violation(
            f"anyone may do everything through the endpoint of {SERVICE}",
            evidence={"vpc_endpoint_id": ENDPOINT, "service_name": SERVICE, "statements": [EVERYTHING]},
        )
    ]
    assert vpc_endpoint_allows_everything.severity is Severity.LOW


def test_other_statements_are_not_shown() -> None:
    reading = {**EVERYTHING, "Action": "s3:GetObject"}

    (found,) = vpc_endpoint_allows_everything(endpoint(policy(reading, EVERYTHING)))

    assert found.evidence["statements"] == [EVERYTHING]


@pytest.mark.parametrize(
    "item",
    [
        statement(Action="*:*"),
        statement(Action=["s3:GetObject", "*"]),
        statement(Resource=["arn:aws:s3:::amzn-s3-demo-bucket/*", "*"]),
        statement(Principal={"AWS": "*"}),
        conditional("Bool", "aws:SecureTransport", "true"),
        conditional("StringEqualsIfExists", "aws:ResourceAccount", "111122223333"),
        conditional("StringNotEquals", "aws:ResourceAccount", "444455556666"),
        conditional("StringLike", "aws:ResourceAccount", ["111122223333", "*"]),
    ],
    ids=[
        "both halves of an action",
        "among actions",
        "among resources",
        "principals of AWS",
        "transport",
        "if there is an account",
        "all accounts but one",
        "all accounts",
    ],
)
def test_other_ways_to_allow_everything(item: ConfigurationItem) -> None:
    assert len(vpc_endpoint_allows_everything(item)) == 1


@pytest.mark.parametrize(
    "item",
    [
        conditional("StringEquals", "aws:ResourceOrgID", "o-a1b2c3d4e5"),
        conditional("StringEquals", "AWS:ResourceAccount", ["111122223333", "444455556666"]),
        conditional("StringEquals", "s3:ResourceAccount", "111122223333"),
        conditional("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "o-a1b2c3d4e5/r-ab12/*"),
    ],
    ids=["organisation", "accounts", "account of a bucket", "part of an organisation"],
)
def test_resources_of_known_owners_are_not_everything(item: ConfigurationItem) -> None:
    assert vpc_endpoint_allows_everything(item) == []


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        NEAR_MISS_IN_AN_ORGANISATION,
        statement(Action="s3:*"),
        statement(Resource="arn:aws:s3:::*"),
        statement(Action=None, NotAction="s3:DeleteBucket"),
        statement(Resource=None, NotResource="arn:aws:s3:::amzn-s3-demo-bucket"),
        statement(Effect="Deny"),
        endpoint(None),
        endpoint("no JSON"),
    ],
    ids=[
        "one account",
        "reading one bucket",
        "one organisation",
        "one service",
        "all buckets",
        "all actions but one",
        "all resources but one",
        "deny",
        "unknown",
        "unreadable",
    ],
)
def test_other_policies_are_not_reported(item: ConfigurationItem) -> None:
    assert vpc_endpoint_allows_everything(item) == []


@pytest.mark.parametrize(
    "item",
    [
        conditional("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}"),
        conditional("StringLike", "aws:ResourceAccount", "????????????"),
        conditional("StringLike", "aws:ResourceOrgID", "o-*"),
        conditional("ForAnyValue:StringLike", "aws:ResourceOrgPaths", ["o-a1b2c3d4e5/r-ab12/*", "*/*"]),
        statement(Action="**"),
        statement(Resource="**"),
    ],
    ids=["the caller's own", "any account", "any organisation", "any path", "all actions", "all resources"],
)
def test_condition_that_names_nobody_does_not_help(item: ConfigurationItem) -> None:
    """Least of all the one that lets each caller reach what is theirs."""
    assert len(vpc_endpoint_allows_everything(item)) == 1


@pytest.mark.parametrize(
    "item",
    [
        conditional("StringEquals", "aws:ResourceAccount", "111122223333"),
        conditional("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "o-a1b2c3d4e5/r-ab12/*"),
        conditional("StringEquals", "aws:ResourceOrgID", ["o-a1b2c3d4e5"]),
    ],
)
def test_condition_that_names_the_owners_does(item: ConfigurationItem) -> None:
    assert vpc_endpoint_allows_everything(item) == []


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {"Action": "s3:GetObject"},
        {"Resource": "arn:aws:s3:::amzn-s3-demo-bucket"},
    ],
)
def test_policies_that_are_objects(change: dict[str, Any]) -> None:
    """In either spelling."""
    document = policy({**EVERYTHING, **change})
    item = configuration_item("AWS::EC2::VPCEndpoint", {"ServiceName": SERVICE, "PolicyDocument": document})

    assert vpc_endpoint_allows_everything(item) == []
    assert vpc_endpoint_allows_everything(endpoint(document)) == []
