"""An object is called as notes of extortionists are."""

from __future__ import annotations

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """Parts of names by which notes are known, in lower case."""

    names: tuple[str, ...] = (
        "ransom",
        "how_to_decrypt",
        "how-to-decrypt",
        "decrypt_instructions",
        "files_encrypted",
        "files-deleted",
        "warning_readme",
        "recover_files",
        "restore_files",
    )


@rule(
    on=["s3:PutObject", "s3:CopyObject"],
    severity=Severity.HIGH,
    title="Ransom note uploaded",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"],
    tags=["mitre:T1486", "mitre:T1485", "strict"],
)
def ransom_note_uploaded(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody wrote an object whose name is one of a ransom note.

    It comes after the data is gone; what is not gone yet may be saved.

    Known false positives: samples of malware that are kept on purpose; except their bucket by ``resource``.
    Needs the data events of S3.
    """
    bucket, key = (first_text(event.request_parameters.get(name)) for name in ("bucketName", "key"))
    if key is None or not any(name in key.rpartition("/")[2].lower() for name in params.names):
        return None
    return Violation(
        f"{event.actor} uploaded {bucket or '(not named)'}/{key}",
        resource=f"{bucket}/{key}" if bucket else key,
    )
