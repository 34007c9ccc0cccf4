from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard.discreet import Discreet
from trailguard.errors import SettingsError
from trailguard.notifiers import make_notifier
from trailguard.notify import identity_of
from trailguard.record import ReadFailure
from trailguard.settings import NotifierSettings
from trailguard.testing import RecordingNotifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

FAILURE = ReadFailure("s3://amzn-s3-demo-bucket/log", "Access Denied")
URL = "https://hooks.example.com/T0/B0/x1y2z3"


class Chatty:
    """Says all that it knows where it fails, as libraries for HTTP do."""

    name = "chatty"

    def __init__(self, url: str) -> None:
        if "wrong" in url:
            raise ValueError(f"{url} is wrong")
        self._url = url

    def send(self, notices: Sequence[Notice]) -> None:
        raise ConnectionError(f"{len(notices)} not posted to {self._url}")


def made(monkeypatch: pytest.MonkeyPatch, url: str) -> object:
    monkeypatch.setenv("HOOK", url)
    chosen = NotifierSettings.model_validate({"type": "chatty", "url": {"from": "env:HOOK"}})
    return make_notifier(chosen, {"chatty": Chatty}, "trailguard.toml", "notifiers.0")


def test_secret_stays_out_of_what_a_notifier_says(monkeypatch: pytest.MonkeyPatch) -> None:
    notifier = made(monkeypatch, URL)
    assert isinstance(notifier, Discreet)

    [undelivered] = notifier.send([FAILURE])

    assert undelivered.notice is FAILURE
    assert undelivered.error == "ConnectionError: 1 not posted to env:HOOK"


def test_secret_stays_out_of_errors_and_of_what_led_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        made(monkeypatch, f"{URL}/wrong")

    assert str(caught.value) == "trailguard.toml: notifiers.0: chatty: env:HOOK is wrong"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_notifier_without_secrets_is_left_alone() -> None:
    chosen = NotifierSettings.model_validate({"type": "chatty", "url": URL})

    assert isinstance(make_notifier(chosen, {"chatty": Chatty}, "trailguard.toml", "notifiers.0"), Chatty)


def test_it_is_known_by_what_the_notifier_is_known_by() -> None:
    kept = RecordingNotifier()

    discreet = Discreet(kept, str.upper)

    assert (discreet.name, identity_of(discreet)) == (kept.name, identity_of(kept))
    assert discreet.send([FAILURE]) == []
    assert kept.notices == [FAILURE]


def test_missing_option_is_told_in_the_words_of_the_settings() -> None:
    chosen = NotifierSettings(type="sns")

    with pytest.raises(SettingsError, match=r"notifiers\.0: sns: needs topic_arn$"):
        make_notifier(chosen, {}, "trailguard.toml", "notifiers.0")
