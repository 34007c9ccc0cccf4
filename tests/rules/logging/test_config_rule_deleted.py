import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.config_rule_deleted import config_rule_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("config:DeleteConfigRule", request={"configRuleName": "s3-bucket-public"})


def test_names_who_did_it_to_what() -> None:
    assert config_rule_deleted(SAMPLE) == [
        Violation(
            "user alice called config:DeleteConfigRule on s3-bucket-public", resource="s3-bucket-public"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("config:DeleteConfigRule")

    assert_violates(
        config_rule_deleted,
        event,
        reason="user alice called config:DeleteConfigRule on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(config_rule_deleted, cloudtrail_event("config:DeleteConfigRule", error="AccessDenied"))


@pytest.mark.parametrize(
    "key",
    [
        "organizationConfigRuleName",
        "conformancePackName",
        "organizationConformancePackName",
        "configurationAggregatorName",
    ],
)
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        config_rule_deleted,
        cloudtrail_event("config:DeleteConfigRule", request={key: "s3-bucket-public"}),
        resource="s3-bucket-public",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(config_rule_deleted, cloudtrail_event("config:DeleteConfigRule"))
