"""What is called in made-up traffic: tables of API calls.

The shapes of requests and responses are those of the services' API references, as CloudTrail writes them.
Nothing in it was recorded anywhere. ``<vpc>`` stands for the id of some VPC, the same one throughout a
record, and so on with other resources; ``<n>`` for a number, ``<uuid>`` for a UUID that there was not before,
and ``<request>`` for the record's own ``requestID``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trailguard.testing import DEFAULT_ACCOUNT_ID

__all__ = ["BY_SERVICES", "LISTENED", "QUIET", "REGION", "Call"]

REGION = "eu-west-1"
ACCOUNT = DEFAULT_ACCOUNT_ID
BUCKET = "amzn-s3-demo-bucket-<n>"
FUNCTION = "orders-<n>"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-function-<n>"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/5c1e7a90-3b2d-4f68-9a07-0<n>EXAMPLE"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/database-<n>-EXAMPLE"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/shop/orders-<n>/settings"


@dataclass(frozen=True)
class Call:
    """An API call, as it is made again and again.

    Attributes:
        action: such as ``ec2:RunInstances``.
        weight: how often it is made, compared to the others of its table.
        request: its ``requestParameters``.
        response: its ``responseElements``; CloudTrail writes none of most calls that only read.
        resource: the type and the ARN of what its ``resources`` name.
        error: how it fails where it does, by code and message; most are denied.
        reads: whether it only reads.
    """

    action: str
    weight: int
    request: Any = None
    response: Any = None
    resource: tuple[str, str] | None = None
    error: tuple[str, str] | None = None
    reads: bool = True


def _items(*items: object) -> dict[str, Any]:
    return {"items": list(items)}


def _filter(name: str, *values: str) -> dict[str, Any]:
    """Ask EC2 for what belongs to something."""
    valued = _items(*({"value": value} for value in values))
    return {"maxResults": 1000, "filterSet": _items({"name": name, "valueSet": valued})}


def _bucket(action: str, weight: int, what: str, error: tuple[str, str] | None = None) -> Call:
    """Ask S3 for what belongs to a bucket."""
    request = {"bucketName": BUCKET, "Host": f"{BUCKET}.s3.{REGION}.amazonaws.com", what: ""}
    return Call(f"s3:{action}", weight, request, None, ("AWS::S3::Bucket", f"arn:aws:s3:::{BUCKET}"), error)


def _write(action: str, weight: int, request: dict[str, Any], response: dict[str, Any] | None = None) -> Call:
    if response is None and action.startswith("ec2:"):
        response = {"requestId": "<request>", "_return": True}
    return Call(action, weight, request, response, reads=False)


def _tags(kind: str) -> dict[str, Any]:
    tags = {"Name": f"shop-<n>-{kind}", "CostCenter": "41<n>", "ManagedBy": "terraform"}
    return _items({"resourceType": kind, "tags": [{"key": k, "value": v} for k, v in tags.items()]})


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"Function","Effect":"Allow",'
    '"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole",'
    f'"Condition":{{"StringEquals":{{"aws:SourceAccount":"{ACCOUNT}"}}}}}}]}}'
)

LAUNCH = {
    "instancesSet": _items({"imageId": "<ami>", "minCount": 1, "maxCount": 1}),
    "instanceType": "m7g.large",
    "blockDeviceMapping": _items({"deviceName": "/dev/xvda", "ebs": {"volumeSize": 30, "encrypted": True}}),
    "monitoring": {"enabled": False},
    "disableApiTermination": False,
    "clientToken": "<uuid>",
    "networkInterfaceSet": _items({"networkInterfaceId": "<eni>", "deviceIndex": 0}),
    "iamInstanceProfile": {"name": "app-server"},
    "ebsOptimized": False,
    "tagSpecificationSet": _tags("instance"),
}

INSTANCE = {
    "instanceId": "<i>",
    "imageId": "<ami>",
    "instanceState": {"code": 0, "name": "pending"},
    "privateDnsName": f"ip-10-20-1-<n>.{REGION}.compute.internal",
    "amiLaunchIndex": 0,
    "instanceType": "m7g.large",
    "launchTime": 1772439246000,
    "placement": {"availabilityZone": f"{REGION}a", "tenancy": "default"},
    "monitoring": {"state": "disabled"},
    "subnetId": "<subnet>",
    "vpcId": "<vpc>",
    "privateIpAddress": "10.20.1.<n>",
    "stateReason": {"code": "pending", "message": "pending"},
    "architecture": "arm64",
    "rootDeviceType": "ebs",
    "rootDeviceName": "/dev/xvda",
    "blockDeviceMapping": {},
    "virtualizationType": "hvm",
    "hypervisor": "xen",
    "tagSet": _items({"key": "Name", "value": "shop-<n>-instance"}, {"key": "CostCenter", "value": "41<n>"}),
    "groupSet": _items({"groupId": "<sg>", "groupName": "app"}),
    "networkInterfaceSet": _items({"networkInterfaceId": "<eni>", "subnetId": "<subnet>", "vpcId": "<vpc>"}),
    "sourceDestCheck": True,
    "cpuOptions": {"coreCount": 2, "threadsPerCore": 1},
    "metadataOptions": {"state": "pending", "httpTokens": "required", "httpEndpoint": "enabled"},
}

SUBNET = {"vpcId": "<vpc>", "cidrBlock": "10.20.<n>.0/24", "availabilityZone": f"{REGION}a"}
SUBNET_MADE = {
    "subnetId": "<subnet>",
    "subnetArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/<subnet>",
    "state": "available",
    **SUBNET,
    "availableIpAddressCount": 251,
    "availabilityZoneId": "euw1-az2",
    "ownerId": ACCOUNT,
    "defaultForAz": False,
    "mapPublicIpOnLaunch": False,
    "assignIpv6AddressOnCreation": False,
    "tagSet": _items({"key": "Name", "value": "shop-<n>-subnet"}, {"key": "CostCenter", "value": "41<n>"}),
}

INGRESS = {
    "ipProtocol": "tcp",
    "fromPort": 5432,
    "toPort": 5432,
    "groups": {},
    "ipRanges": _items(*({"cidrIp": f"10.<n>.{n}.0/24", "description": "from the office"} for n in range(3))),
    "ipv6Ranges": {},
    "prefixListIds": {},
}
INGRESS_MADE = {
    "groupOwnerId": ACCOUNT,
    "groupId": "<sg>",
    "securityGroupRuleId": "<sgr>",
    "isEgress": False,
    "ipProtocol": "tcp",
    "fromPort": 5432,
    "toPort": 5432,
    "cidrIpv4": "10.<n>.0.0/24",
}

ROLE_MADE = {
    "path": "/",
    "roleName": "shop-function-<n>",
    "roleId": "AROA0000000<n>EXAMPLE",
    "arn": ROLE,
    "createDate": "Mar 2, 2026, 8:14:06 AM",
    "assumeRolePolicyDocument": TRUST.replace("{", "%7B").replace("}", "%7D").replace('"', "%22"),
}

CODE = {"functionName": FUNCTION, "s3Bucket": BUCKET, "s3Key": "build-<uuid>.zip", "publish": False}
FUNCTION_MADE = {
    "functionName": FUNCTION,
    "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}",
    "runtime": "python3.12",
    "role": ROLE,
    "handler": "app.handler",
    "codeSize": 1204221,
    "timeout": 30,
    "memorySize": 512,
    "version": "$LATEST",
    "tracingConfig": {"mode": "PassThrough"},
    "revisionId": "<uuid>",
    "state": "Active",
    "lastUpdateStatus": "InProgress",
    "packageType": "Zip",
    "architectures": ["arm64"],
}

AGENT = {
    "instanceId": "<i>",
    "agentStatus": "Active",
    "agentVersion": "3.3.1611.0",
    "agentName": "amazon-ssm-agent",
    "platformType": "Linux",
    "platformName": "Amazon Linux",
    "platformVersion": "2023",
    "iPAddress": "10.20.1.<n>",
}

CIPHER = {"SecretARN": SECRET, "SecretVersionId": "<uuid>"}
LAMBDA_STREAM = {"logGroupName": f"/aws/lambda/{FUNCTION}", "logStreamName": "2026/03/02/[$LATEST]<uuid>"}
HEALTH = {"filter": {"eventStatusCodes": ["open", "upcoming"]}, "aggregateField": "eventTypeCategory"}
NO_POLICY = ("NoSuchBucketPolicy", "The bucket policy does not exist")
NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
NO_DATABASE = ("DBInstanceNotFound", "DBInstance orders-<n> not found.")
THROTTLED = ("ThrottlingException", "Rate exceeded")

QUIET = (
    Call("ec2:DescribeRouteTables", 90, _filter("association.subnet-id", "<subnet>")),
    Call("ec2:DescribeNatGateways", 30, _filter("vpc-id", "<vpc>")),
    Call("ec2:DescribeVpcAttribute", 28, {"vpcId": "<vpc>", "attribute": "enableDnsSupport"}),
    Call("ec2:DescribeVpcs", 25, {"vpcSet": _items({"vpcId": "<vpc>"}), "filterSet": {}}),
    Call("ec2:DescribeSubnets", 25, {"subnetSet": _items({"subnetId": "<subnet>"}), "filterSet": {}}),
    Call("ec2:DescribeSecurityGroups", 25, _filter("group-id", "<sg>", "sg-0000000000EXAMPLE")),
    Call("ec2:DescribeInstances", 40, _filter("instance-state-name", "pending", "running", "stopping")),
    Call("ec2:DescribeInstanceAttribute", 15, {"instanceId": "<i>", "attribute": "userData"}),
    Call("ec2:DescribeNetworkInterfaces", 15, _filter("attachment.instance-id", "<i>")),
    Call("ec2:DescribeImages", 12, {"imagesSet": _items({"imageId": "<ami>"}), "filterSet": {}}),
    Call("ec2:DescribeVolumes", 20, {"volumeSet": {}, "filterSet": {}, "maxResults": 500}),
    _write("ec2:StopInstances", 6, {"instancesSet": _items({"instanceId": "<i>"}), "force": False}),
    Call("ssm:DescribeParameters", 60, {"maxResults": 50, "filters": [{"key": "Name"}]}, error=THROTTLED),
    Call(
        "ssm:GetParameter",
        60,
        {"name": "/shop/orders-<n>/settings", "withDecryption": True},
        resource=("AWS::SSM::Parameter", PARAMETER),
    ),
    _write("ssm:UpdateInstanceInformation", 60, AGENT),
    _write("ssm:PutParameter", 35, {"name": "/shop/orders-<n>/settings", "overwrite": True}, {"version": 12}),
    Call("iam:GetUser", 60),
    Call("iam:GetRole", 30, {"roleName": "shop-function-<n>"}),
    Call("iam:ListAttachedRolePolicies", 30, {"roleName": "shop-function-<n>"}),
    Call("iam:GetPolicy", 12, {"policyArn": f"arn:aws:iam::{ACCOUNT}:policy/shop-<n>"}),
    _bucket("GetBucketAcl", 30, "acl"),
    _bucket("GetBucketLogging", 20, "logging"),
    _bucket("GetBucketPolicy", 20, "policy", NO_POLICY),
    _bucket("GetBucketPublicAccessBlock", 20, "publicAccessBlock", NO_BLOCK),
    Call("kms:Decrypt", 110, {"encryptionContext": CIPHER}, resource=("AWS::KMS::Key", KEY)),
    Call("secretsmanager:GetSecretValue", 50, {"secretId": SECRET, "versionId": "<uuid>"}),
    Call("secretsmanager:DescribeSecret", 30, {"secretId": SECRET}),
    _write("secretsmanager:PutSecretValue", 20, {"secretId": SECRET}, {"arn": SECRET}),
    Call("rds:DescribeDBInstances", 40, {"dBInstanceIdentifier": FUNCTION}, error=NO_DATABASE),
    Call("rds:DescribeOrderableDBInstanceOptions", 30, {"engine": "postgres", "maxRecords": 100}),
    Call("lambda:GetFunction20150331v2", 30, {"functionName": FUNCTION}),
    _write("lambda:UpdateFunctionCode20150331v2", 14, CODE, FUNCTION_MADE),
    _write("logs:CreateLogStream", 40, LAMBDA_STREAM),
    Call("cloudtrail:LookupEvents", 15, {"maxResults": 50, "startTime": "Mar 1, 2026, 8:00:00 AM"}),
    Call("health:DescribeEventAggregates", 20, HEALTH),
    Call("monitoring:DescribeAlarms", 20, {"alarmNamePrefix": FUNCTION, "maxRecords": 100}),
    Call("sts:GetCallerIdentity", 25),
)
"""What people and programs call, and no built-in rule listens to."""

BY_SERVICES = (
    Call(
        "sts:AssumeRole",
        50,
        {"roleArn": ROLE, "roleSessionName": FUNCTION, "durationSeconds": 3600},
        {"credentials": {"accessKeyId": "ASIA0000000<n>EXAMPLE", "expiration": "Mar 2, 2026, 9:14:06 AM"}},
        ("AWS::IAM::Role", ROLE),
    ),
    Call("kms:GenerateDataKey", 30, {"keySpec": "AES_256", "keyId": KEY}, None, ("AWS::KMS::Key", KEY)),
    _bucket("GetBucketAcl", 20, "acl"),
)
"""What AWS's services call in the account; no built-in rule listens to it either."""

