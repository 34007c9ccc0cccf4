from trailguard import Violation
from trailguard.rules.account.invitation_accepted import invitation_accepted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("organizations:AcceptHandshake", request={"handshakeId": "h-examplehandshakeid"})


def test_names_who_did_it_to_what() -> None:
    assert invitation_accepted(SAMPLE) == [
        Violation("user alice accepted h-examplehandshakeid", resource="h-examplehandshakeid")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("organizations:AcceptHandshake")

    assert_violates(
        invitation_accepted,
        event,
        reason="user alice accepted an invitation that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        invitation_accepted, cloudtrail_event("organizations:AcceptHandshake", error="AccessDenied")
    )
