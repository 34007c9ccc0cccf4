import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_master_password_changed import database_master_password_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

REQUEST = {"dBInstanceIdentifier": "orders", "masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS"}

INSTANCE = cloudtrail_event("rds:ModifyDBInstance", request=REQUEST)
NAMESPACE = cloudtrail_event(
    "redshift-serverless:UpdateNamespace", request={"namespaceName": "orders", "adminUserPassword": "****"}
)


@pytest.mark.parametrize("event", [INSTANCE, NAMESPACE])
def test_names_the_database(event: CloudTrailEvent) -> None:
    assert database_master_password_changed(event) == [
        Violation("user alice changed the master password of the database orders", resource="orders")
    ]


def test_the_database_may_not_be_named() -> None:
    assert_violates(
        database_master_password_changed,
        cloudtrail_event("redshift:ModifyCluster", request={"masterUserPassword": "****"}),
        reason="user alice changed the master password of the database (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("rds:ModifyDBInstance", request={"dBInstanceIdentifier": "orders"}),
        cloudtrail_event("rds:ModifyDBInstance", request={"manageMasterUserPassword": True}),
        cloudtrail_event("rds:ModifyDBInstance"),
        cloudtrail_event("rds:ModifyDBInstance", request=REQUEST, error="AccessDenied"),
        cloudtrail_event("redshift-serverless:UpdateNamespace", request={"adminUsername": "admin"}),
        cloudtrail_event("redshift:ModifyCluster", request={"masterUserPassword": None}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(database_master_password_changed, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        database_master_password_changed, cloudtrail_event("rds:ModifyDBInstance", request=REQUEST)
    )
