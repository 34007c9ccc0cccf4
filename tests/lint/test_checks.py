from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from trailguard import (
    CloudTrailEvent,
    ConfigurationItem,
    Match,
    Rule,
    ScheduledRun,
    Severity,
    rule,
)
from trailguard.errors import DefinitionError
from trailguard.lint import CODES, Finding, lint
from trailguard.rules import BUILTIN_RULES


class Params(BaseModel, frozen=True):
    """What the rule about calls of some actions may be told."""

    actions: tuple[str, ...] = ("ec2:DeleteVPC",)


def about_calls(*on: str | Match, **declaration: Any) -> Rule:
    """Declare a rule of which everything but what is given is right."""

    def acme_call(event: CloudTrailEvent) -> None:
        """Say what it catches."""

    return declared(acme_call, on, declaration)


def about_items(*on: str | Match, **declaration: Any) -> Rule:
    def acme_item(item: ConfigurationItem) -> None:
        """Say what it catches."""

    return declared(acme_item, on, declaration)


def declared(check: Any, on: tuple[str | Match, ...], declaration: dict[str, Any]) -> Rule:
    right = {"severity": Severity.LOW, "title": "A rule", "references": ["https://example.com/rule"]}
    return rule(on=on, **(right | declaration))(check)


def said(one: Rule) -> list[tuple[str, str]]:
    """Return what linting a rule comes to: the codes and what to do."""
    return [(finding.code, finding.fix) for finding in lint([one])]


def codes(one: Rule) -> list[str]:
    return [code for code, _ in said(one)]


def test_built_in_rules_have_nothing_to_be_said_of() -> None:
    assert lint(BUILTIN_RULES) == []


def test_a_finding_says_what_where_and_what_to_do() -> None:
    one = about_calls("ec2:DeleteVPC")

    [found] = lint([one])

    line = one.check.__code__.co_firstlineno
    assert (found.code, found.rule_id, found.place) == ("TG102", "acme-call", f"{__name__}:{line}")
    assert found.problem.startswith("ec2 has no action 'DeleteVPC', by botocore ")
    assert found.fix == "did you mean 'ec2:DeleteVpc'?"
    assert found == Finding("TG102", "acme-call", found.problem, found.fix, found.place)


# What it listens to


@pytest.mark.parametrize(
    ("pattern", "code", "fix"),
    [
        ("ec3:RunInstances", "TG101", "did you mean 'ec2:RunInstances'?"),
        ("EC2:RunInstances", "TG101", "did you mean 'ec2:RunInstances'?"),
        ("cloudtrial:Stop*", "TG101", "did you mean 'cloudtrail:Stop*'?"),
        ("elbv2:CreateLoadBalancer", "TG101", "write 'elasticloadbalancing:CreateLoadBalancer'"),
        ("zzzz*:Create*", "TG101", "write the service's prefix in IAM policies, such as ec2"),
        ("ec2:DeleteVPC", "TG102", "did you mean 'ec2:DeleteVpc'?"),
        ("s3:PutBucketACL", "TG102", "did you mean 's3:PutBucketAcl'?"),
        ("signin:ConsoleLogn", "TG102", "did you mean 'signin:ConsoleLogin'?"),
        (
            "sqs:MoveMountains",
            "TG102",
            "look it up in the service's API reference; upper and lower case matter",
        ),
        ("s3:ListAllMyBuckets", "TG103", "listen to s3:ListBuckets"),
        ("s3:ListBucket", "TG103", "listen to s3:ListObjects*"),
        (
            "s3:PutPublicAccessBlock",
            "TG103",
            "listen to s3:PutBucketPublicAccessBlock or s3:PutAccountPublicAccessBlock",
        ),
        ("lambda:InvokeFunction", "TG103", "listen to lambda:Invoke"),
        (
            "ec2:DeleteLocalGatewayRouteTablePermission",
            "TG103",
            "take it out: nothing in CloudTrail tells of it",
        ),
        (
            "lambda:CreateFunction20150331",
            "TG104",
            "write 'lambda:CreateFunction', which hears of the call with any date or none",
        ),
        (
            "cloudfront:CreateInvalidation2020_05_31",
            "TG104",
            "write 'cloudfront:CreateInvalidation', which hears of the call with any date or none",
        ),
        ("lambda:CreateFunctoin20150331", "TG102", "did you mean 'lambda:CreateFunction'?"),
        (
            "ec2:Remove*",
            "TG105",
            "look it up in the service's API reference; upper and lower case matter",
        ),
        (
            "ec?:DeleteVPC",
            "TG105",
            "did you mean something like 'ec2:DeleteVpc'? Upper and lower case matter",
        ),
    ],
)
def test_actions_that_nobody_calls(pattern: str, code: str, fix: str) -> None:
    assert said(about_calls(pattern)) == [(code, fix)]


