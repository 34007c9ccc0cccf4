"""What a notebook runs when it starts was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "sagemaker:UpdateNotebookInstanceLifecycleConfig",
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ],
    severity=Severity.MEDIUM,
    title="Notebook start changed",
    references=["https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html"],
    tags=["mitre:T1546", "mitre:T1059.009"],
)
def notebook_start_changed(event: CloudTrailEvent) -> Violation:
    """Somebody changed what a notebook of SageMaker runs as root when it starts, or got a link into one.

    Notebooks have roles that may read much. The script sends their credentials wherever it likes.

    Known false positives: teams that work with notebooks; except them by ``actor``.
    """
    named = first_text(
        event.request_parameters.get("notebookInstanceLifecycleConfigName"),
        event.request_parameters.get("notebookInstanceName"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
