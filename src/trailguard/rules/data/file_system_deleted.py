"""A file system was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import is_true, items
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("filesystemid", "volumeid", "filecacheid")


@rule(
    on=[
        "elasticfilesystem:DeleteFileSystem",
        "fsx:DeleteFileSystem",
        "fsx:DeleteVolume",
        "fsx:DeleteFileCache",
    ],
    severity=Severity.LOW,
    title="File system deleted",
    references=[
        "https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html",
        "https://docs.aws.amazon.com/fsx/latest/APIReference/API_DeleteFileSystem.html",
    ],
    tags=["mitre:T1485"],
)
def file_system_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a file system of EFS or FSx; medium, where it left no last backup.

    All files are gone for all machines that used it, unless there is a backup.

    Known false positives: environments that are taken down; except the pipeline by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    deleted = named(event, _NAMES)
    options = [one for held in event.request_parameters.values() for one in items(held)]
    is_last = any(is_true(one.get("skipFinalBackup")) for one in options)
    return Violation(
        f"{event.actor} deleted the file system {deleted or '(not named)'} by {event.action}"
        f"{' without a last backup' if is_last else ''}",
        resource=deleted,
        severity=Severity.MEDIUM if is_last else Severity.LOW,
    )
