"""The rules that come with trailguard: one a file, a folder for each domain.

Rules about calls are called for what was done (``opened``, ``attached``), rules about configuration items for
what is (``is``, ``has``, ``lets``).
"""

from trailguard._rule import Rule
from trailguard.rules.ec2.ec2_blocked_action import ec2_blocked_action
from trailguard.rules.ec2.elastic_address_associated import elastic_address_associated
from trailguard.rules.ec2.instance_allows_imdsv1 import instance_allows_imdsv1
from trailguard.rules.ec2.instance_has_public_address import instance_has_public_address
from trailguard.rules.ec2.instance_launched_with_public_address import instance_launched_with_public_address
from trailguard.rules.ec2.internet_gateway_attached import internet_gateway_attached
from trailguard.rules.ec2.network_acl_lets_everything_in import network_acl_lets_everything_in
from trailguard.rules.ec2.route_to_internet_gateway import route_to_internet_gateway
from trailguard.rules.ec2.security_group_opened_to_internet import security_group_opened_to_internet
from trailguard.rules.ec2.subnet_assigns_public_addresses import subnet_assigns_public_addresses
from trailguard.rules.iam.role_open_to_anyone import role_open_to_anyone
from trailguard.rules.iam.role_trusts_anyone import role_trusts_anyone
from trailguard.rules.rds.database_is_publicly_accessible import database_is_publicly_accessible
from trailguard.rules.rds.database_snapshot_is_public import database_snapshot_is_public
from trailguard.rules.s3.bucket_is_public import bucket_is_public
from trailguard.rules.vpc.egress_only_gateway_in_internal_network import (
    egress_only_gateway_in_internal_network,
)
from trailguard.rules.vpc.endpoint_service_accepts_anyone import endpoint_service_accepts_anyone
from trailguard.rules.vpc.internet_gateway_in_use import internet_gateway_in_use
from trailguard.rules.vpc.nat_gateway_in_internal_network import nat_gateway_in_internal_network
from trailguard.rules.vpc.network_interface_has_public_address import network_interface_has_public_address
from trailguard.rules.vpc.route_table_leads_to_internet import route_table_leads_to_internet
from trailguard.rules.vpc.security_group_lets_internet_in import security_group_lets_internet_in
from trailguard.rules.vpc.subnet_hands_out_public_addresses import subnet_hands_out_public_addresses
from trailguard.rules.vpc.vpc_endpoint_allows_everything import vpc_endpoint_allows_everything
from trailguard.rules.vpc.vpc_peered_with_untrusted_account import vpc_peered_with_untrusted_account
from trailguard.rules.vpc.vpc_reaches_internet import vpc_reaches_internet
from trailguard.rules.vpc.vpn_gateway_in_internal_network import vpn_gateway_in_internal_network

__all__ = ["BUILTIN_RULES"]

BUILTIN_RULES: tuple[Rule, ...] = (
    bucket_is_public,
    database_is_publicly_accessible,
    database_snapshot_is_public,
    ec2_blocked_action,
    egress_only_gateway_in_internal_network,
    elastic_address_associated,
    endpoint_service_accepts_anyone,
    instance_allows_imdsv1,
    instance_has_public_address,
    instance_launched_with_public_address,
    internet_gateway_attached,
    internet_gateway_in_use,
    nat_gateway_in_internal_network,
    network_acl_lets_everything_in,
    network_interface_has_public_address,
    role_open_to_anyone,
    role_trusts_anyone,
    route_table_leads_to_internet,
    route_to_internet_gateway,
    security_group_lets_internet_in,
    security_group_opened_to_internet,
    subnet_assigns_public_addresses,
    subnet_hands_out_public_addresses,
    vpc_endpoint_allows_everything,
    vpc_peered_with_untrusted_account,
    vpc_reaches_internet,
    vpn_gateway_in_internal_network,
)
