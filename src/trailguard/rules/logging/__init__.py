"""Rules about what records and watches: trails, AWS Config, flow logs, detectors, alarms."""

from trailguard._rule import Rule

__all__ = ["LOGGING_RULES"]

LOGGING_RULES: tuple[Rule, ...] = ()
