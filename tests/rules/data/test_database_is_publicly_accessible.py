import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.data.database_is_publicly_accessible import database_is_publicly_accessible
from trailguard.testing import SampleItem, configuration_item

ADDRESS = "orders.abcdefghijkl.us-east-1.rds.amazonaws.com"


def database(*, public: object = True, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::RDS::DBInstance",
        {
            "dBInstanceIdentifier": "orders",
            "dBInstanceStatus": "available",
            "endpoint": {"address": ADDRESS, "port": 5432, "hostedZoneId": "Z2R2ITUGPM61AM"},
            "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-1a2b3c4d", "status": "active"}],
            "publiclyAccessible": public,
            **more,
        },
    )


OPEN = database()
CLOSED = database(public=False)
NEAR_MISS = database(public=False, pendingModifiedValues={"publiclyAccessible": True})


def test_says_where_the_database_is_and_what_guards_it() -> None:
    assert database_is_publicly_accessible(OPEN) == [
        Violation(
            "the database orders is publicly accessible",
            evidence={
                "db_instance_identifier": "orders",
                "address": ADDRESS,
                "port": 5432,
                "security_group_ids": ["sg-1a2b3c4d"],
            },
        )
    ]
    assert database_is_publicly_accessible.severity is Severity.HIGH


def test_a_database_has_no_endpoint_while_it_is_made() -> None:
    (violation,) = database_is_publicly_accessible(database(endpoint=None, dbInstancePort=0))

    assert violation.evidence["address"] is None
    assert violation.evidence["port"] is None


@pytest.mark.parametrize("key", ["dBInstanceIdentifier", "dbinstanceIdentifier", "dbInstanceIdentifier"])
def test_the_name_is_spelled_in_several_ways(key: str) -> None:
    item = configuration_item("AWS::RDS::DBInstance", {key: "orders", "publiclyAccessible": True})

    (violation,) = database_is_publicly_accessible(item)

    assert violation.evidence["db_instance_identifier"] == "orders"


def test_a_database_without_a_name_goes_by_its_arn() -> None:
    (violation,) = database_is_publicly_accessible(database(dBInstanceIdentifier=None))

    assert violation.reason == (
        "the database arn:aws:rds:us-east-1:111122223333:db:orders is publicly accessible"
    )


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        database(public=None),
        configuration_item("AWS::RDS::DBInstance", status="ResourceDeleted"),
    ],
    ids=["private", "pending", "not said", "deleted"],
)
def test_other_databases_are_not_reported(item: ConfigurationItem) -> None:
    assert database_is_publicly_accessible(item) == []
