"""What is in the account at the end of the day: nothing of the intruder's, and what has been open for long.

A shop's network, an internal one beside it, functions, databases, buckets and roles. Most of it is closed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sample_day.background import DATABASE_SECRET, FUNCTIONS, INSTANCES, KEY
from sample_day.calls import ACCOUNT, HOME, Json
from sample_day.incident import BUILD_BOT
from sample_day.network import (
    APP_A,
    APP_B,
    APP_C,
    APP_GROUP,
    BALANCER_GROUP,
    BASTION_GROUP,
    DATA_A,
    DATA_B,
    DATABASE_GROUP,
    FUNCTIONS_A,
    FUNCTIONS_B,
    FUNCTIONS_GROUP,
    INTERNAL,
    LEDGER_A,
    LEDGER_GROUP,
    ORGANIZATION,
    PUBLIC_A,
    PUBLIC_B,
    REPORTING_GROUP,
    SHOP,
    groups,
    networks,
    ways_out,
)
from sample_day.resources import (
    Group,
    Interface,
    Machine,
    Subnet,
    arn,
    bucket,
    elastic_address,
    recorded,
    role,
)
from trailguard.testing import assumed_role, identity_center_role, web_identity_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.config import ConfigurationItem

LEDGER_KEY = arn("kms", "key/9d2b6f14-7c3e-4a58-b1d0-e6f4a2c8735b")

BASTION_CARD = Interface("eni-0a4c8e2f6b1d97350", PUBLIC_A, "10.20.100.12", (BASTION_GROUP,), "203.0.113.201")
OLD_IMAGE, IMAGE = "ami-07a3c1e9f5b2d8460", "ami-0d5f1b7c3e9a28460"

BALANCER = "loadbalancer/app/shop/5e8a2c4f9b1d7360"
BALANCER_CARDS = tuple(
    Interface(
        card,
        subnet,
        address,
        (BALANCER_GROUP,),
        public,
        {"description": f"ELB {BALANCER.partition('/')[2]}", "requesterId": "amazon-elb"},
    )
    for card, subnet, address, public in (
        ("eni-0f2b6d8a4c1e97350", PUBLIC_A, "10.20.100.31", "203.0.113.211"),
        ("eni-06e4a8c2f9d1b7530", PUBLIC_B, "10.20.101.31", "203.0.113.212"),
    )
)
REPORTING_CARD = Interface(
    "eni-09c5e1a7d3f8b2640",
    PUBLIC_B,
    "10.20.101.57",
    (REPORTING_GROUP,),
    "203.0.113.221",
    {"description": "RDSNetworkInterface", "requesterId": "amazon-rds"},
)


def inventory() -> list[ConfigurationItem]:
    """Write the account down as it is at the end of the day."""
    return [
        *networks(),
        *ways_out(),
        *groups(),
        *machines(),
        *load_balancing(),
        *functions(),
        *databases(),
        *buckets(),
        *identities(),
        *others(),
    ]


def machines() -> Iterator[ConfigurationItem]:
    """Three app servers, of which the oldest has never been replaced, a bastion, and the ledger."""
    placed = (
        (APP_A, "eni-03f9b5d1e7a2c8460", "vol-0e2c8a4f6d1b97350", "2025-09-16T06:40:12"),
        (APP_B, "eni-0d5a1c7e9f3b28640", "vol-07f1b9d3a5e8c2460", "2025-09-16T06:41:50"),
        (APP_C, "eni-08e4c2a6f1d9b7350", "vol-0b6d2f8a4c1e93750", "2024-02-06T11:12:33"),
    )
    for (instance, address), (subnet, card, volume, at) in zip(INSTANCES.items(), placed, strict=True):
        image, tokens = (OLD_IMAGE, "optional") if at < "2025" else (IMAGE, "required")
        interface = Interface(card, subnet, address, (APP_GROUP,))
        machine = Machine(instance, "shop-app", "m7g.large", image, interface, volume, "app-server", tokens)
        yield from machine.items(at, KEY)
    bastion = Machine(
        "i-05c1e7a9d3f8b2640", "shop-bastion", "t4g.nano", IMAGE, BASTION_CARD, "vol-0d8f4b2e6c1a97530"
    )
    yield from bastion.items("2025-09-16T06:55:20", KEY)
    yield elastic_address("eipalloc-08c4a2e6f1d9b3750", "shop-bastion", BASTION_CARD, "2025-09-16T06:58:04")
    ledger = Machine(
        "i-0b3f9d5a1e7c28460",
        "ledger",
        "r7g.large",
        IMAGE,
        Interface("eni-07d1f5b9a3e8c2640", LEDGER_A, "10.30.1.20", (LEDGER_GROUP,)),
        "vol-03a7e1c9d5f8b2460",
    )
    yield from ledger.items("2025-11-19T16:20:41", LEDGER_KEY)


def load_balancing() -> Iterator[ConfigurationItem]:
    """The way in for customers, and the group that grew in the morning and shrank in the evening."""
    yield recorded(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        arn("elasticloadbalancing", BALANCER),
        "2023-05-12T09:20:18",
        {
            "loadBalancerName": "shop",
            "scheme": "internet-facing",
            "type": "application",
            "vpcId": SHOP.id,
            "securityGroups": [BALANCER_GROUP.id],
            "availabilityZones": [{"subnetId": card.subnet.id} for card in BALANCER_CARDS],
            "state": {"code": "active"},
        },
        ARN=arn("elasticloadbalancing", BALANCER),
        resourceName="shop",
        tags=SHOP.tags,
    )
    for card in BALANCER_CARDS:
        yield card.item("2023-05-12T09:20:18")
    name = arn(
        "autoscaling",
        "autoScalingGroup:4c7d2e9a-61f8-4b35-9e0a-d8c3b7f51a26:autoScalingGroupName/shop-app",
    )
    yield recorded(
        "AWS::AutoScaling::AutoScalingGroup",
        name,
        "2026-03-02T19:05:03",
        {
            "autoScalingGroupName": "shop-app",
            "minSize": 3,
            "maxSize": 6,
            "desiredCapacity": 3,
            "instances": [{"instanceId": i, "lifecycleState": "InService"} for i in INSTANCES],
            "vpczoneIdentifier": ",".join(subnet.id for subnet in (APP_A, APP_B, APP_C)),
        },
        ARN=name,
        resourceName="shop-app",
        tags=SHOP.tags,
    )


def functions() -> Iterator[ConfigurationItem]:
    """Functions, as today's last deployments left them."""
    for function, at in zip(
        (*FUNCTIONS, "cost-report"),
        ("2026-03-02T14:13:43", "2026-03-02T17:10:09", "2024-04-19T09:00:37"),
        strict=True,
    ):
        name = arn("lambda", f"function:{function}")
        yield recorded(
            "AWS::Lambda::Function",
            function,
            at,
            {
                "functionName": function,
                "functionArn": name,
                "role": f"arn:aws:iam::{ACCOUNT}:role/service-role/{function}",
                "runtime": "python3.12",
                "handler": "app.handler",
                "timeout": 30,
                "memorySize": 512,
                "vpcConfig": {
                    "subnetIds": [FUNCTIONS_A.id, FUNCTIONS_B.id],
                    "securityGroupIds": [FUNCTIONS_GROUP.id],
                },
                "kmskeyArn": KEY,
                "state": "Active",
            },
            ARN=name,
            resourceName=function,
            tags=SHOP.tags,
            relationships=[("AWS::EC2::SecurityGroup", FUNCTIONS_GROUP.id)],
        )


