from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.quota_raised import quota_raised
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("servicequotas:RequestServiceQuotaIncrease", request={"serviceCode": "ec2"})


def test_names_who_did_it_to_what() -> None:
    assert quota_raised(SAMPLE) == [Violation("user alice asked for a higher quota of ec2", resource="ec2")]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("servicequotas:RequestServiceQuotaIncrease")

    assert_violates(
        quota_raised,
        event,
        reason="user alice asked for a higher quota of a service that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        quota_raised, cloudtrail_event("servicequotas:RequestServiceQuotaIncrease", error="AccessDenied")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(quota_raised, cloudtrail_event("servicequotas:RequestServiceQuotaIncrease"))
