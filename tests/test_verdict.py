from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard.models.identity import Actor
from trailguard.verdict import Compliance, Severity, Verdict, Violation, verdict_id

TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ACTORS = st.builds(
    Actor, type=TEXT, name=TEXT, arn=st.none() | TEXT, role_name=st.none() | TEXT, assumed_root=st.booleans()
)
VERDICTS = st.builds(
    Verdict,
    id=TEXT,
    rule_id=TEXT,
    compliance=st.sampled_from(Compliance),
    severity=st.sampled_from(Severity),
    title=TEXT,
    reason=TEXT,
    account_id=st.none() | TEXT,
    event_id=st.none() | TEXT,
    event_time=st.none() | st.datetimes(timezones=st.just(UTC)),
    actor=ACTORS,
    source_ip=st.none() | st.ip_addresses().map(str),
    resource=st.none() | TEXT,
    tags=st.lists(TEXT, max_size=2).map(tuple),
    evidence=st.dictionaries(TEXT, JSON, max_size=3),
    suppressed=st.booleans(),
)


def verdict(**more: Any) -> Verdict:
    return Verdict(
        **{
            "id": "6f1d2b0a",
            "rule_id": "a-rule",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "A rule",
            "reason": "tcp 22 is open to 0.0.0.0/0",
            "event_time": datetime(2026, 3, 2, 9, tzinfo=UTC),
            **more,
        }
    )


def written(one: Verdict) -> bytes:
    return msgspec.json.encode(one)


def read(text: bytes) -> Verdict:
    return msgspec.json.decode(text, type=Verdict)


def test_severities_have_an_order() -> None:
    shuffled = [Severity.HIGH, Severity.INFO, Severity.CRITICAL, Severity.LOW, Severity.MEDIUM]

    assert sorted(shuffled) == list(Severity)
    assert [str(severity) for severity in sorted(shuffled)] == ["info", "low", "medium", "high", "critical"]
    assert Severity.LOW < Severity.HIGH
    assert Severity.HIGH >= Severity.HIGH
    assert max(Severity.MEDIUM, Severity.CRITICAL, Severity.INFO) is Severity.CRITICAL


@pytest.mark.parametrize("other", ["low", 1, None, Compliance.COMPLIANT])
def test_severity_compares_with_nothing_else(other: Any) -> None:
    """The text "critical" would come before "low"."""
    with pytest.raises(TypeError):
        sorted([Severity.HIGH, other])
    assert other != Severity.HIGH


def test_severity_and_compliance_read_as_people_write_them() -> None:
    assert f"{Severity.HIGH}" == "high"
    assert f"{Compliance.NON_COMPLIANT}" == "NON_COMPLIANT"
    assert Severity("high") is Severity.HIGH


def test_violation_needs_only_a_reason() -> None:
    violation = Violation("because")

    assert (violation.resource, violation.severity, violation.evidence) == (None, None, {})
    with pytest.raises(AttributeError):
        violation.reason = "else"  # type: ignore[misc]


@pytest.mark.parametrize("odd", [None, 7, ["because"], b"because"])
def test_reason_is_text(odd: Any) -> None:
    """Found where the rule makes the violation, so that the failure names the rule's line."""
    with pytest.raises(TypeError, match="reason"):
        Violation(odd)


@pytest.mark.parametrize("odd", [7, ["sg-1"], b"sg-1"])
def test_resource_is_text(odd: Any) -> None:
    with pytest.raises(TypeError, match="resource"):
        Violation("because", odd)


def test_violations_share_no_evidence() -> None:
    assert Violation("a").evidence is not Violation("b").evidence


@pytest.mark.parametrize(
    "other",
    [
        ("other-rule", "event", "resource", 0),
        ("rule", "other-event", "resource", 0),
        ("rule", "event", "other-resource", 0),
        ("rule", "event", None, 0),
        ("rule", "event", "resource", 1),
        ("ruleevent", "", "resource", 0),
        ("rule", "eventresource", "", 0),
    ],
)
def test_id_tells_rule_event_and_resource_apart(other: tuple[str, str, str | None, int]) -> None:
    assert verdict_id(*other) != verdict_id("rule", "event", "resource")


def test_id_is_the_same_for_ever() -> None:
    """Written down: stores and tickets outlive a release."""
    assert verdict_id("rule", "event", "resource") == "356da1457dc42dddd667cd2aedf9454f"
    assert verdict_id("rule", "event", "resource", 1) == "039f2812adb59fb82c8c7cdab77a9e24"
    assert verdict_id("rule", "event", None) == "0d3e6e4b6f0d1f31fc984d44e8e36eb6"


@given(TEXT, TEXT, st.none() | st.text(st.characters(exclude_categories=()), max_size=8), st.integers(0, 9))
@settings(max_examples=60)
def test_id_is_32_hexadecimal_digits(rule_id: str, event_id: str, resource: str | None, nth: int) -> None:
    """Whatever a resource is called, lone surrogates included."""
    found = verdict_id(rule_id, event_id, resource, nth)

    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")
    assert found == verdict_id(rule_id, event_id, resource, nth)


@given(VERDICTS)
@settings(max_examples=80)
def test_verdict_survives_json(one: Verdict) -> None:
    """A queue, a store or a report hands over the same verdict that went in."""
    assert read(written(one)) == one


def test_json_is_in_plain_words() -> None:
    told = json.loads(written(verdict(evidence={"port": 22})))

    assert told["severity"] == "high"
    assert told["compliance"] == "NON_COMPLIANT"
    assert told["event_time"] == "2026-03-02T09:00:00Z"
    assert told["evidence"] == {"port": 22}
    assert told["actor"]["name"] == "unknown"


def test_verdict_is_frozen_and_knows_its_fields() -> None:
    """A misspelt field is a mistake of ours, unlike one of AWS's."""
    with pytest.raises(AttributeError):
        verdict().reason = "else"  # type: ignore[misc]
    with pytest.raises(TypeError, match="supressed"):
        verdict(supressed=True)


def test_verdicts_share_no_evidence() -> None:
    assert verdict().evidence == {}
    assert verdict().evidence is not verdict().evidence
