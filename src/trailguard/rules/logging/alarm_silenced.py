"""Alarms of CloudWatch were deleted, or tell nobody any more."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.rules.logging._names import says, spelled
from trailguard.verdict import Severity, Violation

_PUTS = frozenset({"PutMetricAlarm", "PutCompositeAlarm"})


class Params(Callers, frozen=True, defer_build=True):
    """What names of alarms say that they watch who does what in the account."""

    audit_names: tuple[str, ...] = (
        "cloudtrail",
        "guardduty",
        "unauthorized",
        "rootaccount",
        "rootuser",
        "rootuse",
        "rootlogin",
        "consolesignin",
        "consolelogin",
        "withoutmfa",
        "iampolicychange",
    )


@rule(
    on=[
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DisableAlarmActions",
        "cloudwatch:PutAlarmMuteRule",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutCompositeAlarm",
    ],
    severity=Severity.LOW,
    title="Alarm silenced",
    references=["https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"],
    tags=["mitre:T1562.001"],
)
def alarm_silenced(event: CloudTrailEvent, params: Params) -> Iterator[Violation]:
    """Somebody deleted alarms of CloudWatch, muted them, or switched off what they do.

    Alarms on unauthorized calls and on the use of root are deleted before the noise is made: where the name
    says that it is such an alarm, it is medium.

    Known false positives: applications that are taken down with their alarms, and scaling policies, whose
    calls do not count unless ``service_calls`` says so; except pipelines by ``actor``.
    """
    request = event.request_parameters
    if not params.count(event) or (event.event_name in _PUTS and request.get("actionsEnabled") is not False):
        return
    named = [one for key in ("alarmNames", "alarmName", "name") for one in texts(spelled(request, key))]
    for alarm in named or [None]:
        yield Violation(
            f"{event.actor} silenced the alarm {alarm or '(not named)'}",
            resource=alarm,
            severity=Severity.MEDIUM if says(alarm, params.audit_names) else None,
        )