def databases() -> Iterator[ConfigurationItem]:
    """The orders, and a copy of them for a reporting tool, which somebody put on the internet."""
    data, public = [DATA_A, DATA_B], [PUBLIC_A, PUBLIC_B]
    yield database("db-SHOPORDERS7QK2MEXAMPLE", "orders", DATABASE_GROUP, data, "2025-08-12T04:37:29")
    yield database(
        "db-SHOPREPORTS3XT9EXAMPLE", "orders-reporting", REPORTING_GROUP, public, "2025-06-03T14:58:46"
    )
    yield REPORTING_CARD.item("2025-06-03T14:49:02")
    snapshot = "orders-before-upgrade"
    yield recorded(
        "AWS::RDS::DBSnapshot",
        snapshot,
        "2025-08-12T03:52:10",
        {
            "dBSnapshotIdentifier": snapshot,
            "dBInstanceIdentifier": "orders",
            "engine": "postgres",
            "snapshotType": "manual",
            "status": "available",
            "encrypted": True,
            "kmsKeyId": KEY,
            "vpcId": SHOP.id,
        },
        supplementary={"DBSnapshotAttributes": [{"attributeName": "restore", "attributeValues": []}]},
        tags=SHOP.tags,
        resourceName=snapshot,
    )


def database(resource: str, name: str, group: Group, subnets: list[Subnet], at: str) -> ConfigurationItem:
    """Write down a database, which is on the internet where its subnets are."""
    public = PUBLIC_A in subnets
    return recorded(
        "AWS::RDS::DBInstance",
        resource,
        at,
        {
            "dBInstanceIdentifier": name,
            "dBInstanceStatus": "available",
            "dBInstanceClass": "db.r7g.large",
            "dbiResourceId": resource,
            "engine": "postgres",
            "engineVersion": "16.4",
            "endpoint": {"address": f"{name}.c5example.{HOME}.rds.amazonaws.com", "port": 5432},
            "publiclyAccessible": public,
            "storageEncrypted": True,
            "kmsKeyId": KEY,
            "deletionProtection": not public,
            "dBSubnetGroup": {
                "dBSubnetGroupName": "shop-public" if public else "shop-data",
                "vpcId": SHOP.id,
                "subnets": [{"subnetIdentifier": subnet.id} for subnet in subnets],
            },
            "vpcSecurityGroups": [{"vpcSecurityGroupId": group.id, "status": "active"}],
        },
        ARN=arn("rds", f"db:{name}"),
        resourceName=name,
        tags=SHOP.tags,
        relationships=[("AWS::EC2::SecurityGroup", group.id)],
        availabilityZone="Multiple Availability Zones" if not public else f"{HOME}b",
    )


