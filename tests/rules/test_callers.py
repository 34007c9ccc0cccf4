import pytest

from trailguard.rules._callers import Callers, Trusted
from trailguard.testing import aws_service, cloudtrail_event, iam_user

BY_SOMEBODY = cloudtrail_event("s3:DeleteBucket", actor=iam_user("alice"))
BY_A_SERVICE = cloudtrail_event("s3:DeleteBucket", actor=aws_service("cloudformation.amazonaws.com"))


@pytest.mark.parametrize(
    ("service_calls", "counted"),
    [(False, [True, False]), (True, [True, True])],
)
def test_calls_of_services_count_where_somebody_says_so(*, service_calls: bool, counted: list[bool]) -> None:
    callers = Callers(service_calls=service_calls)

    assert [callers.count(event) for event in (BY_SOMEBODY, BY_A_SERVICE)] == counted


def test_they_do_not_where_nobody_does() -> None:
    assert not Callers().count(BY_A_SERVICE)


def test_strangers_are_neither_trusted_nor_at_home() -> None:
    trusted = Trusted(trusted_accounts=frozenset({"444455556666"}))
    accounts = ["777788889999", "111122223333", "444455556666", "777788889999"]

    assert trusted.strangers(accounts, BY_SOMEBODY) == ["777788889999"]
    assert Trusted().strangers(accounts, BY_SOMEBODY) == ["777788889999", "444455556666"]
