from trailguard import Violation
from trailguard.rules.account.email_sending_enabled import email_sending_enabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ON = cloudtrail_event("ses:UpdateAccountSendingEnabled", request={"enabled": True})
V2 = cloudtrail_event("ses:PutAccountSendingAttributes", request={"SendingEnabled": True})
DETAILS = cloudtrail_event("ses:PutAccountDetails", request={"MailType": "MARKETING"})


def test_names_the_account() -> None:
    assert email_sending_enabled(ON) == [
        Violation(
            "user alice let mail be sent from the account 111122223333 by ses:UpdateAccountSendingEnabled",
            resource="111122223333",
        )
    ]
    assert_violates(email_sending_enabled, V2)
    assert_violates(email_sending_enabled, DETAILS)


def test_switched_off_or_not_said() -> None:
    off = cloudtrail_event("ses:UpdateAccountSendingEnabled", request={"enabled": False})

    assert_complies(email_sending_enabled, off)
    assert_complies(email_sending_enabled, cloudtrail_event("ses:PutAccountSendingAttributes"))
