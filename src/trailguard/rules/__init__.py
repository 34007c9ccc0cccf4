"""The rules that come with trailguard: one a file, a folder for each domain."""

from trailguard._rule import Rule
from trailguard.rules.ec2.ec2_blocked_action import ec2_blocked_action
from trailguard.rules.ec2.elastic_address_associated import elastic_address_associated
from trailguard.rules.ec2.instance_launched_with_public_address import instance_launched_with_public_address
from trailguard.rules.ec2.internet_gateway_attached import internet_gateway_attached
from trailguard.rules.ec2.network_acl_lets_everything_in import network_acl_lets_everything_in
from trailguard.rules.ec2.route_to_internet_gateway import route_to_internet_gateway
from trailguard.rules.ec2.security_group_opened_to_internet import security_group_opened_to_internet
from trailguard.rules.ec2.subnet_assigns_public_addresses import subnet_assigns_public_addresses
from trailguard.rules.iam.role_trusts_anyone import role_trusts_anyone

__all__ = ["BUILTIN_RULES"]

BUILTIN_RULES: tuple[Rule, ...] = (
    ec2_blocked_action,
    elastic_address_associated,
    instance_launched_with_public_address,
    internet_gateway_attached,
    network_acl_lets_everything_in,
    role_trusts_anyone,
    route_to_internet_gateway,
    security_group_opened_to_internet,
    subnet_assigns_public_addresses,
)
