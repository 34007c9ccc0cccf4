import pytest

from trailguard import Violation
from trailguard.rules.logging.dns_query_logs_deleted import dns_query_logs_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "route53resolver:DeleteResolverQueryLogConfig", request={"resolverQueryLogConfigId": "rqlc-1"}
)


def test_names_who_did_it_to_what() -> None:
    assert dns_query_logs_deleted(SAMPLE) == [
        Violation(
            "user alice called route53resolver:DeleteResolverQueryLogConfig on rqlc-1", resource="rqlc-1"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("route53resolver:DeleteResolverQueryLogConfig")

    assert_violates(
        dns_query_logs_deleted,
        event,
        reason="user alice called route53resolver:DeleteResolverQueryLogConfig on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        dns_query_logs_deleted,
        cloudtrail_event("route53resolver:DeleteResolverQueryLogConfig", error="AccessDenied"),
    )


@pytest.mark.parametrize("key", ["id"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        dns_query_logs_deleted,
        cloudtrail_event("route53resolver:DeleteResolverQueryLogConfig", request={key: "rqlc-1"}),
        resource="rqlc-1",
    )
