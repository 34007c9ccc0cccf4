"""Ordinary days of an account: nothing in them is worth waking anybody, and little worth looking at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from trailguard import CloudTrailEvent, Engine, Guard, Severity
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import (
    assumed_role,
    aws_account,
    aws_service,
    cloudtrail_event,
    iam_user,
    identity_center_role,
    log_file,
    service_event,
    web_identity_user,
)

ACCOUNT = "111122223333"
TERRAFORM = assumed_role("Terraform", "terraform-cloud")
PIPELINE = assumed_role("Deployer", "GitHubActions")
CAROL = identity_center_role("carol@example.com", "AdministratorAccess")
MINUTES = count()


def call(action: str, actor: dict[str, Any] = TERRAFORM, **more: Any) -> CloudTrailEvent:
    """Make one call of the day, each a minute and a half after the one before."""
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(seconds=90 * next(MINUTES))
    return cloudtrail_event(action, actor=actor, time=moment, **more)


def at_once(*calls: tuple[str, dict[str, Any]], actor: dict[str, Any], **more: Any) -> list[CloudTrailEvent]:
    """Make calls within one minute, as a page of the console or a program makes them."""
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(minutes=next(MINUTES))
    return [
        cloudtrail_event(action, actor=actor, time=moment, request=request, eventID=f"{action}-{n}", **more)
        for n, (action, request) in enumerate(calls)
    ]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: object, **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*", **more}


def group_rule(port: int, cidr: str) -> dict[str, Any]:
    permission = {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "ipRanges": {"items": [{"cidrIp": cidr}]},
    }
    return {"groupId": "sg-1", "ipPermissions": {"items": [permission]}}


GITHUB = allow(
    {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
    Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:example/shop:*"}},
)
ONLY_BY_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
FROM_THE_TOPIC = allow(
    {"Service": "sns.amazonaws.com"},
    Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:orders"}},
)
OWN_KEY = allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)


def stack() -> list[CloudTrailEvent]:
    """Terraform makes a network, an application and what it stores."""
    return [
        call("ec2:CreateVpc", request={"cidrBlock": "10.0.0.0/16"}, response={"vpc": {"vpcId": "vpc-1"}}),
        call("ec2:CreateSubnet", request={"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24"}),
        call("ec2:CreateRouteTable", request={"vpcId": "vpc-1"}),
        call("ec2:CreateRoute", request={"routeTableId": "rtb-1", "natGatewayId": "nat-1"}),
        call("ec2:CreateSecurityGroup", request={"groupName": "web", "vpcId": "vpc-1"}),
        call("ec2:AuthorizeSecurityGroupIngress", request=group_rule(443, "0.0.0.0/0")),
        call("ec2:AuthorizeSecurityGroupIngress", request=group_rule(5432, "10.0.0.0/16")),
        call("ec2:AuthorizeSecurityGroupEgress", request=group_rule(443, "0.0.0.0/0")),
        call(
            "iam:CreateRole",
            request={
                "roleName": "web",
                "assumeRolePolicyDocument": policy(allow({"Service": "ecs-tasks.amazonaws.com"})),
            },
        ),
        call("iam:CreateRole", request={"roleName": "ci", "assumeRolePolicyDocument": policy(GITHUB)}),
        call(
            "iam:PutRolePolicy",
            request={
                "roleName": "web",
                "policyDocument": policy(
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
                ),
            },
        ),
        call(
            "iam:AttachRolePolicy",
            request={"roleName": "web", "policyArn": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"},
        ),
        call(
            "lambda:CreateFunction20150331",
            request={"functionName": "orders", "layers": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:own:1"]},
        ),
        call(
            "lambda:AddPermission20150331v2",
            request={
                "functionName": "orders",
                "principal": "s3.amazonaws.com",
                "sourceArn": "arn:aws:s3:::b",
            },
        ),
        call("logs:CreateLogGroup", request={"logGroupName": "/aws/lambda/orders"}),
        call("logs:PutRetentionPolicy", request={"logGroupName": "/aws/lambda/orders", "retentionInDays": 7}),
        call("s3:CreateBucket", request={"bucketName": "amzn-s3-demo-bucket", "x-amz-acl": "private"}),
        call(
            "s3:PutBucketPublicAccessBlock",
            request={"bucketName": "amzn-s3-demo-bucket", "PublicAccessBlockConfiguration": BLOCK},
        ),
        call(
            "s3:PutBucketPolicy",
            request={"bucketName": "amzn-s3-demo-bucket", "bucketPolicy": {"Statement": [ONLY_BY_TLS]}},
        ),
        call(
            "s3:PutBucketVersioning",
            request={"bucketName": "amzn-s3-demo-bucket", "VersioningConfiguration": {"Status": "Enabled"}},
        ),
        call(
            "s3:PutBucketLifecycle",
            request={
                "bucketName": "amzn-s3-demo-bucket",
                "LifecycleConfiguration": {"Rule": {"Status": "Enabled", "Expiration": {"Days": 365}}},
            },
        ),
        call("rds:CreateDBInstance", request={"dBInstanceIdentifier": "orders", "publiclyAccessible": False}),
        call(
            "sqs:SetQueueAttributes",
            request={"queueUrl": "orders", "attributes": {"Policy": policy(FROM_THE_TOPIC)}},
        ),
        call(
            "sns:SetTopicAttributes",
            request={
                "topicArn": "orders",
                "attributeName": "Policy",
                "attributeValue": policy(
                    allow({"AWS": "*"}, Condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}})
                ),
            },
        ),
        call(
            "kms:CreateKey", request={"policy": policy(OWN_KEY)}, response={"keyMetadata": {"keyId": "key-1"}}
        ),
        call(
            "ecs:RegisterTaskDefinition",
            request={
                "family": "web",
                "containerDefinitions": [{"name": "web", "command": ["python", "-m", "shop"]}],
            },
        ),
        call(
            "ec2:RunInstances",
            request={
                "instanceType": "t3.medium",
                "instancesSet": {"items": [{"minCount": 1, "maxCount": 2}]},
            },
        ),
    ]


def taken_down() -> list[CloudTrailEvent]:
    """Terraform takes it down again."""
    return [
        call("ec2:DeleteVpc", request={"vpcId": "vpc-1"}),
        call("ec2:DeleteSecurityGroup", request={"groupId": "sg-1"}),
        call("ec2:TerminateInstances", request={"instancesSet": {"items": [{"instanceId": "i-1"}]}}),
        call("iam:DetachRolePolicy", request={"roleName": "web", "policyArn": "arn:aws:iam::aws:policy/X"}),
        call("iam:DeleteRole", request={"roleName": "web"}),
        call("lambda:DeleteFunction20150331", request={"functionName": "orders"}),
        call("logs:DeleteLogGroup", request={"logGroupName": "/aws/lambda/orders"}),
        call("s3:DeleteBucketPolicy", request={"bucketName": "amzn-s3-demo-bucket"}),
        call("s3:DeleteBucket", request={"bucketName": "amzn-s3-demo-bucket"}),
        call("rds:DeleteDBInstance", request={"dBInstanceIdentifier": "orders", "skipFinalSnapshot": False}),
        call("cloudwatch:DeleteAlarms", request={"alarmNames": ["orders-5xx"]}),
    ]


def deployments() -> list[CloudTrailEvent]:
    return [
        call(
            "sts:AssumeRoleWithWebIdentity",
            web_identity_user(),
            request={"roleArn": "arn:aws:iam::111122223333:role/Deployer"},
        ),
        call("ecr:PutImage", PIPELINE, request={"repositoryName": "shop"}),
        call("lambda:UpdateFunctionCode20150331v2", PIPELINE, request={"functionName": "orders"}),
        call("ecs:UpdateService", PIPELINE, request={"service": "web"}),
        call(
            "ssm:SendCommand",
            PIPELINE,
            request={"documentName": "AWS-RunPatchBaseline", "instanceIds": ["i-1"]},
        ),
        call("cloudformation:UpdateStack", PIPELINE, request={"stackName": "shop"}),
        call("sts:GetCallerIdentity", PIPELINE),
    ]


def people() -> list[CloudTrailEvent]:
    """They come through Identity Center, or with MFA, look at the console, and mistype a password."""
    pages = [
        ("iam:ListUsers", {}),
        ("iam:ListRoles", {}),
        ("iam:ListGroups", {}),
        ("iam:ListPolicies", {}),
        ("iam:GetAccountSummary", {}),
        ("iam:ListAccountAliases", {}),
        ("s3:ListBuckets", {}),
        ("lambda:ListFunctions20150331", {}),
        ("kms:ListKeys", {}),
        ("ec2:DescribeInstances", {}),
        ("ec2:DescribeVpcs", {}),
        ("secretsmanager:ListSecrets", {}),
        ("sns:ListTopics", {}),
        ("sqs:ListQueues", {}),
        ("dynamodb:ListTables", {}),
        ("ecr:DescribeRepositories", {}),
    ]
    denied = [
        (f"{service}:List{what}", {})
        for service, what in [
            ("guardduty", "Detectors"),
            ("securityhub", "Members"),
            ("budgets", "TagsForResource"),
            ("support", "Cases"),
            ("organizations", "Accounts"),
            ("macie2", "Findings"),
            ("inspector2", "Coverage"),
            ("ram", "Resources"),
        ]
    ]
    return [
        call("signin:ConsoleLogin", CAROL, mfa=False),
        call("signin:ConsoleLogin", iam_user("dave"), error="Failed authentication"),
        call("signin:ConsoleLogin", iam_user("dave"), mfa=True),
        *at_once(*pages, actor=CAROL, sessionCredentialFromConsole="true"),
        *at_once(*denied, actor=CAROL, sessionCredentialFromConsole="true", error="AccessDenied"),
        call("iam:CreateVirtualMFADevice", iam_user("dave"), request={"virtualMFADeviceName": "phone"}),
        call("iam:ChangePassword", iam_user("dave")),
        call("ssm:StartSession", CAROL, request={"target": "i-1"}),
    ]


def services() -> list[CloudTrailEvent]:
    """They act by themselves, by their service-linked roles, and for those who called them."""

    def linked(service: str, role: str) -> dict[str, Any]:
        made = assumed_role(f"aws-service-role/{service}.amazonaws.com/{role}", service)
        return {**made, "invokedBy": f"{service}.amazonaws.com"}

    scaling, config = (
        linked("autoscaling", "AWSServiceRoleForAutoScaling"),
        linked("config", "AWSServiceRoleForConfig"),
    )
    rds = linked("rds", "AWSServiceRoleForRDS")
    everything = [
        (f"{service}:List{service.title()}", {}) for service in ("iam", "s3", "kms", "lambda", "sns", "sqs")
    ]
    return [
        call(
            "ec2:RunInstances",
            scaling,
            request={"instanceType": "p3.2xlarge", "instancesSet": {"items": [{"maxCount": 40}]}},
        ),
        call(
            "ec2:TerminateInstances",
            scaling,
            request={"instancesSet": {"items": [{"instanceId": f"i-{n}"} for n in range(40)]}},
        ),
        call("ec2:CreateNetworkInterface", rds, request={"subnetId": "subnet-1"}),
        *at_once(*everything, actor=config),
        *[
            call(
                "sts:AssumeRole",
                aws_service(f"{name}.amazonaws.com"),
                request={"roleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}"},
            )
            for name in ("ec2", "lambda", "ecs", "rds", "config", "backup")
        ],
        call(
            "s3:GetBucketAcl",
            aws_service("cloudtrail.amazonaws.com"),
            request={"bucketName": "amzn-s3-demo-trail"},
        ),
        call("ec2:SharedSnapshotVolumeCreated", service_event("ec2.amazonaws.com")),
        call(
            "kms:CreateGrant",
            {**TERRAFORM, "invokedBy": "rds.amazonaws.com"},
            request={"granteePrincipal": "rds.us-east-1.amazonaws.com", "keyId": "key-1"},
        ),
        *at_once(
            *[("secretsmanager:GetSecretValue", {"secretId": f"s-{n}"}) for n in range(40)],
            actor={**assumed_role("ecsTaskExecutionRole", "ecs"), "invokedBy": "ecs-tasks.amazonaws.com"},
        ),
        *at_once(
            *[("ec2:DeleteSnapshot", {"snapshotId": f"snap-{n}"}) for n in range(20)],
            actor=linked("backup", "AWSServiceRoleForBackup"),
        ),
        *[
            call(
                "ssm:UpdateInstanceInformation",
                assumed_role("Web", "i-0123456789abcdef0"),
                source_ip="203.0.113.9",
            )
            for _ in range(5)
        ],
        call("ssm:PutInventory", assumed_role("Web", "i-0123456789abcdef0"), source_ip="203.0.113.9"),
    ]


def applications_and_vendors() -> list[CloudTrailEvent]:
    vendor = assumed_role("DatadogIntegration", "datadog")
    return [
        *at_once(
            *[("secretsmanager:GetSecretValue", {"secretId": f"s-{n}"}) for n in range(5)],
            actor=assumed_role("web", "task"),
        ),
        *at_once(
            *[("ssm:GetParameter", {"name": f"/p/{n}", "withDecryption": True}) for n in range(50)],
            actor=TERRAFORM,
        ),
        *[call("kms:Decrypt", assumed_role("web", "task"), request={"keyId": "key-1"}) for _ in range(5)],
        call(
            "sts:AssumeRole",
            aws_account(account_id="464622532012"),
            request={"roleArn": f"arn:aws:iam::{ACCOUNT}:role/DatadogIntegration"},
        ),
        *[
            call(f"{name}", vendor)
            for name in (
                "ec2:DescribeInstances",
                "rds:DescribeDBInstances",
                "lambda:ListFunctions20150331",
                "sqs:ListQueues",
                "s3:ListBuckets",
            )
        ],
        *at_once(
            *[("dynamodb:GetItem", {"tableName": "orders"})] * 30,
            actor=assumed_role("web", "task"),
            error="AccessDenied",
        ),
    ]


DAYS = {
    made.__name__: made()
    for made in (stack, taken_down, deployments, people, services, applications_and_vendors)
}

# What may be looked at this week: somebody's reason is good, but nobody can know that from the call.
KNOWN: dict[str, set[str]] = {}


@pytest.mark.parametrize("part", DAYS)
def test_nothing_is_worth_looking_at(part: str) -> None:
    report = Guard(Engine(BUILTIN_RULES), notifiers=()).judge(log_file(DAYS[part]))

    bad = {one.rule_id for one in report.verdicts if one.severity >= Severity.MEDIUM and not one.suppressed}
    assert report.failures == ()
    assert report.counts.seen == len(DAYS[part])
    assert bad == KNOWN.get(part, set())


def test_a_secret_too_many_is() -> None:
    """Near by: the same things, done by somebody whom nobody knows."""
    secrets = [("secretsmanager:GetSecretValue", {"secretId": f"s-{n}"}) for n in range(40)]
    report = Guard(Engine(BUILTIN_RULES), notifiers=()).judge(log_file(at_once(*secrets, actor=CAROL)))

    assert [one.rule_id for one in report.verdicts] == ["secrets-read-in-bulk"]
