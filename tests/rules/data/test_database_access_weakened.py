import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_access_weakened import database_access_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def parameters(*values: tuple[str, object]) -> CloudTrailEvent:
    changed = [{"parameterName": name, "parameterValue": value} for name, value in values]
    return cloudtrail_event(
        "rds:ModifyDBParameterGroup", request={"dBParameterGroupName": "orders", "parameters": changed}
    )


SIGN_IN = cloudtrail_event(
    "rds:ModifyDBInstance",
    request={"dBInstanceIdentifier": "orders", "enableIAMDatabaseAuthentication": False},
)
PLAIN = parameters(("log_min_messages", "error"), ("rds.force_ssl", "0"))
SPELLED_OUT = parameters(("require_secure_transport", "OFF"))


@pytest.mark.parametrize(
    ("event", "what"),
    [(SIGN_IN, "sign-in with IAM"), (PLAIN, "rds.force_ssl"), (SPELLED_OUT, "require_secure_transport")],
)
def test_says_what_was_turned_off(event: CloudTrailEvent, what: str) -> None:
    assert database_access_weakened(event) == [
        Violation(f"user alice turned off {what} of orders", resource="orders")
    ]


def test_several_of_a_group_that_is_not_named() -> None:
    changed = [{"parameterName": name, "parameterValue": "disabled"} for name in ("tls", "require_ssl")]

    assert_violates(
        database_access_weakened,
        cloudtrail_event("rds:ModifyDBClusterParameterGroup", request={"parameters": changed}),
        reason="user alice turned off tls, require_ssl of (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("rds:ModifyDBInstance", request={"enableIAMDatabaseAuthentication": True}),
        cloudtrail_event("rds:ModifyDBInstance"),
        cloudtrail_event(
            "rds:ModifyDBInstance", request={"enableIAMDatabaseAuthentication": False}, error="AccessDenied"
        ),
        parameters(("rds.force_ssl", "1")),
        parameters(("rds.force_ssl", None)),
        parameters(("autovacuum", "0")),
        parameters(("autovacuum", "OFF")),
        parameters(("require_secure_transport", "ON")),
        parameters(),
        cloudtrail_event(
            "rds:ModifyDBClusterParameterGroup",
            request={"parameters": [{"parameterName": "tls", "parameterValue": "enabled"}]},
        ),
        cloudtrail_event(
            "rds:ModifyDBClusterParameterGroup",
            request={"parameters": [{"parameterName": "audit_logs", "parameterValue": "disabled"}]},
        ),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(database_access_weakened, event)
