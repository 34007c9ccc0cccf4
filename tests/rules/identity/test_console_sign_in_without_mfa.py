import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.console_sign_in_without_mfa import console_sign_in_without_mfa
from trailguard.testing import (
    assert_complies,
    assumed_role,
    cloudtrail_event,
    federated_user,
    iam_user,
    identity_center_role,
    root,
    saml_user,
)

WITHOUT = cloudtrail_event("signin:ConsoleLogin", actor=iam_user("alice"), mfa=False)
ARN = "arn:aws:iam::111122223333:user/alice"


def test_names_the_user() -> None:
    assert console_sign_in_without_mfa(WITHOUT) == [
        Violation("user alice signed in to the console without MFA", resource=ARN)
    ]


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("signin:ConsoleLogin", mfa=True),
        cloudtrail_event("signin:ConsoleLogin", error="Failed authentication"),
        cloudtrail_event("signin:ConsoleLogin", additionalEventData={"MobileVersion": "No"}),
        cloudtrail_event(
            "signin:ConsoleLogin",
            additionalEventData={"MFAUsed": "No", "SamlProviderArn": "arn:aws:iam::1:saml-provider/x"},
        ),
        cloudtrail_event("signin:ConsoleLogin", actor=identity_center_role("Admin", "alice"), mfa=False),
        cloudtrail_event("signin:ConsoleLogin", actor=assumed_role("Admin", "alice"), mfa=False),
        cloudtrail_event("signin:ConsoleLogin", actor=saml_user(), mfa=False),
        cloudtrail_event("signin:ConsoleLogin", actor=federated_user(), mfa=False),
        cloudtrail_event("signin:ConsoleLogin", actor=root(), mfa=False),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(console_sign_in_without_mfa, event)
