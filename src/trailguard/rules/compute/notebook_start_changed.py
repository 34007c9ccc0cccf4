"""What a notebook runs when it starts was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, items
from trailguard.rules.compute._scripts import decoded, suspicious_part
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:UpdateNotebookInstanceLifecycleConfig",
        "sagemaker:CreateStudioLifecycleConfig",
    ],
    severity=Severity.MEDIUM,
    title="Notebook start changed",
    references=["https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html"],
    tags=["mitre:T1546", "mitre:T1059.009"],
)
def notebook_start_changed(event: CloudTrailEvent) -> Violation | None:
    """Somebody changed what notebooks of SageMaker run as root when they start; a new script is low.

    Unless it has something in it that an intruder's would. Notebooks have roles that may read much, and the
    script sends their credentials wherever it likes.

    Known false positives: teams that work with notebooks; except them by ``actor``.
    """
    request = event.request_parameters
    named = first_text(
        request.get("notebookInstanceLifecycleConfigName"), request.get("studioLifecycleConfigName")
    )
    scripts = [one.get("content") for key in ("onCreate", "onStart") for one in items(request.get(key))]
    scripts.append(request.get("studioLifecycleConfigContent"))
    found = suspicious_part("\n".join(map(decoded, scripts)))
    is_new = event.event_name.startswith("Create") and (found is None or found[1] is not None)
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}",
        resource=named,
        severity=Severity.LOW if is_new else None,
        evidence={"suspicious": found[0]} if found else {},
    )