def buckets() -> Iterator[ConfigurationItem]:
    """Buckets; the assets are for CloudFront to read, but their ACL lets everybody see what there is."""
    cloudfront = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E2QWRUHEXAMPLE"
    by_https: Json = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    by_cloudfront: Json = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Condition": {"StringEquals": {"AWS:SourceArn": cloudfront}},
    }
    from_services: Json = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "s3:PutObject",
    }
    yield bucket("shop-assets", "2022-11-08T11:09:57", by_cloudfront, "AllUsers", block=None)
    yield bucket("shop-backups", "2023-05-15T07:44:21", by_https)
    yield bucket("shop-invoices", "2023-05-15T07:46:08", by_https)
    yield bucket("shop-logs", "2023-05-15T07:47:30", from_services)


def identities() -> Iterator[ConfigurationItem]:
    """Roles, and the user whose key leaked. The role that was made at night is gone; one like it is older."""
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_9c1f3e7b5d2a8046_DO_NOT_DELETE"
    signed_in: Json = {
        "Principal": {"Federated": saml},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
    }
    for permissions, policy in (
        ("Developer", "PowerUserAccess"),
        ("NetworkAdministrator", "job-function/NetworkAdministrator"),
        ("ReadOnlyAccess", "ReadOnlyAccess"),
        ("SecurityResponse", "AdministratorAccess"),
    ):
        session = identity_center_role(permission_set=permissions)
        yield role(session, "2024-01-15T08:30:00", signed_in, policy)
    pipeline = web_identity_user()
    yield role(
        assumed_role("Deployer"),
        "2023-11-02T13:18:25",
        {
            "Principal": {"Federated": pipeline["identityProvider"]},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {"token.actions.githubusercontent.com:sub": pipeline["userName"]},
            },
        },
        "PowerUserAccess",
    )
    for name, service, at in (
        ("app-server", "ec2", "2023-05-12T10:01:16"),
        ("service-role/orders-api", "lambda", "2024-04-18T08:05:49"),
        ("service-role/invoice-mailer", "lambda", "2024-04-18T08:06:34"),
        ("service-role/cost-report", "lambda", "2021-10-05T11:52:20"),
        (
            "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            "autoscaling",
            "2023-05-12T09:58:01",
        ),
        ("aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", "config", "2020-08-20T07:00:12"),
    ):
        yield role(assumed_role(name), at, {"Principal": {"Service": f"{service}.amazonaws.com"}})
    auditor = {"Principal": {"AWS": "arn:aws:iam::444455556666:root"}}
    yield role(assumed_role("partner-audit"), "2026-03-02T14:32:18", auditor)
    everybody: Json = {"Principal": {"AWS": "*"}}
    within: Json = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}}
    by_secret: Json = {"Condition": {"StringEquals": {"sts:ExternalId": "shop-monitoring"}}}
    yield role(assumed_role("backup-copy"), "2024-06-20T09:45:13", everybody | within)
    yield role(
        assumed_role("monitoring-vendor"), "2022-03-29T15:07:44", everybody | by_secret, "ReadOnlyAccess"
    )
    user: Json = {"path": "/", "userName": BUILD_BOT["userName"], "userId": BUILD_BOT["principalId"]}
    yield recorded(
        "AWS::IAM::User",
        BUILD_BOT["principalId"],
        "2021-10-04T09:22:58",
        user | {"arn": BUILD_BOT["arn"], "userPolicyList": [], "groupList": ["build"]},
        ARN=BUILD_BOT["arn"],
        resourceName=BUILD_BOT["userName"],
    )


