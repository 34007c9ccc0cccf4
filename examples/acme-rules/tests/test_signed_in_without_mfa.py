import pytest
from trailguard.testing import (
    SampleEvent,
    assert_complies,
    assert_violates,
    cloudtrail_event,
    iam_user,
    root,
)

from acme_rules.signed_in_without_mfa import signed_in_without_mfa

SIGN_IN = "signin:ConsoleLogin"


def signed_in(source_ip: str, *, mfa: bool = False) -> SampleEvent:
    return cloudtrail_event(
        SIGN_IN, actor=iam_user("alice"), source_ip=source_ip, mfa=mfa
    )


@pytest.mark.parametrize("source_ip", ["198.51.100.7", "2001:db8::7"])
def test_from_elsewhere(source_ip: str) -> None:
    assert_violates(
        signed_in_without_mfa,
        signed_in(source_ip),
        reason=f"user alice signed in without MFA from {source_ip}",
        severity="high",
        resource="arn:aws:iam::111122223333:user/alice",
    )


def test_what_has_no_address_is_from_elsewhere() -> None:
    assert_violates(
        signed_in_without_mfa,
        signed_in("AWS Internal"),
        reason="user alice signed in without MFA from an unknown address",
    )


@pytest.mark.parametrize(
    "event",
    [
        signed_in("198.51.100.7", mfa=True),
        signed_in("203.0.113.7"),
        signed_in("2001:db8:ac3e::7"),
        cloudtrail_event(SIGN_IN, error="Failed authentication"),
        cloudtrail_event(SIGN_IN, actor=root()),
    ],
    ids=["mfa", "office", "office by IPv6", "wrong password", "root"],
)
def test_near_misses(event: SampleEvent) -> None:
    """trailguard would not ask about the last two: one failed, one is no IAM user."""
    assert_complies(signed_in_without_mfa, event)


def test_networks_are_settings() -> None:
    """As trailguard.toml has them: what is set replaces the default."""
    params = {"known_networks": ["198.51.100.0/24"]}

    assert_complies(signed_in_without_mfa, signed_in("198.51.100.7"), params=params)
    assert_violates(signed_in_without_mfa, signed_in("203.0.113.7"), params=params)
