"""The incident: a leaked access key is tried out at night, and cleaned up after in the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_day.calls import ACCOUNT, DONE, HOME, Call, Caller, Json, ingress, role_created
from trailguard.testing import iam_user, identity_center_role

if TYPE_CHECKING:
    from trailguard import CloudTrailEvent

BUILD_BOT = iam_user("build-bot")
INTRUDER = Caller(
    BUILD_BOT,
    "203.0.113.66",
    "Boto3/1.34.84 md/Botocore#1.34.84 os/linux lang/python#3.11.8 Botocore/1.34.84",
)
RESPONDER = Caller(
    identity_center_role("dana@example.com", "SecurityResponse"),
    "198.51.100.23",
    "aws-cli/2.22.35 os/macos md/arch#arm64 lang/python#3.12.6 cfg/retry-mode#standard",
)

ROLE = "support-access"
VPC, SUBNET, GATEWAY = "vpc-0b7e5d1c9a3f42860", "subnet-07c2e9f4b1a86d353", "igw-0f41c8a5e2b79d036"
ROUTES, ASSOCIATION, ACL = "rtb-0a95d3e7c1f4b2608", "rtbassoc-03b8f1c6d2e97a450", "acl-0c6f2a9e8d1b37504"
GROUP, SSH_RULE, ALL_RULE = "sg-0e8a4c7b2d5f19360", "sgr-05d2b9c8a7e4f1036", "sgr-0a1f7e3c9b6d48250"
INSTANCE, INTERFACE, IMAGE = "i-0d7b3f9a6c2e81540", "eni-02f6a8d4c9e1b7350", "ami-0b1d6e8f3c5a97240"
ADDRESS, ALLOCATION, ADDRESS_ASSOCIATION = (
    "203.0.113.190",
    "eipalloc-06c9e2d8b4a1f7350",
    "eipassoc-0e5b7a3d1c8f92460",
)

SSH_FROM_ANYWHERE = ingress(GROUP, SSH_RULE, "tcp", 22, "0.0.0.0/0")
ALL_FROM_ANYWHERE = ingress(GROUP, ALL_RULE, "-1", None, "::/0")
NETWORK_CARD: Json = {
    "deviceIndex": 0,
    "subnetId": SUBNET,
    "associatePublicIpAddress": True,
    "groupSet": {"items": [{"groupId": GROUP}]},
}


def launch(instance_type: str) -> Json:
    """Ask for one instance with a public address."""
    return {
        "instancesSet": {"items": [{"imageId": IMAGE, "minCount": 1, "maxCount": 1}]},
        "instanceType": instance_type,
        "blockDeviceMapping": {},
        "monitoring": {"enabled": False},
        "disableApiTermination": False,
        "networkInterfaceSet": {"items": [NETWORK_CARD]},
        "userData": "<sensitiveDataRemoved>",
    }


LAUNCHED: Json = {
    "reservationId": "r-0c4e7a1f9b2d63850",
    "ownerId": ACCOUNT,
    "groupSet": {},
    "instancesSet": {
        "items": [
            {
                "instanceId": INSTANCE,
                "imageId": IMAGE,
                "instanceState": {"code": 0, "name": "pending"},
                "instanceType": "c6i.4xlarge",
                "launchTime": 1772418921000,
                "subnetId": SUBNET,
                "vpcId": VPC,
                "privateIpAddress": "10.66.1.25",
                "groupSet": {"items": [{"groupId": GROUP, "groupName": "web"}]},
                "networkInterfaceSet": {"items": [{"networkInterfaceId": INTERFACE, "status": "in-use"}]},
            }
        ]
    },
}

SURVEY = (
    "Regions",
    "Instances",
    "Vpcs",
    "Subnets",
    "SecurityGroups",
    "KeyPairs",
    "Images",
    "Addresses",
    "Volumes",
)
STILL_IN_USE: Json = {"errorMessage": f"The vpc '{VPC}' has dependencies and cannot be deleted."}
NO_CAPACITY: Json = {
    "errorMessage": "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the"
    " instance bucket that the specified instance type belongs to."
}

INTRUSION = [
    # 02:11 Whose key is this, and what is here?
    Call("02:11:07", "sts:GetCallerIdentity"),
    Call("02:11:32", "iam:GetUser"),
    Call("02:11:58", "iam:ListUsers", {"maxItems": 100}),
    Call("02:12:04", "iam:ListAttachedUserPolicies", {"userName": "build-bot"}),
    Call("02:12:11", "iam:ListRoles"),
    Call("02:12:40", "s3:ListBuckets", {"Host": f"s3.{HOME}.amazonaws.com"}),
    *(Call(f"02:13:{2 * n:02}", f"ec2:Describe{what}") for n, what in enumerate(SURVEY)),
    *(
        Call(f"02:13:{2 * n + 25:02}", f"ec2:Describe{what}", region="us-east-1")
        for n, what in enumerate(SURVEY)
    ),
    # 02:15 What may it do? Not everything.
    Call("02:15:09", "secretsmanager:ListSecrets", error="AccessDenied"),
    Call("02:15:21", "iam:ListAccessKeys", error="AccessDenied"),
    Call("02:15:46", "iam:CreateAccessKey", error="AccessDenied"),
    Call("02:16:02", "iam:AttachUserPolicy", error="AccessDenied"),
    Call("02:16:30", "cloudtrail:StopLogging", {"name": "organization-trail"}, error="AccessDenied"),
    # 02:18 A way back in: a role that anybody may assume.
    Call("02:18:42", "iam:CreateRole", *role_created(ROLE, {"AWS": "*"}, "2:18:42 AM")),
    Call("02:19:05", "iam:AttachRolePolicy", error="AccessDenied"),
    # 02:21 A network of its own, open to the world.
    Call(
        "02:21:10",
        "ec2:CreateVpc",
        {"cidrBlock": "10.66.0.0/16", "instanceTenancy": "default", "amazonProvidedIpv6CidrBlock": False},
        {"vpc": {"vpcId": VPC, "state": "pending", "ownerId": ACCOUNT, "cidrBlock": "10.66.0.0/16"}},
    ),
    Call(
        "02:21:34",
        "ec2:CreateSubnet",
        {"vpcId": VPC, "cidrBlock": "10.66.1.0/24", "availabilityZone": f"{HOME}a"},
        {
            "subnet": {
                "subnetId": SUBNET,
                "vpcId": VPC,
                "cidrBlock": "10.66.1.0/24",
                "availabilityZone": f"{HOME}a",
                "mapPublicIpOnLaunch": False,
                "assignIpv6AddressOnCreation": False,
            }
        },
    ),
    Call(
        "02:22:01",
        "ec2:CreateInternetGateway",
        {},
        {
            "internetGateway": {
                "internetGatewayId": GATEWAY,
                "ownerId": ACCOUNT,
                "attachmentSet": {},
                "tagSet": {},
            }
        },
    ),
    Call("02:22:15", "ec2:AttachInternetGateway", {"internetGatewayId": GATEWAY, "vpcId": VPC}, DONE),
    Call(
        "02:22:47",
        "ec2:CreateRouteTable",
        {"vpcId": VPC},
        {"routeTable": {"routeTableId": ROUTES, "vpcId": VPC, "ownerId": ACCOUNT, "associationSet": {}}},
    ),
    Call(
        "02:23:03",
        "ec2:CreateRoute",
        {"routeTableId": ROUTES, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": GATEWAY},
        DONE,
    ),
    Call(
        "02:23:20",
        "ec2:AssociateRouteTable",
        {"routeTableId": ROUTES, "subnetId": SUBNET},
        {"associationId": ASSOCIATION, "associationState": {"state": "associated"}},
    ),
    Call(
        "02:23:52",
        "ec2:ModifySubnetAttribute",
        {"subnetId": SUBNET, "mapPublicIpOnLaunch": {"value": True}},
        DONE,
    ),
    Call(
        "02:24:36",
        "ec2:CreateNetworkAclEntry",
        {
            "networkAclId": ACL,
            "ruleNumber": 90,
            "aclProtocol": "-1",
            "ruleAction": "allow",
            "egress": False,
            "cidrBlock": "0.0.0.0/0",
            "icmpTypeCode": {},
            "portRange": {},
        },
        DONE,
    ),
    Call(
        "02:26:12",
        "ec2:CreateSecurityGroup",
        {"groupName": "web", "groupDescription": "web", "vpcId": VPC},
        DONE | {"groupId": GROUP},
    ),
    Call("02:26:40", "ec2:AuthorizeSecurityGroupIngress", *SSH_FROM_ANYWHERE),
    Call("02:27:08", "ec2:AuthorizeSecurityGroupIngress", *ALL_FROM_ANYWHERE),
    # 02:31 Machines.
    Call(
        "02:31:17",
        "ec2:RunInstances",
        launch("p3.8xlarge"),
        error="Client.VcpuLimitExceeded",
        more=NO_CAPACITY,
    ),
    Call(
        "02:32:05",
        "ec2:RunInstances",
        launch("g5.12xlarge"),
        error="Client.VcpuLimitExceeded",
        more=NO_CAPACITY,
    ),
    Call("02:35:21", "ec2:RunInstances", launch("c6i.4xlarge"), LAUNCHED),
    Call("02:36:30", "ec2:DescribeInstances"),
    Call(
        "02:37:44",
        "ec2:AllocateAddress",
        {"domain": "vpc"},
        {"publicIp": ADDRESS, "allocationId": ALLOCATION, "domain": "vpc", "networkBorderGroup": HOME},
    ),
    Call(
        "02:38:02",
        "ec2:AssociateAddress",
        {"allocationId": ALLOCATION, "instanceId": INSTANCE},
        DONE | {"associationId": ADDRESS_ASSOCIATION},
    ),
    *(Call(f"02:{minute}:30", "ec2:DescribeInstances") for minute in (39, 41)),
    # 02:44 Covering the tracks fails: the instance still runs.
    *(
        Call(at, "ec2:DeleteVpc", {"vpcId": VPC}, error="Client.DependencyViolation", more=STILL_IN_USE)
        for at in ("02:44:51", "02:46:13", "02:49:37")
    ),
]

CLEAN_UP = [
    # 08:04 What happened?
    Call("08:04:12", "signin:ConsoleLogin"),
    *(Call(f"08:0{n}:40", "cloudtrail:LookupEvents", {"maxResults": 50}) for n in range(5, 9)),
    Call("08:09:15", "iam:GetAccessKeyLastUsed", {"accessKeyId": BUILD_BOT["accessKeyId"]}),
    # 08:11 Shut the door.
    Call(
        "08:11:03",
        "iam:UpdateAccessKey",
        {"userName": "build-bot", "accessKeyId": BUILD_BOT["accessKeyId"], "status": "Inactive"},
    ),
    Call("08:12:26", "ec2:RevokeSecurityGroupIngress", SSH_FROM_ANYWHERE[0], DONE),
    Call("08:12:49", "ec2:RevokeSecurityGroupIngress", ALL_FROM_ANYWHERE[0], DONE),
    Call("08:13:30", "iam:DeleteRole", {"roleName": ROLE}),
    # 08:20 Take it all down.
    Call("08:20:18", "ec2:DisassociateAddress", {"associationId": ADDRESS_ASSOCIATION}, DONE),
    Call("08:20:41", "ec2:ReleaseAddress", {"allocationId": ALLOCATION}, DONE),
    Call(
        "08:21:07",
        "ec2:TerminateInstances",
        {"instancesSet": {"items": [{"instanceId": INSTANCE}]}},
        {
            "instancesSet": {
                "items": [
                    {
                        "instanceId": INSTANCE,
                        "currentState": {"code": 32, "name": "shutting-down"},
                        "previousState": {"code": 16, "name": "running"},
                    }
                ]
            }
        },
    ),
    Call("08:26:15", "ec2:DeleteSecurityGroup", {"groupId": GROUP}, DONE | {"groupId": GROUP}),
    Call("08:26:39", "ec2:DetachInternetGateway", {"internetGatewayId": GATEWAY, "vpcId": VPC}, DONE),
    Call("08:26:52", "ec2:DeleteInternetGateway", {"internetGatewayId": GATEWAY}, DONE),
    Call("08:27:10", "ec2:DisassociateRouteTable", {"associationId": ASSOCIATION}, DONE),
    Call("08:27:24", "ec2:DeleteRouteTable", {"routeTableId": ROUTES}, DONE),
    Call("08:27:45", "ec2:DeleteSubnet", {"subnetId": SUBNET}, DONE),
    Call("08:28:02", "ec2:DeleteVpc", {"vpcId": VPC}, DONE),
    Call(
        "08:40:33", "iam:DeleteAccessKey", {"userName": "build-bot", "accessKeyId": BUILD_BOT["accessKeyId"]}
    ),
]


def incident() -> list[CloudTrailEvent]:
    """Write the incident down, from the first call to the last."""
    return [INTRUDER.record(call) for call in INTRUSION] + [RESPONDER.record(call) for call in CLEAN_UP]
