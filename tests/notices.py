"""Verdicts and failures: one that has everything, and any, for properties of what is made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.models import Actor
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.testing import DEFAULT_TIME
from trailguard.verdict import Compliance, PluginFailure, RuleFailure, Suppression, verdict_id

__all__ = ["failures", "json_objects", "verdict", "verdicts"]

_TEXT = st.text(max_size=12)
_MAYBE = st.none() | _TEXT
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(_TEXT, _VALUES, max_size=4)

verdicts = st.builds(
    Verdict,
    id=st.builds(verdict_id, _TEXT, _TEXT, _MAYBE),
    rule_id=_TEXT,
    compliance=st.sampled_from(Compliance),
    severity=st.sampled_from(Severity),
    title=_TEXT,
    reason=_TEXT,
    account_id=_MAYBE,
    region=_MAYBE,
    event_id=_MAYBE,
    event_time=st.none() | st.datetimes(min_value=datetime(2013, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # the strategy adds it
    event_source=_MAYBE,
    event_name=_MAYBE,
    actor=st.builds(
        Actor, _TEXT, _TEXT, _MAYBE, _MAYBE, _MAYBE, _MAYBE, _MAYBE, _MAYBE, _MAYBE, st.booleans()
    ),
    source_ip=_MAYBE,
    resource=_MAYBE,
    origin=_TEXT,
    tags=st.lists(_TEXT, max_size=3).map(tuple),
    evidence=json_objects,
    suppressed=st.booleans(),
    resource_type=_MAYBE,
    suppression=st.none()
    | st.builds(Suppression, _TEXT, _TEXT, st.none() | st.dates(min_value=date(2013, 1, 1))),
)

failures = st.one_of(
    st.builds(RuleFailure, _TEXT, _MAYBE, _TEXT, _TEXT, _TEXT),
    st.builds(PluginFailure, _TEXT, _TEXT),
    st.builds(DeadLetter, _TEXT, _TEXT, st.binary(max_size=40)),
    st.builds(DecodeFailure, _TEXT, _TEXT, st.binary(max_size=40)),
    st.builds(ReadFailure, _TEXT, _TEXT),
)


def verdict(**changes: Any) -> Verdict:
    """Make one that has everything, with whatever differs."""
    return Verdict(
        **{
            "id": "0123456789abcdef0123456789abcdef",
            "rule_id": "igw-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached",
            "reason": "igw-0example is attached to vpc-0example",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "event_id": "event-1",
            "event_time": DEFAULT_TIME,
            "event_source": "ec2.amazonaws.com",
            "event_name": "AttachInternetGateway",
            "actor": Actor(type="AssumedRole", name="Deployer", session_name="ci-1234"),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            "origin": "a.json > record 1",
            "tags": ("mitre:T1562.004",),
            "evidence": {"vpc_id": "vpc-0example"},
            **changes,
        }
    )
