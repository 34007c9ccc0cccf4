from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.data.secret_reads_denied import secret_reads_denied
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DENIED = cloudtrail_event(
    "secretsmanager:GetSecretValue", error="AccessDeniedException", request={"secretId": "prod/db"}
)
PARAMETERS = cloudtrail_event(
    "ssm:GetParameters", error="AccessDeniedException", request={"names": ["a", "b"]}
)
UNNAMED = cloudtrail_event("ssm:GetParameter", error="AccessDeniedException")


def test_names_each_secret() -> None:
    assert secret_reads_denied(DENIED) == [
        Violation("user alice is denied the secret prod/db", resource="prod/db")
    ]
    assert [one.resource for one in secret_reads_denied(PARAMETERS)] == ["a", "b"]
    assert_violates(secret_reads_denied, UNNAMED, resource="(not named)")


def test_other_failures_and_success() -> None:
    assert_complies(
        secret_reads_denied,
        cloudtrail_event("ssm:GetParameter", error="ParameterNotFound", request={"name": "a"}),
    )
    assert_complies(secret_reads_denied, cloudtrail_event("ssm:GetParameter", request={"name": "a"}))


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        secret_reads_denied, cloudtrail_event("ssm:GetParameter", error="AccessDenied", request={"name": "a"})
    )


def test_counts_what_one_caller_is_denied() -> None:
    assert secret_reads_denied.threshold is not None
    assert secret_reads_denied.threshold.distinct == "resource"
