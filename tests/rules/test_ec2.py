import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.rules._ec2 import resource_of
from trailguard.rules._json import text
from trailguard.testing import cloudtrail_event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["items", "item", "tag", "content", "vpcId"]), inner, max_size=3)
    ),
)


@pytest.mark.parametrize(
    ("action", "request_parameters", "response", "resource"),
    [
        (
            "CreateVpc",
            {"cidrBlock": "10.0.0.0/16"},
            {"vpc": {"dhcpOptionsId": "dopt-1", "vpcId": "vpc-1"}},
            "vpc-1",
        ),
        ("DeleteSubnet", {"subnetId": "subnet-1"}, {"requestId": "3f", "_return": True}, "subnet-1"),
        (
            "CreateSubnet",
            {"vpcId": "vpc-1"},
            {"subnet": {"vpcId": "vpc-1", "subnetId": "subnet-1"}},
            "subnet-1",
        ),
        ("CreateSubnet", {"availabilityZoneId": "use1-az2", "vpcId": "vpc-1"}, None, "vpc-1"),
        ("AttachInternetGateway", {"vpcId": "vpc-1", "internetGatewayId": "igw-1"}, None, "igw-1"),
        ("CreateSecurityGroup", {"vpcId": "vpc-1"}, {"requestId": "3f", "groupId": "sg-1"}, "sg-1"),
        ("CreateRouteTable", {"vpcId": "vpc-1"}, {"routeTable": {"routeTableId": "rtb-1"}}, "rtb-1"),
        ("DeleteRoute", {"destinationPrefixListId": "pl-1", "routeTableId": "rtb-1"}, None, "rtb-1"),
        ("DisassociateRouteTable", {"associationId": "rtbassoc-1"}, {"requestId": "3f"}, "rtbassoc-1"),
        (
            "ReplaceNetworkAclAssociation",
            {"associationId": "aclassoc-1", "networkAclId": "acl-1"},
            None,
            "acl-1",
        ),
        ("DeleteNetworkAclEntry", {"networkAclId": "acl-1", "ruleNumber": 100}, None, "acl-1"),
        ("AssociateVpcCidrBlock", {"ipv6IpamPoolId": "ipam-pool-1", "vpcId": "vpc-1"}, None, "vpc-1"),
        ("DeleteDhcpOptions", {"dhcpOptionsId": "dopt-1"}, None, "dopt-1"),
        ("MoveAddressToVpc", {"publicIp": "203.0.113.5"}, {"allocationId": "eipalloc-1"}, "eipalloc-1"),
        (
            "CreateTransitGatewayRoute",
            {
                "CreateTransitGatewayRouteRequest": {
                    "TransitGatewayAttachmentId": "tgw-attach-1",
                    "TransitGatewayRouteTableId": "tgw-rtb-1",
                }
            },
            None,
            "tgw-rtb-1",
        ),
        (
            "CreateTransitGatewayVpcAttachment",
            {"CreateTransitGatewayVpcAttachmentRequest": {"TransitGatewayId": "tgw-1", "VpcId": "vpc-1"}},
            {
                "CreateTransitGatewayVpcAttachmentResponse": {
                    "transitGatewayVpcAttachment": {
                        "transitGatewayId": "tgw-1",
                        "transitGatewayAttachmentId": "tgw-attach-1",
                    }
                }
            },
            "tgw-attach-1",
        ),
        (
            "CreateNatGateway",
            {
                "CreateNatGatewayRequest": {
                    "AllocationId": "eipalloc-1",
                    "SubnetId": "subnet-1",
                    "ClientToken": "5c",
                }
            },
            {
                "CreateNatGatewayResponse": {
                    "requestId": "3f",
                    "natGateway": {"subnetId": "subnet-1", "vpcId": "vpc-1", "natGatewayId": "nat-1"},
                }
            },
            "nat-1",
        ),
        (
            "DeleteVpcEndpoints",
            {"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": "vpce-1"}}},
            None,
            "vpce-1",
        ),
        (
            "DeleteVpcEndpoints",
            {
                "DeleteVpcEndpointsRequest": {
                    "VpcEndpointId": [{"tag": 1, "content": "vpce-1"}, {"tag": 2, "content": "vpce-2"}]
                }
            },
            None,
            "vpce-1",
        ),
        (
            "ModifyVpcEndpointServicePermissions",
            {"ModifyVpcEndpointServicePermissionsRequest": {"ServiceId": "vpce-svc-1"}},
            None,
            "vpce-svc-1",
        ),
        (
            "CreateTags",
            {"resourcesSet": {"items": [{"resourceId": "vpc-1"}, {"resourceId": "vpc-2"}]}, "tagSet": {}},
            None,
            "vpc-1",
        ),
        ("CreateDefaultVpc", {}, {"vpc": {"ownerId": "111122223333"}}, None),
        ("DeleteVpc", {"vpcId": None}, {"requestId": "3f"}, None),
        ("DeleteVpc", {"vpcId": []}, None, None),
        ("DeleteVpc", {"vpcId": ""}, None, None),
        ("DeleteVpc", None, None, None),
    ],
)
def test_the_resource_a_call_is_about(
    action: str, request_parameters: dict[str, object], response: dict[str, object], resource: str | None
) -> None:
    event = cloudtrail_event(f"ec2:{action}", request=request_parameters, response=response)

    assert resource_of(event) == resource


@given(st.dictionaries(st.sampled_from(["vpcId", "vpc", "resourcesSet", "VpcId"]), JSON, max_size=3))
def test_any_json_has_a_resource_or_none(parameters: dict[str, object]) -> None:
    event = cloudtrail_event("ec2:DeleteVpc").model_copy(update={"request_parameters": parameters})

    assert resource_of(event) is None or text(resource_of(event))


def test_ids_far_down_are_not_looked_for() -> None:
    """A hostile record cannot make the search go deep."""
    nested: dict[str, object] = {"vpcId": "vpc-1"}
    for _ in range(50):
        nested = {"deeper": nested}

    assert resource_of(cloudtrail_event("ec2:DeleteVpc", request=nested)) is None