LISTENED = (
    _write("ec2:RunInstances", 10, LAUNCH, {"ownerId": ACCOUNT, "instancesSet": _items(INSTANCE)}),
    _write(
        "ec2:CreateTags", 30, {"resourcesSet": _items({"resourceId": "<i>"}), "tagSet": _tags("instance")}
    ),
    _write(
        "ec2:CreateSubnet", 10, SUBNET | {"tagSpecificationSet": _tags("subnet")}, {"subnet": SUBNET_MADE}
    ),
    _write(
        "ec2:AuthorizeSecurityGroupIngress",
        20,
        {"groupId": "<sg>", "ipPermissions": _items(INGRESS)},
        {"requestId": "<request>", "_return": True, "securityGroupRuleSet": _items(INGRESS_MADE)},
    ),
    _write("ec2:CreateRoute", 10, {"routeTableId": "<rtb>", "transitGatewayId": "<tgw>"}),
    _write("ec2:DeleteRouteTable", 10, {"routeTableId": "<rtb>"}),
    _write("ec2:ModifyNetworkInterfaceAttribute", 10, {"networkInterfaceId": "<eni>", "groupSet": {}}),
    _write(
        "iam:CreateRole",
        15,
        {"path": "/", "roleName": "shop-function-<n>", "assumeRolePolicyDocument": TRUST},
        {"role": ROLE_MADE},
    ),
)
"""What some built-in rule listens to; made up, it always succeeds."""
