from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.email_enumerated import email_enumerated
from trailguard.testing import assert_violates, cloudtrail_event

QUOTA = cloudtrail_event("ses:GetSendQuota")
DENIED = cloudtrail_event("ses:ListIdentities", error="AccessDenied")


def test_names_the_call() -> None:
    assert email_enumerated(QUOTA) == [
        Violation("user alice explores what mail can be sent: ses:GetSendQuota")
    ]


def test_denied_calls_count_too() -> None:
    assert_violates(email_enumerated, DENIED)


def test_calls_of_services() -> None:
    assert_services_do_not_count(email_enumerated, cloudtrail_event("ses:GetSendQuota"))


def test_counts_different_calls_of_one_caller() -> None:
    assert email_enumerated.threshold is not None
    assert (email_enumerated.threshold.by, email_enumerated.threshold.distinct) == (("actor",), "event_name")
