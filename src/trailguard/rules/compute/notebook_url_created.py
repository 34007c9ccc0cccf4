"""Somebody had a link into a notebook."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="sagemaker:CreatePresignedNotebookInstanceUrl",
    severity=Severity.LOW,
    title="Link into a notebook created",
    references=[
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html"
    ],
    tags=["mitre:T1021.007", "mitre:T1548.005"],
)
def notebook_url_created(event: CloudTrailEvent) -> Violation:
    """Somebody made a link that opens a notebook of SageMaker without signing in.

    Whoever opens it has a shell with the role of the notebook: a known way to more.

    Known false positives: people who work with notebooks, whom the console gives such links; except them by
    ``actor``.
    """
    notebook = first_text(event.request_parameters.get("notebookInstanceName"))
    return Violation(
        f"{event.actor} made a link into the notebook {notebook or '(not named)'}", resource=notebook
    )
