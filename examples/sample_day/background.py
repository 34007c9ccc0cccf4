"""An ordinary day: deployments, functions, instances, people, and the checks that run by themselves."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from sample_day.calls import ACCOUNT, DONE, HOME, Call, Caller, Json, clock, ingress, role_created
from trailguard.testing import (
    assumed_role,
    aws_service,
    iam_user,
    identity_center_role,
    service_event,
    web_identity_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard import CloudTrailEvent

HOUR = 3600
LAST_SECOND = 24 * HOUR - 15 * 60
"""The day's last file is delivered before midnight, and so in the day's folder."""

OFFICE = "198.51.100"
BROWSER_SDK = "aws-sdk-js/2.1692.0 promise"
PYTHON_SDK = "Boto3/1.35.90 md/Botocore#1.35.90 os/linux lang/python#3.12.7 exec-env/AWS_Lambda_python3.12"
GO_SDK = "amazon-ssm-agent/3.3.1611.0 aws-sdk-go/1.55.5 (go1.22.7; linux; amd64)"

KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/5c1e7a90-3b2d-4f68-9a07-d4e8b1c6f235"
FUNCTIONS = ("orders-api", "invoice-mailer")
DATABASE_SECRET = f"arn:aws:secretsmanager:{HOME}:{ACCOUNT}:secret:shop/database-Qz3kLm"
INSTANCES = {
    "i-0a1c5e9d3b7f28460": "10.20.1.17",
    "i-04b8d2f6a9c1e3750": "10.20.2.30",
    "i-0f3e7b1d5a9c24860": "10.20.3.44",
}


def background() -> Iterator[CloudTrailEvent]:
    """Write the ordinary day down; each strand has chances of its own, so they don't shift each other."""
    yield from build_agent()
    yield from deployments(Random("deployments"))
    yield from functions(Random("functions"))
    yield from instances(Random("instances"))
    yield from autoscaling()
    yield from recorder()
    yield from service_events()
    yield from nightly_report()
    yield from people(Random("people"))
    yield from network_team()


def build_agent() -> Iterator[CloudTrailEvent]:
    """The rightful use of build-bot's key, always from the same address, until the key is made inactive."""
    agent = Caller(iam_user("build-bot"), "192.0.2.44", "aws-cli/2.15.30 Python/3.11.8 Linux/5.15 exe/x86_64")
    for hour in (0, 1, 3, 4, 5, 6, 7):
        yield agent.record(Call(f"{hour:02}:30:04", "ecr:GetAuthorizationToken"))
        yield agent.record(Call(f"{hour:02}:30:19", "ecr:DescribeImages", {"repositoryName": "shop/base"}))


def deployments(chance: Random) -> Iterator[CloudTrailEvent]:
    """The pipeline takes its role and brings a function up to date."""
    role = f"arn:aws:iam::{ACCOUNT}:role/Deployer"
    for number, start in enumerate((7.9, 9.2, 10.6, 11.4, 13.3, 14.1, 15.8, 16.9), start=4711):
        now = start * HOUR + chance.randrange(900)
        session = f"ci-{number}"
        pipeline = assumed_role("Deployer", session)
        runner = f"192.0.2.{chance.randrange(100, 140)}"
        request = {"roleArn": role, "roleSessionName": session}
        answer = {"credentials": {"accessKeyId": pipeline["accessKeyId"]}}
        yield Caller(web_identity_user(), runner).record(
            Call(clock(now), "sts:AssumeRoleWithWebIdentity", request, answer)
        )
        for action, request in deployment(chance.choice(FUNCTIONS)):
            now += chance.randrange(2, 25)
            yield Caller(pipeline, runner).record(Call(clock(now), action, request))


def deployment(function: str) -> list[tuple[str, Json]]:
    """List what one run of the pipeline calls, in order."""
    name: Json = {"functionName": function}
    stack: Json = {"stackName": function}
    return [
        ("sts:GetCallerIdentity", {}),
        ("ssm:GetParameter", {"name": f"/shop/{function}/image"}),
        ("ssm:GetParameter", {"name": f"/shop/{function}/settings", "withDecryption": True}),
        ("cloudformation:DescribeStacks", stack),
        ("cloudformation:CreateChangeSet", stack | {"changeSetName": "pipeline"}),
        ("cloudformation:DescribeChangeSet", stack | {"changeSetName": "pipeline"}),
        ("cloudformation:ExecuteChangeSet", stack | {"changeSetName": "pipeline"}),
        ("lambda:GetFunction20150331v2", name),
        ("lambda:UpdateFunctionCode20150331v2", name | {"publish": False, "dryRun": False}),
        ("lambda:GetFunctionConfiguration20150331v2", name),
        ("lambda:PublishVersion20150331", name),
        ("cloudformation:DescribeStackEvents", stack),
        ("cloudformation:DescribeStacks", stack),
        ("cloudwatch:DescribeAlarms", {"alarmNamePrefix": function}),
        ("ssm:PutParameter", {"name": f"/shop/{function}/deployed", "type": "String", "overwrite": True}),
    ]


