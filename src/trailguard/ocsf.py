"""Says verdicts and failures in the words of the Open Cybersecurity Schema Framework, for lakes and SIEMs.

A verdict about a call is a Detection Finding, one about a configuration a Compliance Finding. A failure is an
Application Error: trailguard's own, so that nobody takes it for a finding about AWS, or for the lack of one.

Source: the classes and objects at schema.ocsf.io, in the versions 1.6 to 1.8.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import msgspec

from trailguard.message import as_much_of, content_of, shortened, to_line
from trailguard.report import DeadLetter
from trailguard.verdict import Compliance, Severity, Verdict

if TYPE_CHECKING:
    from trailguard.models.identity import Actor
    from trailguard.report import Failure, Notice
    from trailguard.verdict import Suppression

__all__ = ["VERSION", "to_ocsf", "to_ocsf_json"]

VERSION: Final = "1.6.0"
"""The version of the schema that events claim to follow."""

_COMPLIANCE_FINDING: Final = 2003
_DETECTION_FINDING: Final = 2004
_APPLICATION_ERROR: Final = 6008

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Coded = tuple[int, str]
"""An id of an enumeration, and the caption that goes with it."""

_INFORMATIONAL: Final[Coded] = (1, "Informational")
_SEVERITIES: Final[dict[Severity, Coded]] = {
    Severity.INFO: _INFORMATIONAL,
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_SUPPRESSED: Final[Coded] = (3, "Suppressed")
_STATUSES: Final[dict[Compliance, Coded]] = {
    Compliance.NON_COMPLIANT: (1, "New"),
    Compliance.COMPLIANT: (4, "Resolved"),
    Compliance.NOT_APPLICABLE: (99, "Not Applicable"),
}
_COMPLIANCES: Final[dict[Compliance, Coded]] = {
    Compliance.NON_COMPLIANT: (3, "Fail"),
    Compliance.COMPLIANT: (1, "Pass"),
    Compliance.NOT_APPLICABLE: (99, "Not Applicable"),
}
_USERS: Final = {"Unknown": 0, "IAMUser": 1, "IdentityCenterUser": 1, "AWSService": 4}
_ADMIN: Final = 2
_OTHER: Final = 99


def to_ocsf(notice: Notice, *, now: datetime | None = None) -> dict[str, Any]:
    """Return a verdict or failure as an OCSF event.

    Args:
        notice: what to tell.
        now: the time of notices that have none, failures above all; 1970 if left out, since OCSF wants one.

    Returns:
        The event. Its evidence is the rule's, and may hold what JSON has no word for; `to_ocsf_json` has one.
    """
    return _finding(notice, now) if isinstance(notice, Verdict) else _error(notice, now)


def to_ocsf_json(notice: Notice, max_bytes: int | None = None, *, now: datetime | None = None) -> str:
    """Write a verdict or failure as an OCSF event on one line, as harmless as what `to_json` writes.

    Args:
        notice: what to write.
        max_bytes: shorten it if it is longer than this: the evidence goes, and the ends of long texts and of
            a dead letter's bytes. A shortened one has ``"is_truncated": true`` among its metadata.
        now: as in `to_ocsf`.
    """
    line = to_line(to_ocsf(notice, now=now))
    if max_bytes is None or len(line.encode()) <= max_bytes:
        return line
    short = shortened(msgspec.json.decode(line), "data")
    short["metadata"]["is_truncated"] = True
    if isinstance(notice, DeadLetter):
        short["unmapped"]["data"] = ""
        short["unmapped"]["data"] = as_much_of(notice.data, max_bytes - len(to_line(short).encode()))
    return to_line(short)


def _finding(verdict: Verdict, now: datetime | None) -> dict[str, Any]:
    """Write a verdict. Who, which call and from where are evidence: a finding has no other place for them."""
    is_call = verdict.event_name is not None
    is_violation = verdict.compliance is Compliance.NON_COMPLIANT
    time = _milliseconds(verdict.event_time or now)
    event = {
        **_head(_DETECTION_FINDING if is_call else _COMPLIANCE_FINDING, time),
        **_coded("severity", _SEVERITIES[verdict.severity] if is_violation else _INFORMATIONAL),
        **_coded("status", _SUPPRESSED if verdict.suppressed else _STATUSES[verdict.compliance]),
        **_known(status_detail=_exception(verdict.suppression)),
        "message": verdict.reason,
        "metadata": _metadata(verdict.origin, profiles=["cloud"], labels=list(verdict.tags)),
        "finding_info": _finding_info(verdict, time),
        "cloud": _known(provider="AWS", region=verdict.region, account=_account(verdict.account_id)),
        **_known(resources=_resources(verdict), evidences=_evidences(verdict)),
    }
    if is_call:
        event["is_alert"] = is_violation and not verdict.suppressed
    else:
        event["compliance"] = {
            "control": verdict.rule_id,
            **_coded("status", _COMPLIANCES[verdict.compliance]),
        }
    return event


def _error(failure: Failure, now: datetime | None) -> dict[str, Any]:
    content = content_of(failure)
    origin, error = content.pop("origin"), content.pop("error")
    return {
        **_head(_APPLICATION_ERROR, _milliseconds(now)),
        **_coded("severity", _SEVERITIES[Severity.HIGH]),
        **_coded("status", (2, "Failure")),
        "message": error,
        "metadata": _metadata(origin),
        "unmapped": content,
    }


def _head(class_uid: int, time: int) -> dict[str, Any]:
    """Write what is first in every event. The activity is "Create", or "General Error": both are 1."""
    return {
        "category_uid": class_uid // 1000,
        "class_uid": class_uid,
        "activity_id": 1,
        "type_uid": class_uid * 100 + 1,
        "time": time,
    }


def _metadata(origin: str, **more: list[str]) -> dict[str, Any]:
    product = {"name": "trailguard", "vendor_name": "trailguard"}
    return {"version": VERSION, "product": product, **_known(log_name=origin, **more)}


def _finding_info(verdict: Verdict, time: int) -> dict[str, Any]:
    source = "AWS Config" if verdict.event_name is None else "AWS CloudTrail"
    return {
        "uid": verdict.id,
        "title": verdict.title,
        "desc": verdict.reason,
        "created_time": time,
        "analytic": {"uid": verdict.rule_id, "name": verdict.title, "type_id": 1, "type": "Rule"},
        "data_sources": [source],
        **_known(related_events=[{"uid": verdict.event_id, "type": source}] if verdict.event_id else None),
    }


def _exception(suppression: Suppression | None) -> str | None:
    """Say which exception covers a verdict, or did until it expired."""
    if suppression is None:
        return None
    until = f", until {suppression.expires}" if suppression.expires else ""
    return f"{suppression.owner}: {suppression.reason}{until}"


def _resources(verdict: Verdict) -> list[dict[str, Any]]:
    if not verdict.resource:
        return []
    owner = _known(account=_account(verdict.account_id))
    return [
        _known(uid=verdict.resource, type=verdict.resource_type, region=verdict.region, owner=owner),
    ]


def _evidences(verdict: Verdict) -> list[dict[str, Any]]:
    evidence = _known(data=verdict.evidence)
    if verdict.event_name:
        service = _known(name=verdict.event_source)
        evidence |= {
            "actor": _actor(verdict.actor),
            "api": _known(operation=verdict.event_name, service=service),
            **_known(src_endpoint=_endpoint(verdict)),
        }
    return [evidence] if evidence else []


def _actor(actor: Actor) -> dict[str, Any]:
    user = {
        "name": actor.name,
        "type": actor.type,
        "type_id": _ADMIN if actor.is_root else _USERS.get(actor.type, _OTHER),
        **_known(uid=actor.arn, account=_account(actor.account_id)),
    }
    session = _known(uid=actor.session_name, issuer=actor.role_name, credential_uid=actor.access_key_id)
    return {"user": user, **_known(session=session, app_name=actor.service)}


def _endpoint(verdict: Verdict) -> dict[str, str]:
    """Say from where a call came: an address, or the service that made it."""
    try:
        return {"ip": str(ip_address(verdict.source_ip or ""))}
    except ValueError:
        return _known(svc_name=verdict.source_ip or verdict.actor.service)


def _account(account_id: str | None) -> dict[str, Any] | None:
    return {"uid": account_id, "type": "AWS Account", "type_id": 10} if account_id else None


def _milliseconds(time: datetime | None) -> int:
    if time is None:
        return 0
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def _coded(name: str, coded: Coded) -> dict[str, Any]:
    return {f"{name}_id": coded[0], name: coded[1]}


def _known(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON of any shape
    """Leave out what is not known."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}
