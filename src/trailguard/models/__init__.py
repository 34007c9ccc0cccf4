"""What AWS sends, as frozen pydantic models."""

from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigRuleInvocation, ConfigurationItem, ScheduledRun
from trailguard.models.identity import Actor, UserIdentity

__all__ = [
    "Actor",
    "CloudTrailEvent",
    "ConfigRuleInvocation",
    "ConfigurationItem",
    "ScheduledRun",
    "UserIdentity",
]
