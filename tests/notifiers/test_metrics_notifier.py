from __future__ import annotations

import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.models import Actor
from trailguard.notifiers.metrics import MetricsNotifier
from trailguard.notify import deliver
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from trailguard.report import Notice

NOW = 1_800_000_000.125
FAILURES: list[Notice] = [
    RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'"),
    DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00"),
    ReadFailure("missing", "no such file or folder"),
    PluginFailure("acme-rules 1.2.3", "cannot be loaded"),
]


def verdict(rule_id: str = "igw-attached", severity: Severity = Severity.HIGH, **changes: Any) -> Verdict:
    return Verdict(
        id="0123456789abcdef0123456789abcdef",
        rule_id=rule_id,
        compliance=Compliance.NON_COMPLIANT,
        severity=severity,
        title="Internet gateway attached",
        reason="igw-0example is attached",
        **changes,
    )


def lines(notices: list[Notice], **options: Any) -> list[dict[str, Any]]:
    stream = io.StringIO()
    MetricsNotifier(stream=stream, clock=lambda: NOW, **options).send(notices)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def metrics(written: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Add up as CloudWatch does: a line counts for each of its dimension sets. Empty counts are left out."""
    sums: Counter[tuple[str, str]] = Counter()
    for line in written:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        for names in directive["Dimensions"]:
            values = ",".join(f"{name}={line[name]}" for name in names)
            sums.update({(metric["Name"], values): line[metric["Name"]] for metric in directive["Metrics"]})
    return +sums


def test_line_is_in_the_embedded_metric_format() -> None:
    assert lines([verdict(), verdict()]) == [
        {
            "_aws": {
                "Timestamp": 1_800_000_000_125,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "trailguard",
                        "Dimensions": [[], ["severity"], ["rule_id"]],
                        "Metrics": [
                            {"Name": "Verdicts", "Unit": "Count"},
                            {"Name": "SuppressedVerdicts", "Unit": "Count"},
                        ],
                    }
                ],
            },
            "severity": "high",
            "rule_id": "igw-attached",
            "Verdicts": 2,
            "SuppressedVerdicts": 0,
        }
    ]


def test_counts_in_all_by_severity_and_by_rule() -> None:
    notices: list[Notice] = [
        verdict("igw-attached"),
        verdict("igw-attached"),
        verdict("igw-attached", Severity.LOW),
        verdict("role-trusts-anyone"),
        verdict("role-trusts-anyone", suppressed=True),
        *FAILURES,
        FAILURES[0],
    ]

    assert metrics(lines(notices)) == {
        ("Verdicts", ""): 4,
        ("Verdicts", "severity=high"): 3,
        ("Verdicts", "severity=low"): 1,
        ("Verdicts", "rule_id=igw-attached"): 3,
        ("Verdicts", "rule_id=role-trusts-anyone"): 1,
        ("SuppressedVerdicts", ""): 1,
        ("SuppressedVerdicts", "severity=high"): 1,
        ("SuppressedVerdicts", "rule_id=role-trusts-anyone"): 1,
        ("Failures", ""): 5,
        ("Failures", "kind=rule-failure"): 2,
        ("Failures", "kind=decode-failure"): 1,
        ("Failures", "kind=read-failure"): 1,
        ("Failures", "kind=plugin-failure"): 1,
    }


def test_who_and_what_are_no_dimensions() -> None:
    """Each value of one is a metric that costs; nor are they there to search for."""
    notices: list[Notice] = [
        verdict(resource=f"i-{n}", actor=Actor(name=f"user-{n}"), account_id=f"{n:012}") for n in range(50)
    ]

    written = lines(notices)

    assert len(written) == 1
    assert written[0].keys() == {"_aws", "severity", "rule_id", "Verdicts", "SuppressedVerdicts"}


@given(
    st.lists(
        st.builds(verdict, st.text(max_size=400), st.sampled_from(Severity), suppressed=st.booleans())
        | st.sampled_from(FAILURES),
        max_size=30,
    )
)
def test_lines_are_within_the_limits_and_lose_nothing(notices: list[Notice]) -> None:
    """CloudWatch drops a metric whose dimension is blank, too long or not ASCII."""
    written = lines(notices)

    for line in written:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        assert len(directive["Metrics"]) <= 100
        assert all(len(names) <= 30 for names in directive["Dimensions"])
        for name in (name for names in directive["Dimensions"] for name in names):
            value = line[name]
            assert value.isascii()
            assert value.isprintable()
            assert value.strip()
            assert len(value) <= 1024
            assert not value.startswith(":")
    sums = metrics(written)
    verdicts = [one for one in notices if isinstance(one, Verdict)]
    assert sums["Verdicts", ""] + sums["SuppressedVerdicts", ""] == len(verdicts)
    assert sums["Failures", ""] == len(notices) - len(verdicts)


def test_standard_output_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """It is looked up when it is written to: it may be another by then, as it is in this test."""
    [told] = deliver([verdict()], [MetricsNotifier()])

    assert told.undelivered == ()
    assert json.loads(capsys.readouterr().out)["Verdicts"] == 1


def test_stream_that_is_closed_leaves_all_undelivered() -> None:
    stream = io.StringIO()
    stream.close()
    notices = [verdict(), FAILURES[0]]

    [told] = deliver(notices, [MetricsNotifier(stream=stream)])

    assert [one.notice for one in told.undelivered] == notices


@pytest.mark.parametrize("namespace", ["trailguard", "Acme/Security", "a", "x" * 255, "My team: #1"])
def test_namespace_may_be_another(namespace: str) -> None:
    [line] = lines([verdict()], namespace=namespace)

    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == namespace


@pytest.mark.parametrize("namespace", ["", " ", "AWS/EC2", "x" * 256, "a\nb", "Grüße", 7])
def test_namespace_that_is_none_is_refused(namespace: Any) -> None:
    with pytest.raises(ValueError, match=r"^namespace is .*; expected up to 255 letters"):
        MetricsNotifier(namespace=namespace)
