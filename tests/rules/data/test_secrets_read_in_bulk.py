from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.secrets_read_in_bulk import secrets_read_in_bulk
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

READ = cloudtrail_event("secretsmanager:GetSecretValue", request={"secretId": "prod/db"})
BATCH = cloudtrail_event("secretsmanager:BatchGetSecretValue", request={"secretIdList": ["a", "b"]})
FILTERED = cloudtrail_event("secretsmanager:BatchGetSecretValue", request={"filters": [{"key": "all"}]})


def test_names_each_secret() -> None:
    assert secrets_read_in_bulk(READ) == [
        Violation("user alice reads the secret prod/db", resource="prod/db")
    ]
    assert [one.resource for one in secrets_read_in_bulk(BATCH)] == ["a", "b"]
    assert_violates(secrets_read_in_bulk, FILTERED, resource="(not named)")


def test_denied_reads_do_not_count() -> None:
    assert_complies(
        secrets_read_in_bulk, cloudtrail_event("secretsmanager:GetSecretValue", error="AccessDeniedException")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        secrets_read_in_bulk, cloudtrail_event("secretsmanager:GetSecretValue", request={"secretId": "a"})
    )


def test_counts_what_one_caller_reads() -> None:
    assert secrets_read_in_bulk.threshold is not None
    assert (secrets_read_in_bulk.threshold.by, secrets_read_in_bulk.threshold.distinct) == (
        ("actor",),
        "resource",
    )