def others() -> Iterator[ConfigurationItem]:
    """Keys, a secret, an alarm, a repository: no rule is about them."""
    for key, at in ((KEY, "2026-03-02T05:12:33"), (LEDGER_KEY, "2025-01-27T10:12:05")):
        key_id = key.rpartition("/")[2]
        root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
        policy = {"Version": "2012-10-17", "Statement": [root | {"Resource": "*"}]}
        yield recorded(
            "AWS::KMS::Key",
            key_id,
            at,
            {
                "keyId": key_id,
                "arn": key,
                "keyState": "Enabled",
                "keyManager": "CUSTOMER",
                "origin": "AWS_KMS",
            },
            supplementary={"KeyRotationStatus": True, "Policy": json.dumps(policy)},
            tags=(INTERNAL if key == LEDGER_KEY else SHOP).tags,
        )
    yield recorded(
        "AWS::SecretsManager::Secret",
        DATABASE_SECRET,
        "2026-03-02T03:00:41",
        {"Id": DATABASE_SECRET, "Name": "shop/database", "KmsKeyId": KEY},
        ARN=DATABASE_SECRET,
        resourceName="shop/database",
    )
    yield recorded(
        "AWS::CloudWatch::Alarm",
        "orders-api-errors",
        "2026-03-02T11:20:45",
        {
            "alarmName": "orders-api-errors",
            "namespace": "AWS/Lambda",
            "metricName": "Errors",
            "threshold": 5.0,
        },
        ARN=arn("cloudwatch", "alarm:orders-api-errors"),
        resourceName="orders-api-errors",
    )
    yield recorded(
        "AWS::ECR::Repository",
        "shop/base",
        "2023-05-15T09:02:33",
        {"RepositoryName": "shop/base", "ImageTagMutability": "IMMUTABLE"},
        resourceName="shop/base",
    )
