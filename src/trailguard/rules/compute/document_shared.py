"""A document of Systems Manager was given to others."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text, texts
from trailguard.verdict import Severity, Violation


@rule(
    on="ssm:ModifyDocumentPermission",
    severity=Severity.MEDIUM,
    title="Systems Manager document shared",
    references=["https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html"],
    tags=["mitre:T1537", "mitre:T1651"],
)
def document_shared(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody shared a document with another account; with everybody it is high.

    Documents say how instances are run, and have had passwords in them.

    Known false positives: other accounts of your own: name them in ``trusted_accounts``.
    """
    added = texts(event.request_parameters.get("accountIdsToAdd"))
    everybody = "all" in [one.lower() for one in added]
    strangers = params.strangers(added, event)
    if not strangers:
        return None
    name = first_text(event.request_parameters.get("name"))
    whom = "everybody" if everybody else f"the account {', '.join(strangers)}"
    return Violation(
        f"{event.actor} shared the document {name or '(not named)'} with {whom}",
        resource=name,
        severity=Severity.HIGH if everybody else None,
    )
