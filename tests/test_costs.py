"""What judging costs, counted in calls and imports and not in seconds: the same on every machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, Engine, Severity, Violation, rule
from trailguard.decode import decode
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from types import FrameType

    from trailguard import Rule


def log_file(action: str, number: int) -> bytes:
    """A log file of so many calls of one action."""
    raw = cloudtrail_event(action).raw
    return json.dumps({"Records": [raw | {"eventID": f"event-{n}"} for n in range(number)]}).encode()


def listener(name: str, *on: str) -> Rule:
    def check(event: CloudTrailEvent) -> Violation | None:
        return None if event.event_name else Violation("no name")

    check.__name__ = name
    return rule(on=on, severity=Severity.LOW, title=name, references=["https://example.com"])(check)


def calls(engine: Engine, *files: bytes) -> Counter[str]:
    """Count the calls of trailguard's functions that judging takes, by qualified name."""
    counted: Counter[str] = Counter()

    def profile(frame: FrameType, event: str, _: object) -> None:
        # What others hook in, such as what times the collecting of garbage, is no cost of judging.
        if event == "call" and frame.f_globals.get("__name__", "").startswith("trailguard."):
            counted[frame.f_code.co_qualname] += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        for file in files:
            list(engine.judge_all(decode(file), Counts()))
    finally:
        sys.setprofile(before)
    return counted


def test_record_that_no_rule_listens_to_costs_no_call() -> None:
    engine = Engine(BUILTIN_RULES)
    calls(engine, log_file("ec2:DescribeInstances", 1))

    few = calls(engine, log_file("ec2:DescribeInstances", 1000))
    many = calls(engine, log_file("ec2:DescribeInstances", 2000))

    assert many == few


def test_record_that_a_rule_listens_to_costs_calls() -> None:
    """The near miss: the count above is able to grow."""
    engine = Engine(BUILTIN_RULES)
    calls(engine, log_file("ec2:CreateVpc", 1))

    few = calls(engine, log_file("ec2:CreateVpc", 10))
    many = calls(engine, log_file("ec2:CreateVpc", 20))

    assert many.total() > few.total()


@pytest.mark.parametrize("number", [1, 10])
def test_event_is_made_once_however_many_rules_listen(number: int) -> None:
    engine = Engine([listener(f"rule_{n}", "ec2:CreateVpc") for n in range(number)])

    counted = calls(engine, log_file("ec2:CreateVpc", 100))

    assert counted["validated"] == 100


def test_listeners_are_looked_for_once_for_each_action() -> None:
    engine = Engine([listener(f"rule_{n}", f"ec2:Create{n}*", f"s3:Put{n}") for n in range(1000)])

    counted = calls(
        engine,
        log_file("ec2:DescribeInstances", 1000),
        log_file("ec2:Create7Vpc", 100),
        log_file("ec2:DescribeInstances", 1000),
        log_file("ec2:Create7Vpc", 100),
    )

    assert counted["Router.find"] == 2
    assert counted["Match.admits"] == 1  # of the one rule that listens, for the one outcome


def test_thousand_rules_cost_the_calls_of_ten() -> None:
    """Once it is known who listens to an action, which costs more the more globs there are."""
    ten = [listener(f"rule_{n}", "ec2:CreateVpc") for n in range(10)]
    others = [listener(f"other_{n}", f"ec2:Delete{n}", f"iam:Create{n}*") for n in range(990)]
    few, many = Engine(ten), Engine([*ten, *others])
    files = log_file("ec2:CreateVpc", 100), log_file("iam:CreateUser", 100)
    calls(few, *files)
    calls(many, *files)

    assert calls(many, *files) == calls(few, *files)


def after(program: str) -> dict[str, Any]:
    """Run a program in a fresh interpreter; return which modules it imported, and which models it built."""
    told = """
import json, sys
from pydantic import BaseModel
def built(model):
    return {m.__name__ for c in model.__subclasses__() for m in (c, *all_of(c)) if m.__pydantic_complete__}
def all_of(model):
    return [m for c in model.__subclasses__() for m in (c, *all_of(c))]
print(json.dumps({"modules": sorted(sys.modules), "built": sorted(built(BaseModel))}))
"""
    process = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", program + told], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(process.stdout)
    return found


COLD_START = f"""
from trailguard import Guard
guard = Guard.from_settings(notifiers=())
report = guard.judge({cloudtrail_event("ec2:CreateVpc").raw!r})
assert report.verdicts
"""
NOT_NEEDED = (
    "boto3",
    "botocore",
    "click",
    "concurrent.futures",
    "difflib",
    "jmespath",
    "rich",
    "sqlite3",
    "tomllib",
    "trailguard.cli",
    "trailguard.lint",
    "trailguard.notifiers.sns",
    "trailguard.testing",
    "trailguard.watch",
)


def test_cold_start_imports_and_builds_what_it_needs() -> None:
    found = after(COLD_START)

    assert set(NOT_NEEDED).isdisjoint(found["modules"])
    assert "CloudTrailEvent" in found["built"]
    assert {"ConfigurationItem", "Settings", "StandingException"}.isdisjoint(found["built"])
