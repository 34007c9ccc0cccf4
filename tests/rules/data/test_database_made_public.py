import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.database_made_public import database_made_public
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

MODIFIED = cloudtrail_event(
    "rds:ModifyDBInstance", request={"dBInstanceIdentifier": "orders", "publiclyAccessible": True}
)
CREATED = cloudtrail_event(
    "rds:CreateDBInstance",
    request={"dBInstanceIdentifier": "orders", "publiclyAccessible": True, "vpcSecurityGroupIds": ["sg-1"]},
)
RESTORED = cloudtrail_event(
    "rds:RestoreDBInstanceToPointInTime",
    request={"sourceDBInstanceIdentifier": "shop", "targetDBInstanceIdentifier": "orders"},
    response={"dBInstanceIdentifier": "orders", "publiclyAccessible": True},
)
WAREHOUSE = cloudtrail_event(
    "redshift:ModifyCluster", request={"clusterIdentifier": "orders", "publiclyAccessible": True}
)
REPLICATION = cloudtrail_event(
    "dms:CreateReplicationInstance",
    request={"replicationInstanceIdentifier": "orders", "publiclyAccessible": True},
)


@pytest.mark.parametrize(
    ("event", "severity", "groups"),
    [
        (MODIFIED, Severity.HIGH, None),
        (CREATED, Severity.MEDIUM, ["sg-1"]),
        (RESTORED, Severity.HIGH, None),
        (WAREHOUSE, Severity.HIGH, None),
        (REPLICATION, Severity.LOW, None),
    ],
)
def test_data_that_was_there_is_worse(event: CloudTrailEvent, severity: Severity, groups: object) -> None:
    assert database_made_public(event) == [
        Violation(
            f"user alice made the database orders public by {event.action}",
            resource="orders",
            severity=severity,
            evidence={"security_group_ids": groups},
        )
    ]


def test_counts_whoever_does_it() -> None:
    event = cloudtrail_event(
        "redshift:CreateCluster", actor=aws_service(), request={"publiclyAccessible": True}
    )

    assert_violates(database_made_public, event, severity="medium", resource=None)


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("rds:ModifyDBInstance", request={"publiclyAccessible": False}),
        cloudtrail_event("rds:ModifyDBInstance", request={}, response={"publiclyAccessible": True}),
        cloudtrail_event("rds:CreateDBInstance", request={}, response={"publiclyAccessible": False}),
        cloudtrail_event("rds:CreateDBInstance"),
        cloudtrail_event("rds:ModifyDBInstance", request={"publiclyAccessible": True}, error="AccessDenied"),
        cloudtrail_event("redshift:ModifyCluster", request={"publiclyAccessible": False}),
        cloudtrail_event("dms:CreateReplicationInstance", request={"publiclyAccessible": False}),
        cloudtrail_event(
            "rds:CreateDBInstance",
            request={"publiclyAccessible": False},
            response={"publiclyAccessible": True},
        ),
        cloudtrail_event("rds:ModifyDBInstance", response={"publiclyAccessible": True}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    """What a change of something else answers was so before."""
    assert_complies(database_made_public, event)
