"""A rule engine for what happens in an AWS account: CloudTrail and AWS Config in, verdicts out."""

from trailguard._rule import Rule, rule
from trailguard.engine import Engine
from trailguard.guard import Guard
from trailguard.hookspecs import hookimpl
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigurationItem, ScheduledRun
from trailguard.report import Report
from trailguard.verdict import Severity, Verdict, Violation
from trailguard.windows import Dedup, Threshold

__version__ = "0.1.0"
__all__ = [
    "CloudTrailEvent",
    "ConfigurationItem",
    "Dedup",
    "Engine",
    "Guard",
    "Match",
    "Report",
    "Rule",
    "ScheduledRun",
    "Severity",
    "Threshold",
    "Verdict",
    "Violation",
    "hookimpl",
    "rule",
]
