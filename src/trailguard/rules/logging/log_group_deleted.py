"""A log group was deleted, or keeps what it has for a shorter time."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


class Params(Callers, frozen=True, defer_build=True):
    """What names of log groups say that an audit needs them, and from how many days on retention is short."""

    audit_names: tuple[str, ...] = ("cloudtrail", "flow-log", "flowlog", "guardduty", "audit", "security")
    short_retention_days: int = 7


@rule(
    on=["logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy"],
    severity=Severity.LOW,
    title="Logs deleted",
    references=[
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    ],
    tags=["mitre:T1562.008", "mitre:T1070"],
)
def log_group_deleted(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody deleted a log group or a stream of it, or shortened for how long it is kept.

    Where the name says that it holds a trail, flow logs or another audit log, somebody wants that to be
    gone: that is high. All others are ordinary work: functions are deleted with their logs.

    Known false positives: test environments that are taken down with their trail; except them by
    ``resource``. Which names matter is said by ``audit_names``. Not seen: groups that are made empty by
    moving their subscription.
    """
    name = first_text(event.request_parameters.get("logGroupName"))
    matters = name is not None and any(part in name.lower() for part in params.audit_names)
    if not params.count(event) or (event.action == "logs:DeleteLogStream" and not matters):
        return None
    done = "deleted the log group {}"
    if event.action == "logs:PutRetentionPolicy":
        days = event.request_parameters.get("retentionInDays")
        if not matters or not isinstance(days, int) or days > params.short_retention_days:
            return None
        done = f"had what is in the log group {{}} kept for {days} days only"
    elif event.action == "logs:DeleteLogStream":
        done = "deleted a stream of the log group {}"
    return Violation(
        f"{event.actor} {done.format(name or '(not named)')}",
        resource=name,
        severity=Severity.HIGH if matters else None,
    )
