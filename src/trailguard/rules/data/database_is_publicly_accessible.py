"""A database is publicly accessible."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import first, is_true, items, text
from trailguard.verdict import Severity, Violation


@rule(
    on="AWS::RDS::DBInstance",
    severity=Severity.HIGH,
    title="Database is publicly accessible",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
    ],
    tags=["cis:2.3.3"],
)
def database_is_publicly_accessible(item: ConfigurationItem) -> Violation | None:
    """A database instance is set to have a public address, to which its name resolves from outside the VPC.

    Only security groups and the database's own passwords are left between its data and the internet, where
    database ports are scanned and passwords guessed all day.

    Known false positives: subnets without a route to an internet gateway, and security groups and network
    ACLs, may keep the internet out all the same; the item does not show them. Not seen: databases that are
    reached through something else, such as a load balancer or an instance that forwards a port.
    """
    # AWS Config spells one and the same key dBInstanceIdentifier here and dbinstanceIdentifier there.
    configuration = {key.lower(): value for key, value in item.configuration.items()}
    if not is_true(configuration.get("publiclyaccessible")):
        return None
    identifier = text(configuration.get("dbinstanceidentifier"))
    endpoint = first(configuration.get("endpoint"))
    groups = [text(one.get("vpcSecurityGroupId")) for one in items(configuration.get("vpcsecuritygroups"))]
    return Violation(
        f"the database {identifier or item.resource} is publicly accessible",
        evidence={
            "db_instance_identifier": identifier,
            "address": text(endpoint.get("address")),
            "port": endpoint.get("port"),
            "security_group_ids": [group for group in groups if group],
        },
    )
