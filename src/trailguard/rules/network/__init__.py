"""Rules about how traffic gets in and out: VPCs, gateways, routes, security groups, addresses."""

from trailguard._rule import Rule
from trailguard.rules.network.cluster_endpoint_opened import cluster_endpoint_opened
from trailguard.rules.network.database_port_opened import database_port_opened
from trailguard.rules.network.ec2_blocked_action import ec2_blocked_action
from trailguard.rules.network.egress_only_gateway_in_internal_network import (
    egress_only_gateway_in_internal_network,
)
from trailguard.rules.network.elastic_address_associated import elastic_address_associated
from trailguard.rules.network.endpoint_service_accepts_anyone import endpoint_service_accepts_anyone
from trailguard.rules.network.firewall_removed import firewall_removed
from trailguard.rules.network.firewall_rules_deleted import firewall_rules_deleted
from trailguard.rules.network.instance_has_public_address import instance_has_public_address
from trailguard.rules.network.instance_launched_with_public_address import (
    instance_launched_with_public_address,
)
from trailguard.rules.network.internet_gateway_attached import internet_gateway_attached
from trailguard.rules.network.internet_gateway_in_use import internet_gateway_in_use
from trailguard.rules.network.lightsail_ports_opened import lightsail_ports_opened
from trailguard.rules.network.nat_gateway_in_internal_network import nat_gateway_in_internal_network
from trailguard.rules.network.network_acl_changed import network_acl_changed
from trailguard.rules.network.network_acl_lets_everything_in import network_acl_lets_everything_in
from trailguard.rules.network.network_gateway_changed import network_gateway_changed
from trailguard.rules.network.network_interface_has_public_address import network_interface_has_public_address
from trailguard.rules.network.prefix_list_opened import prefix_list_opened
from trailguard.rules.network.private_zone_associated import private_zone_associated
from trailguard.rules.network.route_table_changed import route_table_changed
from trailguard.rules.network.route_table_leads_to_internet import route_table_leads_to_internet
from trailguard.rules.network.route_to_internet_gateway import route_to_internet_gateway
from trailguard.rules.network.security_group_changed import security_group_changed
from trailguard.rules.network.security_group_lets_internet_in import security_group_lets_internet_in
from trailguard.rules.network.security_group_opened_to_internet import security_group_opened_to_internet
from trailguard.rules.network.subnet_assigns_public_addresses import subnet_assigns_public_addresses
from trailguard.rules.network.subnet_hands_out_public_addresses import subnet_hands_out_public_addresses
from trailguard.rules.network.traffic_mirrored import traffic_mirrored
from trailguard.rules.network.vpc_block_public_access_relaxed import vpc_block_public_access_relaxed
from trailguard.rules.network.vpc_changed import vpc_changed
from trailguard.rules.network.vpc_endpoint_allows_everything import vpc_endpoint_allows_everything
from trailguard.rules.network.vpc_peered import vpc_peered
from trailguard.rules.network.vpc_peered_with_untrusted_account import vpc_peered_with_untrusted_account
from trailguard.rules.network.vpc_reaches_internet import vpc_reaches_internet
from trailguard.rules.network.vpn_gateway_in_internal_network import vpn_gateway_in_internal_network

__all__ = ["NETWORK_RULES"]

NETWORK_RULES: tuple[Rule, ...] = (
    cluster_endpoint_opened,
    database_port_opened,
    ec2_blocked_action,
    egress_only_gateway_in_internal_network,
    elastic_address_associated,
    endpoint_service_accepts_anyone,
    firewall_removed,
    firewall_rules_deleted,
    instance_has_public_address,
    instance_launched_with_public_address,
    internet_gateway_attached,
    internet_gateway_in_use,
    lightsail_ports_opened,
    nat_gateway_in_internal_network,
    network_acl_changed,
    network_acl_lets_everything_in,
    network_gateway_changed,
    network_interface_has_public_address,
    prefix_list_opened,
    private_zone_associated,
    route_table_changed,
    route_table_leads_to_internet,
    route_to_internet_gateway,
    security_group_changed,
    security_group_lets_internet_in,
    security_group_opened_to_internet,
    subnet_assigns_public_addresses,
    subnet_hands_out_public_addresses,
    traffic_mirrored,
    vpc_block_public_access_relaxed,
    vpc_changed,
    vpc_endpoint_allows_everything,
    vpc_peered,
    vpc_peered_with_untrusted_account,
    vpc_reaches_internet,
    vpn_gateway_in_internal_network,
)
