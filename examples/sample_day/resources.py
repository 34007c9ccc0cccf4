"""How a line of the inventory becomes an item, as AWS Config records resources."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sample_day.calls import ACCOUNT, HOME, Json
from trailguard.testing import configuration_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.config import ConfigurationItem

CANONICAL_ID = "0123456789abcdef" * 4
"""How S3 calls the account in ACLs."""

PRIVATE: Json = {
    "blockPublicAcls": True,
    "ignorePublicAcls": True,
    "blockPublicPolicy": True,
    "restrictPublicBuckets": True,
}


def recorded(
    resource_type: str,
    resource_id: str,
    at: str,
    configuration: Json,
    **more: Any,  # noqa: ANN401  # whatever configuration_item() takes
) -> ConfigurationItem:
    """Write down the state that a resource has since some time; AWS Config notices minutes later."""
    noticed = datetime.fromisoformat(at).replace(tzinfo=UTC) + timedelta(
        milliseconds=Random(resource_id).randrange(60_000, 400_000)
    )
    if resource_type.startswith("AWS::EC2::") and "tags" in more:
        tags = [{"key": key, "value": value} for key, value in more["tags"].items()]
        configuration = configuration | {"tags": tags}
    more.setdefault("region", "global" if resource_type.startswith("AWS::IAM::") else HOME)
    more.setdefault("resourceCreationTime", None)
    return configuration_item(resource_type, configuration, resource_id=resource_id, time=noticed, **more)


def arn(service: str, rest: str) -> str:
    """Name something of the account in its home region."""
    return f"arn:aws:{service}:{HOME}:{ACCOUNT}:{rest}"


@dataclass(frozen=True)
class Network:
    """A VPC; what is in it is tagged as it is."""

    id: str
    name: str
    block: str
    gateway: str
    tags: dict[str, str]

    def tagged(self, name: str) -> dict[str, str]:
        """Give the tags of something in it."""
        return {"Name": name, **self.tags}

    def items(self, at: str, gateway_at: str) -> Iterator[ConfigurationItem]:
        """Write it down, and its internet gateway."""
        attached: Json = {"vpcId": self.id, "state": "available"}
        yield recorded(
            "AWS::EC2::VPC",
            self.id,
            at,
            {
                "vpcId": self.id,
                "ownerId": ACCOUNT,
                "cidrBlock": self.block,
                "state": "available",
                "isDefault": False,
                "instanceTenancy": "default",
            },
            tags=self.tagged(self.name),
            relationships=[("AWS::EC2::InternetGateway", self.gateway)],
            availabilityZone="Multiple Availability Zones",
        )
        yield recorded(
            "AWS::EC2::InternetGateway",
            self.gateway,
            gateway_at,
            {"internetGatewayId": self.gateway, "ownerId": ACCOUNT, "attachments": [attached]},
            tags=self.tagged(self.name),
            relationships=[("AWS::EC2::VPC", self.id)],
            availabilityZone="Multiple Availability Zones",
        )

    def route_table(
        self, table: str, name: str, at: str, routes: dict[str, Json], subnets: tuple[Subnet, ...] = ()
    ) -> ConfigurationItem:
        """Write a route table down: where each block leads; a table without subnets is the main one."""
        targets = {self.block: {"gatewayId": "local"}} | routes
        return recorded(
            "AWS::EC2::RouteTable",
            table,
            at,
            {
                "routeTableId": table,
                "vpcId": self.id,
                "ownerId": ACCOUNT,
                "routes": [
                    {
                        "destinationCidrBlock": block,
                        **target,
                        "state": "active",
                        "origin": "CreateRouteTable" if block == self.block else "CreateRoute",
                    }
                    for block, target in targets.items()
                ],
                "associations": [
                    {"routeTableId": table, "subnetId": subnet.id, "main": False} for subnet in subnets
                ]
                or [{"routeTableId": table, "main": True}],
                "propagatingVgws": [],
            },
            tags=self.tagged(name),
            relationships=[
                ("AWS::EC2::VPC", self.id),
                *(("AWS::EC2::Subnet", subnet.id) for subnet in subnets),
            ],
        )


@dataclass(frozen=True)
class Subnet:
    """A part of a network, in one availability zone."""

    id: str
    name: str
    network: Network
    block: str
    zone: str
    hands_out: bool = False

    def item(self, at: str) -> ConfigurationItem:
        """Write it down."""
        return recorded(
            "AWS::EC2::Subnet",
            self.id,
            at,
            {
                "subnetId": self.id,
                "vpcId": self.network.id,
                "ownerId": ACCOUNT,
                "cidrBlock": self.block,
                "availabilityZone": HOME + self.zone,
                "state": "available",
                "defaultForAz": False,
                "mapPublicIpOnLaunch": self.hands_out,
                "assignIpv6AddressOnCreation": False,
                "ipv6CidrBlockAssociationSet": [],
            },
            tags=self.network.tagged(self.name),
            relationships=[("AWS::EC2::VPC", self.network.id)],
            availabilityZone=HOME + self.zone,
        )


@dataclass(frozen=True)
class Group:
    """A security group: from where which TCP port is open."""

    id: str
    name: str
    network: Network
    description: str
    inbound: tuple[tuple[int, str | Group], ...] = ()

    def item(self, at: str) -> ConfigurationItem:
        """Write it down."""
        return recorded(
            "AWS::EC2::SecurityGroup",
            self.id,
            at,
            {
                "groupId": self.id,
                "groupName": self.name,
                "description": self.description,
                "ownerId": ACCOUNT,
                "vpcId": self.network.id,
                "ipPermissions": [
                    permission(source, ipProtocol="tcp", fromPort=port, toPort=port)
                    for port, source in self.inbound
                ],
                "ipPermissionsEgress": [permission("0.0.0.0/0", ipProtocol="-1")],
            },
            tags=self.network.tagged(self.name),
            relationships=[("AWS::EC2::VPC", self.network.id)],
            resourceName=self.name,
        )


def permission(other: str | Group, **traffic: object) -> Json:
    """Let traffic from or to somewhere through; AWS Config says a block twice."""
    ranges = [other] if isinstance(other, str) else []
    return {
        **traffic,
        "ipRanges": ranges,
        "ipv4Ranges": [{"cidrIp": block} for block in ranges],
        "ipv6Ranges": [],
        "prefixListIds": [],
        "userIdGroupPairs": [{"groupId": other.id, "userId": ACCOUNT}] if isinstance(other, Group) else [],
    }


@dataclass(frozen=True)
class Interface:
    """A network interface, and what AWS says about it."""

    id: str
    subnet: Subnet
    address: str
    groups: tuple[Group, ...] = ()
    public: str | None = None
    more: Json = field(default_factory=dict)

    @property
    def shape(self) -> Json:
        """What instances show of it, too."""
        association: Json = {}
        if self.public is not None:
            host = f"ec2-{self.public.replace('.', '-')}.{HOME}.compute.amazonaws.com"
            association["association"] = {"publicIp": self.public, "publicDnsName": host}
        return {
            "networkInterfaceId": self.id,
            "subnetId": self.subnet.id,
            "vpcId": self.subnet.network.id,
            "ownerId": ACCOUNT,
            "status": "in-use",
            "privateIpAddress": self.address,
            "privateIpAddresses": [{"primary": True, "privateIpAddress": self.address, **association}],
            "ipv6Addresses": [],
            "sourceDestCheck": True,
            "groups": [{"groupId": group.id, "groupName": group.name} for group in self.groups],
            **association,
        }

    def item(self, at: str, instance: str | None = None) -> ConfigurationItem:
        """Write it down."""
        attachment: Json = {"status": "attached", "deviceIndex": 0, "deleteOnTermination": True}
        if instance is not None:
            attachment |= {"instanceId": instance, "instanceOwnerId": ACCOUNT}
        return recorded(
            "AWS::EC2::NetworkInterface",
            self.id,
            at,
            {
                **self.shape,
                "interfaceType": "interface",
                "description": "",
                "requesterManaged": "requesterId" in self.more,
                "attachment": attachment,
                **self.more,
            },
            relationships=[
                ("AWS::EC2::VPC", self.subnet.network.id),
                ("AWS::EC2::Subnet", self.subnet.id),
                *(("AWS::EC2::SecurityGroup", group.id) for group in self.groups),
                *([("AWS::EC2::Instance", instance)] if instance else []),
            ],
            availabilityZone=HOME + self.subnet.zone,
        )


@dataclass(frozen=True)
class Machine:
    """An instance, with one network interface and one encrypted volume."""

    id: str
    name: str
    kind: str
    image: str
    interface: Interface
    volume: str
    role: str | None = None
    tokens: str = "required"

    def items(self, launched: str, key: str) -> Iterator[ConfigurationItem]:
        """Write down what came with the launch."""
        subnet = self.interface.subnet
        zone, tags = HOME + subnet.zone, subnet.network.tagged(self.name)
        address = {"publicIpAddress": self.interface.public} if self.interface.public else {}
        profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/{self.role}"
        yield recorded(
            "AWS::EC2::Instance",
            self.id,
            launched,
            {
                "instanceId": self.id,
                "imageId": self.image,
                "instanceType": self.kind,
                "state": {"code": 16, "name": "running"},
                "launchTime": f"{launched}.000Z",
                "placement": {"availabilityZone": zone, "tenancy": "default"},
                "vpcId": subnet.network.id,
                "subnetId": subnet.id,
                "privateIpAddress": self.interface.address,
                **address,
                "iamInstanceProfile": {"arn": profile} if self.role else None,
                "metadataOptions": {
                    "state": "applied",
                    "httpTokens": self.tokens,
                    "httpPutResponseHopLimit": 1,
                    "httpEndpoint": "enabled",
                },
                "securityGroups": self.interface.shape["groups"],
                "networkInterfaces": [self.interface.shape],
                "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeId": self.volume}}],
            },
            tags=tags,
            relationships=[
                ("AWS::EC2::VPC", subnet.network.id),
                ("AWS::EC2::Subnet", subnet.id),
                ("AWS::EC2::NetworkInterface", self.interface.id),
                ("AWS::EC2::Volume", self.volume),
                *(("AWS::EC2::SecurityGroup", group.id) for group in self.interface.groups),
            ],
            availabilityZone=zone,
            resourceCreationTime=f"{launched}.000Z",
        )
        yield self.interface.item(launched, self.id)
        yield recorded(
            "AWS::EC2::Volume",
            self.volume,
            launched,
            {
                "volumeId": self.volume,
                "size": 20,
                "volumeType": "gp3",
                "state": "in-use",
                "encrypted": True,
                "kmsKeyId": key,
                "availabilityZone": zone,
                "attachments": [{"instanceId": self.id, "device": "/dev/xvda", "state": "attached"}],
            },
            tags=tags,
            relationships=[("AWS::EC2::Instance", self.id)],
            availabilityZone=zone,
            resourceCreationTime=f"{launched}.000Z",
        )


def nat_gateway(
    gateway: str, name: str, allocation: str, interface: Interface, at: str
) -> Iterator[ConfigurationItem]:
    """Write down a public NAT gateway, its address and its interface."""
    network = interface.subnet.network
    yield recorded(
        "AWS::EC2::NatGateway",
        gateway,
        at,
        {
            "natGatewayId": gateway,
            "vpcId": network.id,
            "subnetId": interface.subnet.id,
            "connectivityType": "public",
            "state": "available",
            "natGatewayAddresses": [
                {
                    "allocationId": allocation,
                    "networkInterfaceId": interface.id,
                    "privateIp": interface.address,
                    "publicIp": interface.public,
                }
            ],
        },
        tags=network.tagged(name),
        relationships=[("AWS::EC2::VPC", network.id), ("AWS::EC2::Subnet", interface.subnet.id)],
    )
    yield elastic_address(allocation, name, interface, at)
    yield interface.item(at)


def elastic_address(allocation: str, name: str, interface: Interface, at: str) -> ConfigurationItem:
    """Write down an Elastic IP address and where it is."""
    return recorded(
        "AWS::EC2::EIP",
        allocation,
        at,
        {
            "publicIp": interface.public,
            "allocationId": allocation,
            "domain": "vpc",
            "networkInterfaceId": interface.id,
            "networkInterfaceOwnerId": ACCOUNT,
            "privateIpAddress": interface.address,
        },
        tags=interface.subnet.network.tagged(name),
        relationships=[("AWS::EC2::NetworkInterface", interface.id)],
        resourceName=interface.public,
        ARN=arn("ec2", f"eip-allocation/{allocation}"),
    )


def endpoint(
    endpoint_id: str, service: str, network: Network, statement: Json, at: str, **more: object
) -> ConfigurationItem:
    """Write down a VPC endpoint, whose policy is one statement."""
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    return recorded(
        "AWS::EC2::VPCEndpoint",
        endpoint_id,
        at,
        {
            "vpcEndpointId": endpoint_id,
            "vpcId": network.id,
            "serviceName": f"com.amazonaws.{HOME}.{service}",
            "state": "available",
            "policyDocument": json.dumps(policy),
            **more,
        },
        tags=network.tagged(f"{network.name}-{service}"),
        relationships=[("AWS::EC2::VPC", network.id)],
    )


def role(session: Json, at: str, trust: Json, *policies: str) -> ConfigurationItem:
    """Write down the role of a session, whom it trusts (one statement), and its managed policies."""
    issuer = session["sessionContext"]["sessionIssuer"]
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **trust}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    path = issuer["arn"].partition(":role")[2].removesuffix(issuer["userName"])
    return recorded(
        "AWS::IAM::Role",
        issuer["principalId"],
        at,
        {
            "path": path,
            "roleName": issuer["userName"],
            "roleId": issuer["principalId"],
            "arn": issuer["arn"],
            "createDate": f"{at}.000Z",
            "assumeRolePolicyDocument": quote(document, safe=""),
            "rolePolicyList": [],
            "instanceProfileList": [],
            "attachedManagedPolicies": [
                {"policyName": policy.rpartition("/")[2], "policyArn": f"arn:aws:iam::aws:policy/{policy}"}
                for policy in policies
            ],
        },
        ARN=issuer["arn"],
        resourceName=issuer["userName"],
        resourceCreationTime=f"{at}.000Z",
    )


def bucket(name: str, at: str, policy: Json, *grants: str, block: Json | None = PRIVATE) -> ConfigurationItem:
    """Write down a bucket: one statement of policy, and which groups may read what is in it."""
    owner = {"displayName": None, "id": CANONICAL_ID}
    grant_list = [
        {"grantee": owner, "permission": "FullControl"},
        *({"grantee": group, "permission": "Read"} for group in grants),
    ]
    acl = {"grantSet": None, "grantList": grant_list, "owner": owner, "isRequesterCharged": False}
    named = {"Resource": f"arn:aws:s3:::{name}/*", **policy}
    return recorded(
        "AWS::S3::Bucket",
        name,
        at,
        {"name": name, "creationDate": f"{at}.000Z", "owner": owner},
        supplementary={
            "AccessControlList": json.dumps(acl),
            "BucketPolicy": {"policyText": json.dumps({"Version": "2012-10-17", "Statement": [named]})},
            "BucketVersioningConfiguration": {"status": "Enabled", "isMfaDeleteEnabled": None},
            **({"PublicAccessBlockConfiguration": block} if block else {}),
        },
        tags={"team": "shop", "stage": "production"},
        availabilityZone="Regional",
        resourceCreationTime=f"{at}.000Z",
    )
