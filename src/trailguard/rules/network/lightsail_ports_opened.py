"""An instance of Lightsail lets everybody in for administration."""

from __future__ import annotations

from typing import Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, items, texts
from trailguard.rules._network import is_whole_internet
from trailguard.verdict import Severity, Violation


@rule(
    on=["lightsail:OpenInstancePublicPorts", "lightsail:PutInstancePublicPorts"],
    severity=Severity.MEDIUM,
    title="Lightsail ports opened",
    references=[
        "https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_OpenInstancePublicPorts.html"
    ],
    tags=["mitre:T1562.007", "mitre:T1133"],
)
def lightsail_ports_opened(event: CloudTrailEvent) -> Violation | None:
    """Somebody opened ports of an instance of Lightsail, other than those of the web.

    If no addresses are named, all are let in.

    Known false positives: servers that are meant to be public; except them by ``resource``.
    """
    request = event.request_parameters
    opened = [*items(request.get("portInfo")), *items(request.get("portInfos"))]
    wide = [one for one in opened if one.get("fromPort") not in (80, 443) and _is_open(one)]
    if not wide:
        return None
    name = first_text(request.get("instanceName"))
    port = wide[0].get("fromPort")
    return Violation(
        f"{event.actor} opened port {port} of {name or '(not named)'} to everybody", resource=name
    )


def _is_open(port: dict[str, Any]) -> bool:
    sources = texts(port.get("cidrs"))
    return not sources or any(map(is_whole_internet, sources))
