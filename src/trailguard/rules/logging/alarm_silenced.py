"""Alarms of CloudWatch were deleted, or tell nobody any more."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.verdict import Severity, Violation


@rule(
    on=["cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions"],
    severity=Severity.LOW,
    title="Alarm silenced",
    references=["https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"],
    tags=["mitre:T1562.001"],
)
def alarm_silenced(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """Somebody deleted alarms of CloudWatch, or switched off what they do.

    Alarms on unauthorized calls and on the use of root are deleted before the noise is made.

    Known false positives: applications that are taken down with their alarms, and scaling policies, whose
    calls do not count unless ``service_calls`` says so; except pipelines by ``actor``.
    """
    if params.count(event):
        for alarm in texts(event.request_parameters.get("alarmNames")) or [""]:
            yield Violation(
                f"{event.actor} silenced the alarm {alarm or '(not named)'}", resource=alarm or None
            )