def test_a_permission_is_told_from_the_calls_that_need_it() -> None:
    [(code, fix)] = said(about_calls("iam:PassRole"))

    assert code == "TG103"
    assert "lambda:CreateFunction" in fix


@pytest.mark.parametrize(
    "pattern",
    [
        "ec2:DeleteVpc",
        "ec2:Delete*",
        "ec?:DeleteVpc",
        "lambda:CreateFunction",
        "lambda:CreateFunction*",
        "lambda:CreateFunction2015*",
        "cloudwatch:PutMetricAlarm",
        "monitoring:PutMetricAlarm",
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:CreateLoadBalancerPolicy",
        "states:StartExecution",
        "es:CreateDomain",
        "autoscaling:RegisterScalableTarget",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutAccountPublicAccessBlock",
        "s3:PutBucketNotification",
        "s3:ListObjects*",
        "iam:GetRole",
        "kms:RotateKey",
        "ec2:BidEvictedEvent",
        "organizations:CreateAccountResult",
        "codecommit:GitPush",
        "signin:ConsoleLogin",
        "signin:SomethingElse",
        "signin:*",
        "sso:Federate",
        "sso-directory:DisableExternalIdPConfigurationForDirectory",
        "cloudshell:Create*",
        "cognito-idp:Login_GET",
    ],
)
def test_names_that_cloudtrail_writes(pattern: str) -> None:
    """Near misses, and names that no model has: sign-ins, service events, consoles, S3's own spelling."""
    assert said(about_calls(pattern)) == []


def test_an_action_of_another_service_is_no_action_of_this_one() -> None:
    assert codes(about_calls("ec2:PutBucketPolicy")) == ["TG102"]
    assert codes(about_calls("s3:PutBucketPolicy")) == []


def test_each_pattern_has_its_say_once() -> None:
    rule_of_two = about_calls(
        "ec2:DeleteVPC", Match("ec2:DeleteVPC", outcome="any"), "ec2:DeleteVpc", "ec3:*"
    )

    assert codes(rule_of_two) == ["TG102", "TG101"]


def test_what_depends_on_parameters_is_looked_at_with_their_defaults() -> None:
    def acme_call(event: CloudTrailEvent, params: Params) -> None:
        """Say what it catches."""

    def acme_list(params: Params) -> tuple[str, ...]:
        return params.actions

    one = rule(on=acme_list, severity=Severity.LOW, title="A rule", references=["https://example.com"])(
        acme_call
    )

    assert said(one) == [("TG102", "did you mean 'ec2:DeleteVpc'?")]


@pytest.mark.parametrize(
    ("pattern", "code", "fix"),
    [
        ("AWS::EC2::Subnets", "TG106", "did you mean 'AWS::EC2::Subnet'?"),
        ("AWS::EC2::Vpc", "TG106", "did you mean 'AWS::EC2::VPC'?"),
        ("Aws::EC2::VPC", "TG106", "did you mean 'AWS::EC2::VPC'?"),
        ("AWS::EC3::*", "TG107", "look the types up in AWS Config's list of supported resource types"),
        ("AWS::*::*", "TG110", "name the resource types it is about"),
        ("*::*::*", "TG110", "name the resource types it is about"),
    ],
)
def test_resource_types_that_aws_config_does_not_have(pattern: str, code: str, fix: str) -> None:
    assert said(about_items(pattern)) == [(code, fix)]


@pytest.mark.parametrize(
    "pattern", ["AWS::EC2::Subnet", "AWS::EC2::*", "AWS::*::Bucket", "*::S3::Bucket", "Acme::Shop::Till"]
)
def test_resource_types_that_there_may_be(pattern: str) -> None:
    """The last is a third party's, which botocore cannot know."""
    assert said(about_items(pattern)) == []


def test_identity_types() -> None:
    assert said(about_calls(Match("iam:*", identity="root"))) == [("TG108", "did you mean 'Root'?")]
    assert said(about_calls(Match("iam:*", identity=["Root", "IamUser"]))) == [
        ("TG108", "did you mean 'IAMUser'?")
    ]
    [(code, fix)] = said(about_calls(Match("iam:*", identity="Nobody")))
    assert code == "TG108"
    assert "AssumedRole" in fix


@pytest.mark.parametrize("identity", ["Root", "IAMUser", "AssumedRole", "AWSService", "IdentityCenterUser"])
def test_identity_types_that_there_are(identity: str) -> None:
    assert said(about_calls(Match("iam:*", identity=identity))) == []


@pytest.mark.parametrize(
    "match",
    [
        Match("ec2:DescribeInstances", "ec2:List*", "kms:Get*", read_only=False),
        Match("*:Describe*", read_only=False),
        Match("iam:Create*", "iam:DeleteUser", "iam:Put*", read_only=True),
        Match("*:Delete*", read_only=True),
        Match("signin:ConsoleLogin", error="Failed authentication"),
    ],
    ids=str,
)
def test_a_match_that_nothing_can_fulfil(match: Match) -> None:
    assert codes(about_calls(match)) == ["TG109"]


