"""A database was given a public address."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import is_true
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation

# Data that was there already is worse than what may come.
_SEVERITIES = {
    "dms:CreateReplicationInstance": Severity.LOW,
    "lightsail:UpdateRelationalDatabase": Severity.HIGH,
    "rds:CreateDBCluster": Severity.MEDIUM,
    "rds:CreateDBInstance": Severity.MEDIUM,
    "rds:CreateDBInstanceReadReplica": Severity.HIGH,
    "rds:ModifyDBCluster": Severity.HIGH,
    "rds:ModifyDBInstance": Severity.HIGH,
    "rds:RestoreDBClusterFromSnapshot": Severity.HIGH,
    "rds:RestoreDBClusterToPointInTime": Severity.HIGH,
    "rds:RestoreDBInstanceFromDBSnapshot": Severity.HIGH,
    "rds:RestoreDBInstanceFromS3": Severity.HIGH,
    "rds:RestoreDBInstanceToPointInTime": Severity.HIGH,
    "redshift-serverless:CreateWorkgroup": Severity.MEDIUM,
    "redshift-serverless:UpdateWorkgroup": Severity.HIGH,
    "redshift:CreateCluster": Severity.MEDIUM,
    "redshift:ModifyCluster": Severity.HIGH,
    "redshift:RestoreFromClusterSnapshot": Severity.HIGH,
}


@rule(
    on=list(_SEVERITIES),
    severity=Severity.MEDIUM,
    title="Database made publicly accessible",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html",
    ],
    tags=["mitre:T1190", "mitre:T1213.006"],
)
def database_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave a database a public address, or made, copied or restored one that has one.

    Only a security group and a password are then left before the data. A copy that is restored with a public
    address is how a thief gets at a database whose network is closed: those are high, and so is a database
    that was private; a new one is medium.

    Known false positives: databases that are meant to be reached from outside, and tests; except them by
    ``resource``, or their account by ``account``. A new instance counts where its record says that it is
    public, even if nobody asked for that. Not seen: subnets and security groups, which may keep the internet
    out all the same.
    """
    asked = fields(event.request_parameters).get("publiclyaccessible")
    if asked is None and event.event_name.startswith(("Create", "Restore")):
        asked = fields(event.response_elements).get("publiclyaccessible")
    if not is_true(asked):
        return None
    database = named(event, DATABASE_NAMES)
    return Violation(
        f"{event.actor} made the database {database or '(not named)'} public by {event.action}",
        resource=database,
        severity=_SEVERITIES.get(event.action),
        evidence={"security_group_ids": fields(event.request_parameters).get("vpcsecuritygroupids")},
    )
