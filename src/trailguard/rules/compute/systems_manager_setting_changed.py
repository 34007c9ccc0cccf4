"""A setting of Systems Manager gives more than before."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_SHARING = "/ssm/documents/console/public-sharing-permission"
_HOSTS = "/ssm/managed-instance/default-ec2-instance-management-role"


@rule(
    on=["ssm:UpdateServiceSetting", "ssm:ResetServiceSetting"],
    severity=Severity.LOW,
    title="Systems Manager setting changed",
    references=[
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html"
    ],
    tags=["mitre:T1578.005", "mitre:T1651"],
)
def systems_manager_setting_changed(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave all instances of a region a role to be managed by, or let documents be made public.

    By the role, commands run even on instances that have none of their own. Documents have had passwords in
    them; that they may be shared with everybody is medium.

    Known false positives: Systems Manager that is set up; except whoever does that by ``actor``.
    """
    request = event.request_parameters
    setting, value = first_text(request.get("settingId")) or "", first_text(request.get("settingValue"))
    was_reset = event.event_name == "ResetServiceSetting"
    if setting.endswith(_SHARING) and (was_reset or value == "Enable"):
        did, severity = "let documents be shared with everybody", Severity.MEDIUM
    elif setting.endswith(_HOSTS) and not was_reset:
        did, severity = f"let all instances be managed by the role {value or '(not named)'}", None
    else:
        return None
    return Violation(f"{event.actor} {did} by {setting}", resource=setting, severity=severity)
