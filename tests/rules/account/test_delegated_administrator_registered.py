import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.delegated_administrator_registered import delegated_administrator_registered
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "organizations:RegisterDelegatedAdministrator", request={"accountId": "444455556666"}
)


def test_names_who_did_it_to_what() -> None:
    assert delegated_administrator_registered(SAMPLE) == [
        Violation(
            "user alice called organizations:RegisterDelegatedAdministrator on 444455556666",
            resource="444455556666",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("organizations:RegisterDelegatedAdministrator")

    assert_violates(
        delegated_administrator_registered,
        event,
        reason="user alice called organizations:RegisterDelegatedAdministrator on something that is"
        " not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        delegated_administrator_registered,
        cloudtrail_event("organizations:RegisterDelegatedAdministrator", error="AccessDenied"),
    )


@pytest.mark.parametrize("key", ["servicePrincipal"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        delegated_administrator_registered,
        cloudtrail_event("organizations:RegisterDelegatedAdministrator", request={key: "444455556666"}),
        resource="444455556666",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        delegated_administrator_registered, cloudtrail_event("organizations:RegisterDelegatedAdministrator")
    )
