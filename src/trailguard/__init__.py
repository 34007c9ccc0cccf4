"""A rule engine for what happens in an AWS account: CloudTrail and AWS Config in, verdicts out."""

from trailguard._rule import Rule, rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Verdict, Violation

__version__ = "0.1.0"
__all__ = ["CloudTrailEvent", "Match", "Rule", "Severity", "Verdict", "Violation", "rule"]
