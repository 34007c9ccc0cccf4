from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Guard, Severity, Verdict
from trailguard.notify import Patience, Undelivered, deliver
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.routes import Routed
from trailguard.settings import Route, Settings, settings_from
from trailguard.testing import RecordingNotifier, cloudtrail_event, sqs_event
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

FAILURES = (
    RuleFailure("rule", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'"),
    DecodeFailure("a.json > record 2", "not a JSON object", b"\xff"),
    ReadFailure("missing", "no such file or folder"),
    PluginFailure("acme-rules 1.2.3", "cannot be loaded"),
    DeadLetter("a.json", "not JSON", b"\xff"),
)


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "1",
            "rule_id": "bucket-is-public",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.MEDIUM,
            "title": "Bucket is public",
            "reason": "anybody may read it",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "tags": ("mitre:T1530", "cis:2.1.5"),
            **changes,
        }
    )


def is_told(one: Notice, **route: Any) -> bool:
    """Tell whether a notifier is told by this route."""
    notifier = RecordingNotifier()
    assert Routed(notifier, Route(**route)).send([one]) == []
    assert notifier.notices in ([], [one])
    return bool(notifier.notices)


class Broken:
    name = "broken"

    def send(self, notices: Sequence[Notice]) -> None:
        raise ConnectionError(f"cannot deliver {len(notices)}")


def test_everything_is_told_unless_something_is_said() -> None:
    for one in (verdict(), verdict(account_id=None, region=None, tags=(), severity=Severity.INFO), *FAILURES):
        assert is_told(one)


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ({"min_severity": "medium"}, True),
        ({"min_severity": "info"}, True),
        ({"min_severity": "high"}, False),
        ({"rules": ["bucket-*"]}, True),
        ({"rules": ["bucket"]}, False),
        ({"rules": ["group-*", "bucket-is-publi?"]}, True),
        ({"tags": ["cis:*"]}, True),
        ({"tags": ["cis:1.*", "mitre:T1530"]}, True),
        ({"tags": ["cis"]}, False),
        ({"accounts": ["444455556666", "111122223333"]}, True),
        ({"accounts": ["1111*"]}, True),
        ({"accounts": ["444455556666"]}, False),
        ({"regions": ["eu-*"]}, True),
        ({"regions": ["us-*"]}, False),
        ({"regions": ["eu-west-1b"]}, False),
    ],
    ids=str,
)
def test_verdicts_are_chosen(route: dict[str, Any], *, told: bool) -> None:
    assert is_told(verdict(), **route) is told


def test_all_that_a_route_names_must_fit() -> None:
    route = {
        "min_severity": "low",
        "rules": ["bucket-*"],
        "tags": ["cis:*"],
        "accounts": ["1111*"],
        "regions": ["eu-*"],
    }
    assert is_told(verdict(), **route)

    near_misses: list[dict[str, Any]] = [
        {"severity": Severity.INFO},
        {"rule_id": "group-open"},
        {"tags": ("mitre:T1530",)},
        {"account_id": "444455556666"},
        {"region": "us-east-1"},
    ]
    for change in near_misses:
        assert not is_told(verdict(**change), **route), change


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("least", Severity)
def test_severities_are_told_from_the_least_one_on(severity: Severity, least: Severity) -> None:
    order = [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]
    expected = order.index(severity) >= order.index(least)

    assert is_told(verdict(severity=severity), min_severity=least.value.upper()) is expected


@pytest.mark.parametrize(
    ("field", "missing"),
    [("accounts", {"account_id": None}), ("regions", {"region": None}), ("tags", {"tags": ()})],
)
def test_what_a_verdict_does_not_have_fits_no_route_by_it(field: str, missing: dict[str, Any]) -> None:
    assert not is_told(verdict(**missing), **{field: ["1111*", "e?-*"]})
    assert is_told(verdict(**missing))


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
def test_failures_are_told_whatever_else_is_said(failure: Notice) -> None:
    """Nobody knows of which account they are, or how bad; unless the route says not to tell them."""
    narrow: dict[str, Any] = {"min_severity": "critical", "rules": ["no-such"], "accounts": ["444455556666"]}

    assert is_told(failure, **narrow)
    assert not is_told(failure, failures=False)
    assert is_told(verdict(), failures=False)


def test_order_stays() -> None:
    notifier = RecordingNotifier()
    notices = [verdict(id="1"), FAILURES[0], verdict(id="2", region="us-east-1"), verdict(id="3")]

    Routed(notifier, Route(regions=("eu-*",))).send(notices)

    assert notifier.notices == [notices[0], notices[1], notices[3]]


def test_notifier_is_not_bothered_with_nothing() -> None:
    assert Routed(Broken(), Route(rules=("no-such",))).send([verdict()]) == []


def test_notifier_that_fails_is_reported_under_its_name_in_the_settings() -> None:
    """And no more than what it was to be told counts as undelivered."""
    routed = Routed(Broken(), Route(regions=("eu-*",)), "security team")
    other, wanted = verdict(region="us-east-1"), verdict()

    (told,) = deliver([other, wanted], [routed])

    assert told.notifier == "security team"
    assert told.delivered == (other,)
    assert told.undelivered == (Undelivered(wanted, "security team", "ConnectionError: cannot deliver 1"),)


def test_notifier_keeps_its_own_name_by_default() -> None:
    assert Routed(Broken(), Route()).name == "broken"


def test_patience_is_passed_on() -> None:
    """A channel behind a route has to know how long it may take, too."""

    class Patiently:
        name = "patiently"

        def send(self, notices: Sequence[Notice]) -> None:
            raise AssertionError(f"it knows how long it may take to tell {notices}")

        def send_within(self, notices: Sequence[Notice], patience: Patience) -> None:  # noqa: ARG002
            assert 0 < patience.left <= 60

    assert Routed(Patiently(), Route()).send_within([verdict()], Patience(60)) == []


def test_settings_route_what_a_guard_finds(tmp_path: Any) -> None:
    """Each notifier gets its part, and the queue gets back what one of them did not take, by its name."""
    lines = {name: tmp_path / f"{name}.jsonl" for name in ("bad", "home", "failures")}
    chosen = settings_from(
        {
            "notifiers": [
                {"type": "file", "name": "bad", "path": str(lines["bad"]), "route": {"min_severity": "high"}},
                {
                    "type": "file",
                    "name": "home",
                    "path": str(lines["home"]),
                    "route": {"accounts": ["111122223333"], "failures": False},
                },
                {
                    "type": "file",
                    "name": "nowhere",
                    "path": str(tmp_path / "no" / "folder"),
                    "route": {"regions": ["us-*"]},
                },
            ]
        },
        "settings",
    )
    events = [
        cloudtrail_event("ec2:AttachInternetGateway", account_id="111122223333", region="eu-west-1"),
        cloudtrail_event("ec2:AttachInternetGateway", account_id="444455556666", region="us-east-1"),
    ]
    batch = sqs_event([events[0], events[1]])
    judging = Guard.from_settings(chosen, only=["internet-gateway-attached"])

    answer = judging.handle(batch)

    assert answer == {"batchItemFailures": [{"itemIdentifier": batch["Records"][1]["messageId"]}]}
    assert not lines["bad"].exists(), "it is of medium severity"
    assert len(lines["home"].read_text("utf-8").splitlines()) == 1
    assert isinstance(judging.settings, Settings)
