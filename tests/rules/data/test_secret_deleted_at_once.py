from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.secret_deleted_at_once import secret_deleted_at_once
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event(
    "secretsmanager:DeleteSecret", request={"secretId": "prod/db", "forceDeleteWithoutRecovery": True}
)
UNNAMED = cloudtrail_event("secretsmanager:DeleteSecret", request={"forceDeleteWithoutRecovery": True})


def test_names_the_secret() -> None:
    assert secret_deleted_at_once(DELETED) == [
        Violation("user alice deleted the secret prod/db at once", resource="prod/db")
    ]
    assert_violates(secret_deleted_at_once, UNNAMED, resource=None)


def test_one_that_may_be_restored() -> None:
    event = cloudtrail_event("secretsmanager:DeleteSecret", request={"recoveryWindowInDays": 30})

    assert_complies(secret_deleted_at_once, event)


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        secret_deleted_at_once,
        cloudtrail_event(
            "secretsmanager:DeleteSecret",
            request={"forceDeleteWithoutRecovery": True},
        ),
    )