def functions(chance: Random) -> Iterator[CloudTrailEvent]:
    """Lambda functions fetch their secrets whenever an execution environment starts."""
    service = Caller(aws_service("lambda.amazonaws.com"))
    key = {"resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": KEY}]}
    secret = {"secretId": DATABASE_SECRET}
    for function in FUNCTIONS:
        session = assumed_role(f"service-role/{function}", function)
        caller = Caller(session, f"10.20.8.{len(function)}", PYTHON_SDK)
        role = {
            "roleArn": session["sessionContext"]["sessionIssuer"]["arn"],
            "roleSessionName": function,
        }
        credentials = {"credentials": {"accessKeyId": session["accessKeyId"]}}
        context = {"aws:lambda:FunctionArn": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:{function}"}
        cipher = {"encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}
        settings = {"names": [f"/shop/{function}/settings"], "withDecryption": True}
        group = f"/aws/lambda/{function}"
        now = chance.uniform(0, HOUR / 2)
        while now < LAST_SECOND:
            yield service.record(Call(clock(now), "sts:AssumeRole", role, credentials, region=HOME))
            yield caller.record(Call(clock(now + 1), "kms:Decrypt", cipher, more=key))
            yield caller.record(Call(clock(now + 2), "ssm:GetParameters", settings))
            yield caller.record(Call(clock(now + 2), "secretsmanager:GetSecretValue", secret))
            stream = f"2026/03/02/[$LATEST]{chance.getrandbits(128):032x}"
            yield caller.record(
                Call(clock(now + 3), "logs:CreateLogStream", {"logGroupName": group, "logStreamName": stream})
            )
            now += chance.uniform(0.4, 1.1) * HOUR


def instances(chance: Random) -> Iterator[CloudTrailEvent]:
    """Instances report to Systems Manager; the session of an instance's role bears the instance's id."""
    for instance, address in INSTANCES.items():
        agent = Caller(assumed_role("app-server", instance), address, GO_SDK)
        for hour in range(24):
            now = hour * HOUR + chance.randrange(40 * 60)
            request = {"instanceId": instance, "agentStatus": "Active", "agentVersion": "3.3.1611.0"}
            yield agent.record(Call(clock(now), "ssm:UpdateInstanceInformation", request))
            if hour % 4 == 0:
                yield agent.record(Call(clock(now + 2), "ssm:ListInstanceAssociations", request))


def autoscaling() -> Iterator[CloudTrailEvent]:
    """An auto-scaling group adds a private instance for the day and ends it in the evening."""
    role = (
        f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    )
    service = Caller(aws_service("autoscaling.amazonaws.com"))
    session = assumed_role(role.partition("role/")[2], "AutoScaling") | {
        "invokedBy": "autoscaling.amazonaws.com"
    }
    scaling = Caller(session)
    instance = {"instanceId": "i-0c2d6f8b4a1e39750"}
    request: Json = {
        "instancesSet": {"items": [{"imageId": "ami-0d5f1b7c3e9a28460", "minCount": 1, "maxCount": 1}]},
        "instanceType": "m7g.large",
        "subnetId": "subnet-05a9c3e7d1b4f2860",
        "groupSet": {"items": [{"groupId": "sg-01b5d9f3a7c2e4860"}]},
        "iamInstanceProfile": {"name": "app-server"},
    }
    for hour in range(0, 24, 2):
        taken = {"roleArn": role, "roleSessionName": "AutoScaling"}
        yield service.record(Call(f"{hour:02}:05:00", "sts:AssumeRole", taken, region=HOME))
        yield scaling.record(Call(f"{hour:02}:05:01", "ec2:DescribeInstanceStatus"))
        yield scaling.record(Call(f"{hour:02}:05:02", "elasticloadbalancing:DescribeTargetHealth"))
    answer = {"ownerId": ACCOUNT, "instancesSet": {"items": [instance]}}
    yield scaling.record(Call("07:05:03", "ec2:RunInstances", request, answer))
    yield scaling.record(
        Call("19:05:03", "ec2:TerminateInstances", {"instancesSet": {"items": [instance]}}, DONE)
    )


def recorder() -> Iterator[CloudTrailEvent]:
    """AWS Config looks at everything, over and over."""
    name = "config.amazonaws.com"
    session = assumed_role(f"aws-service-role/{name}/AWSServiceRoleForConfig", "AWSConfig-Describe")
    config = Caller(session | {"invokedBy": name})
    looks = (
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "s3:GetBucketAcl",
        "kms:ListAliases",
        "lambda:ListFunctions20150331",
        "iam:ListPolicies",
        "cloudwatch:DescribeAlarms",
    )
    for hour in range(24):
        for number, action in enumerate(looks):
            yield config.record(Call(clock(hour * HOUR + 1500 + 7 * number), action))


def service_events() -> Iterator[CloudTrailEvent]:
    """Things that AWS does by itself; their records have an identity without a type."""
    for at, step in (("03:00:02", "RotationStarted"), ("03:00:41", "RotationSucceeded")):
        yield Caller(service_event("secretsmanager.amazonaws.com")).record(
            Call(at, f"secretsmanager:{step}", more={"additionalEventData": {"SecretId": DATABASE_SECRET}})
        )
    yield Caller(service_event("kms.amazonaws.com")).record(
        Call("05:12:33", "kms:RotateKey", more={"serviceEventDetails": {"keyId": KEY.rpartition("/")[2]}})
    )
    for hour in range(1, 24, 4):
        details = {"serviceEventDetails": {"resourceType": "RDS", "state": "COMPLETED"}}
        yield Caller(service_event("backup.amazonaws.com")).record(
            Call(f"{hour:02}:40:00", "backup:BackupJobCompleted", more=details)
        )


def nightly_report() -> Iterator[CloudTrailEvent]:
    """A report that has been denied half of what it asks for, every night, for years."""
    report = Caller(assumed_role("service-role/cost-report", "nightly"), "10.20.9.5", PYTHON_SDK)
    for number, bucket in enumerate(("shop-assets", "shop-backups", "shop-invoices", "shop-logs")):
        request = {"bucketName": bucket, "Host": f"{bucket}.s3.{HOME}.amazonaws.com"}
        at = clock(4 * HOUR + 60 * number)
        yield report.record(Call(at, "s3:GetBucketTagging", request))
        yield report.record(Call(at, "s3:GetBucketPolicy", request, error="AccessDenied"))
        yield report.record(Call(at, "s3:GetBucketPublicAccessBlock", request, error="AccessDenied"))


def people(chance: Random) -> Iterator[CloudTrailEvent]:
    """People sign in through Identity Center and look around; one of them tries more than he may."""
    looks: list[tuple[str, Json | None]] = [
        ("ec2:DescribeInstances", None),
        ("ec2:DescribeSecurityGroups", None),
        ("ec2:DescribeSubnets", None),
        ("cloudwatch:DescribeAlarms", {"maxRecords": 100}),
        ("cloudwatch:GetMetricData", {"metricDataQueries": []}),
        ("logs:DescribeLogGroups", {"limit": 50}),
        ("logs:StartQuery", {"logGroupName": "/aws/lambda/orders-api", "queryLanguage": "CWLI"}),
        ("lambda:ListFunctions20150331", None),
        ("lambda:GetFunction20150331v2", {"functionName": "orders-api"}),
        ("s3:ListBuckets", None),
        ("ssm:DescribeParameters", {"maxResults": 50}),
        ("kms:ListAliases", None),
        ("health:DescribeEventAggregates", {"aggregateField": "eventTypeCategory"}),
    ]
    crew = (
        ("ben@example.com", "Developer", 20, 8.6),
        ("carol@example.com", "NetworkAdministrator", 21, 9.1),
        ("frida@example.com", "ReadOnlyAccess", 22, 10.2),
    )
    for email, permissions, host, start in crew:
        person = Caller(identity_center_role(email, permissions), f"{OFFICE}.{host}", BROWSER_SDK)
        yield person.record(Call(clock(start * HOUR), "signin:ConsoleLogin"))
        now = start * HOUR + 60
        for _ in range(45):
            now += chance.choice((1, 2, 3, 40, 400, 1500))
            action, request = chance.choice(looks)
            yield person.record(Call(clock(now), action, request))
    ben = Caller(identity_center_role("ben@example.com", "Developer"), f"{OFFICE}.20", BROWSER_SDK)
    open_to_all, _ = ingress("sg-01b5d9f3a7c2e4860", "", "tcp", 5432, "0.0.0.0/0")
    denied = "Client.UnauthorizedOperation"
    yield ben.record(Call("11:02:37", "ec2:AuthorizeSecurityGroupIngress", open_to_all, error=denied))
    yield ben.record(Call("11:04:10", "iam:CreateUser", error="AccessDenied"))
    yield ben.record(
        Call("11:20:45", "cloudwatch:PutMetricAlarm", {"alarmName": "orders-api-errors", "threshold": 5.0})
    )


def network_team() -> Iterator[CloudTrailEvent]:
    """Changes that look like the incident's and are fine: a private range, a NAT route, a named account."""
    carol = Caller(
        identity_center_role("carol@example.com", "NetworkAdministrator"), f"{OFFICE}.21", BROWSER_SDK
    )
    from_inside = ingress("sg-01b5d9f3a7c2e4860", "sgr-07e1b3d5f9a2c4860", "tcp", 5432, "10.0.0.0/8")
    through_nat = {
        "routeTableId": "rtb-08d2f4b6a1c3e5970",
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": "nat-0b3d5f7a9c1e24680",
    }
    partner = role_created("partner-audit", {"AWS": "arn:aws:iam::444455556666:root"}, "2:32:18 PM")
    yield carol.record(Call("10:14:22", "ec2:AuthorizeSecurityGroupIngress", *from_inside))
    yield carol.record(Call("10:31:05", "ec2:CreateRoute", through_nat, DONE))
    yield carol.record(Call("14:32:18", "iam:CreateRole", *partner))