@pytest.mark.parametrize(
    "match",
    [
        Match("ec2:DescribeInstances", read_only=True),
        Match("ec2:DescribeInstances", "ec2:RunInstances", read_only=False),
        Match("iam:Create*", read_only=False),
        Match("iam:CreateUser", "iam:Get*", read_only=True),
        Match("kms:*", read_only=False),
        Match("sts:AssumeRole", read_only=False),
        Match("*:Get*", read_only=False),  # console sign-ins get tokens, and change something thereby
        Match("s3:CreateSession", read_only=True),
        Match("signin:ConsoleLogin", error="*"),
        Match("signin:ConsoleLogin", outcome="failure"),
        Match("signin:ConsoleLogin", "iam:CreateUser", error="Failed authentication"),
    ],
    ids=str,
)
def test_a_match_that_something_may_fulfil(match: Match) -> None:
    assert codes(about_calls(match)) == []


@pytest.mark.parametrize("pattern", ["*:*", "**:?*"])
def test_a_rule_that_listens_to_everything(pattern: str) -> None:
    assert codes(about_calls(pattern)) == ["TG110"]
    assert codes(about_calls(Match(pattern, outcome="any"))) == ["TG110"]


@pytest.mark.parametrize(
    "on",
    [
        Match("*:*", identity="Root"),
        Match("*:*", error="AccessDenied*"),
        Match("*:*", outcome="failure"),
        Match("*:*", read_only=False),
        "ec2:*",
        "*:D*",
    ],
    ids=str,
)
def test_a_rule_that_listens_to_much(on: str | Match) -> None:
    """A near miss: whose calls, or which errors, is said; or not every call is meant."""
    assert codes(about_calls(on)) == []


def test_scheduled_runs_are_no_actions() -> None:
    def acme_run(run: ScheduledRun) -> None:
        """Say what it catches."""

    assert said(declared(acme_run, ("schedule",), {})) == []


# How it is declared


def test_no_docstring() -> None:
    def undocumented(event: CloudTrailEvent) -> None:  # noqa: ARG001  # it has nothing else to do
        return None

    assert codes(declared(undocumented, ("iam:*",), {})) == ["TG301"]


def test_no_references() -> None:
    assert codes(about_calls("iam:*", references=[])) == ["TG302"]


@pytest.mark.parametrize(
    "reference",
    ["docs.aws.amazon.com/iam", "the IAM guide", "ftp://example.com/", "https://", "http://[", "a:b"],
)
def test_references_that_are_no_urls(reference: str) -> None:
    one = about_calls("iam:*", references=["https://example.com/", reference])

    [found] = lint([one])

    assert found.code == "TG303"
    assert repr(reference) in found.problem


@pytest.mark.parametrize("reference", ["http://example.com", "https://example.com/a%20page#part"])
def test_references_that_are_urls(reference: str) -> None:
    assert codes(about_calls("iam:*", references=[reference])) == []


def test_two_rules_of_one_id() -> None:
    """The second is told, and where the first is."""
    first = about_calls("iam:*")
    second = replace(about_calls("iam:CreateUser"), module="acme.second")

    [found] = lint([first, about_items("AWS::EC2::VPC"), second])

    assert (found.code, found.rule_id) == ("TG304", "acme-call")
    assert __name__ in found.problem
    assert "acme.second" in found.problem
    assert found.place.startswith("acme.second:")


# What a rule does not want to hear


def test_ignored_codes_are_not_told() -> None:
    one = about_calls("ec2:DeleteVPC", "ec3:*", lint_ignore=["TG102"])

    assert codes(one) == ["TG101"]


def test_ignored_codes_that_have_nothing_to_say_are_told() -> None:
    assert said(about_calls("ec2:DeleteVpc", lint_ignore=["TG102"])) == [("TG305", "take it out")]


def test_ignored_codes_that_there_are_not() -> None:
    [found] = lint([about_calls("ec2:DeleteVpc", lint_ignore=["TG999"])])

    assert found.code == "TG305"
    assert found.problem == "lint_ignore names 'TG999', which is no code"


@pytest.mark.parametrize("codes_to_ignore", ["TG102", [102], None])
def test_codes_to_ignore_are_a_list_of_texts(codes_to_ignore: Any) -> None:
    with pytest.raises(DefinitionError, match=r"lint_ignore is .*; expected a list of str"):
        about_calls("ec2:DeleteVpc", lint_ignore=codes_to_ignore)


def test_codes_have_a_form() -> None:
    assert [code for code in CODES if not code.startswith(("TG1", "TG2", "TG3"))] == []
    assert list(CODES) == sorted(CODES)
