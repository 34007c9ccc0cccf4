"""The events that the tests of built-in rules keep at the top of their modules."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trailguard import CloudTrailEvent, ConfigurationItem

if TYPE_CHECKING:
    from trailguard import Rule

__all__ = ["fires", "samples"]

_TESTS = {path.stem: path for path in (Path(__file__).parent / "rules").glob("*/test_*.py")}


def samples(rule: Rule) -> dict[str, CloudTrailEvent | ConfigurationItem]:
    """Collect the events that a built-in rule's own tests keep at the top of their module."""
    return _samples(rule.id)


@cache
def _samples(rule_id: str) -> dict[str, CloudTrailEvent | ConfigurationItem]:
    module = runpy.run_path(str(_TESTS[f"test_{rule_id.replace('-', '_')}"]))
    kinds = CloudTrailEvent, ConfigurationItem
    return {name: value for name, value in module.items() if isinstance(value, kinds)}


def fires(rule: Rule, name: str) -> bool:
    """Tell by its name whether a sample is one that the rule has to report."""
    return rule.model is CloudTrailEvent or name.startswith("OPEN")
