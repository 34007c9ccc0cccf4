from __future__ import annotations

import gzip
import json
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from trailguard import Engine
from trailguard.decode import decode
from trailguard.report import Counts
from trailguard.rules.network.ec2_blocked_action import ec2_blocked_action
from trailguard.testing import cloudtrail_event, iam_user, root
from trailguard.verdict import Verdict

sys.path.append(str(Path(__file__).parents[1] / "bench" / "peers"))
detections = import_module("detections")
functions = import_module("functions")
rules_of = import_module("rules_of")
worker_jq = import_module("worker_jq")

DETECTIONS = detections.DETECTIONS
FUNCTIONS = {detection.name: functions.as_function(detection) for detection in DETECTIONS}
ENGINE = Engine(map(rules_of.as_rule, DETECTIONS))


def record(detection: Any, value: Any = None, **fields: Any) -> dict[str, Any]:
    """Make a record that a detection is about, with a value where it looks, or with what it looks for."""
    if value is None:
        value = detection.equals if detection.equals is not None else [_told(detection.contains)]
    content: Any = value
    for key in reversed(detection.path):
        content = {key: content}
    actor = root() if detection.identity == "Root" else iam_user("alice")
    made = cloudtrail_event("ec2:RunInstances", actor=actor).raw
    about = {"eventSource": f"{detection.service}.amazonaws.com", "eventName": detection.events[-1]}
    return made | about | (content if detection.where else {}) | fields


def _told(text: str) -> Any:
    """Return what has such a text in it when it is written out."""
    if ": " in text:
        key, value = text.split(": ")
        return {key.strip("'"): False if value == "False" else value.strip("'")}
    return text.strip("'")


def by_functions(made: dict[str, Any]) -> set[str]:
    return {name for name, function in FUNCTIONS.items() if function(made)}


def by_rules(made: dict[str, Any]) -> set[str]:
    notices = list(ENGINE.judge_all(decode(json.dumps(made).encode()), Counts()))
    assert all(isinstance(notice, Verdict) for notice in notices)
    return {notice.rule_id for notice in notices if isinstance(notice, Verdict)}


def misses(detection: Any) -> list[dict[str, Any]]:
    """Make records that a detection is nearly about."""
    made = [record(detection, eventSource="health.amazonaws.com"), record(detection, eventName="DescribeIt")]
    if detection.outcome == "success":
        made.append(record(detection, errorCode="AccessDenied"))
    if detection.where:
        first = detection.path[0]
        made += [record(detection, **{first: None}), record(detection, **{first: {"other": "x"}})]
    if detection.equals is not None or detection.contains:
        made.append(record(detection, "something else"))
    if detection.identity:
        made.append(record(detection, userIdentity={"type": "IAMUser", "userName": "alice"}))
    return made


def test_there_are_a_hundred_detections_with_names_of_their_own() -> None:
    assert len(FUNCTIONS) == len(DETECTIONS) == 100


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda detection: detection.name)
def test_functions_and_rules_detect_the_same(detection: Any) -> None:
    """Figures of peers that look for different things would say nothing."""
    hit = record(detection)
    assert detection.name in by_functions(hit)
    assert by_functions(hit) == by_rules(hit)
    for miss in misses(detection):
        assert detection.name not in by_functions(miss)
        assert by_functions(miss) == by_rules(miss)


def test_a_function_looks_into_anything() -> None:
    assert functions.deep_get({"a": {"b": 1}}, "a", "b") == 1
    assert functions.deep_get({"a": "text"}, "a", "b") is None
    assert functions.deep_get({}, "a", "b") is None


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("gunzip")), reason="there is no jq here")
def test_jq_finds_what_the_rule_finds(tmp_path: Path) -> None:
    blocked = [action.removeprefix("ec2:") for action in ec2_blocked_action.parameters().actions]
    calls = [("ec2", name) for name in blocked] + [("ec2", "DescribeVpcs"), ("rds", "CreateTags")]
    made = [
        cloudtrail_event("ec2:RunInstances").raw
        | {"eventSource": f"{service}.amazonaws.com", "eventName": name, "eventID": f"{name}-{error}"}
        | ({"errorCode": error} if error is not None else {})
        for service, name in calls
        for error in (None, "", "Client.UnauthorizedOperation")
    ]
    file = tmp_path / "log.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"Records": made}).encode()))
    notices = Engine([ec2_blocked_action]).judge_all(decode(file.read_bytes()), Counts())
    expected = [notice.event_id for notice in notices if isinstance(notice, Verdict)]
    assert expected
    assert worker_jq.find(blocked, [str(file)]) == expected
