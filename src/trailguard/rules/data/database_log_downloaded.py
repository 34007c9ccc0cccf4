"""A log of a database was downloaded."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import text
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=["rds:DownloadDBLogFilePortion", "rds:DownloadCompleteDBLogFile"],
    severity=Severity.LOW,
    title="Log of a database downloaded",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.Downloading.html"
    ],
    tags=["mitre:T1654", "mitre:T1552.001", "strict"],
    lint_ignore=["TG102"],  # DownloadCompleteDBLogFile, which consoles call, is in no SDK
    dedup=Dedup(within="1h", by=["account_id", "actor", "resource"]),
)
def database_log_downloaded(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody read a log of a database instance.

    Logs of statements hold what was asked and written, passwords of new users among it.

    Known false positives: collectors of logs, and people who look for errors; except them by ``actor``.
    Services' calls do not count unless ``service_calls`` says so. One verdict an hour for a caller and a
    database.
    """
    if not params.count(event):
        return None
    database = named(event, DATABASE_NAMES)
    log = text(fields(event.request_parameters).get("logfilename"))
    return Violation(
        f"{event.actor} read {log or 'a log'} of the database {database or '(not named)'}",
        resource=database,
        evidence={"log": log},
    )
