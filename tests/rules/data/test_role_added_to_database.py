import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.role_added_to_database import role_added_to_database
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Exporter"
REQUEST = {"dBClusterIdentifier": "orders", "roleArn": ROLE, "featureName": "s3Export"}

CLUSTER = cloudtrail_event("rds:AddRoleToDBCluster", request=REQUEST)
WAREHOUSE = cloudtrail_event(
    "redshift:ModifyClusterIamRoles", request={"clusterIdentifier": "orders", "addIamRoles": [ROLE]}
)


@pytest.mark.parametrize("event", [CLUSTER, WAREHOUSE])
def test_names_the_role(event: CloudTrailEvent) -> None:
    assert role_added_to_database(event) == [
        Violation(
            f"user alice let the database orders use {ROLE}", resource="orders", evidence={"roles": [ROLE]}
        )
    ]


def test_the_database_may_not_be_named() -> None:
    assert_violates(
        role_added_to_database,
        cloudtrail_event("rds:AddRoleToDBInstance", request={"roleArn": ROLE}),
        reason=f"user alice let the database (not named) use {ROLE}",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("redshift:ModifyClusterIamRoles", request={"removeIamRoles": [ROLE]}),
        cloudtrail_event("redshift:ModifyClusterIamRoles", request={"addIamRoles": []}),
        cloudtrail_event("redshift:ModifyClusterIamRoles", request={"addIamRoles": [None]}),
        cloudtrail_event("rds:AddRoleToDBCluster", request={"roleArn": None}),
        cloudtrail_event("rds:AddRoleToDBCluster"),
        cloudtrail_event("rds:AddRoleToDBCluster", request=REQUEST, error="AccessDenied"),
        cloudtrail_event("rds:AddRoleToDBInstance", request={"roleArn": ""}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(role_added_to_database, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        role_added_to_database, cloudtrail_event("rds:AddRoleToDBCluster", request=REQUEST)
    )
