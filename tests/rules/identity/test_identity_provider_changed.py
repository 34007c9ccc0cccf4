import pytest

from trailguard import Violation
from trailguard.rules.identity.identity_provider_changed import identity_provider_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:CreateSAMLProvider", request={"sAMLProviderArn": "okta"})


def test_names_who_did_it_to_what() -> None:
    assert identity_provider_changed(SAMPLE) == [
        Violation("user alice called iam:CreateSAMLProvider on okta", resource="okta")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:CreateSAMLProvider")

    assert_violates(
        identity_provider_changed,
        event,
        reason="user alice called iam:CreateSAMLProvider on a provider that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        identity_provider_changed, cloudtrail_event("iam:CreateSAMLProvider", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["openIDConnectProviderArn", "name", "url"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        identity_provider_changed,
        cloudtrail_event("iam:CreateSAMLProvider", request={key: "okta"}),
        resource="okta",
    )
