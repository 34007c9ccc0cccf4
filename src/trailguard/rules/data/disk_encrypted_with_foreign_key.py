"""A disk or database is encrypted with a key of another account."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import text
from trailguard.rules.data._backups import BACKUP_NAMES
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._sharing import Recipients, Shared
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation

_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:(?P<account>[0-9]{12}):.+")
_SOURCES = ("sourcesnapshotid", "sourcedbsnapshotidentifier", "sourcedbclustersnapshotidentifier", "volumeid")


@rule(
    on=[
        "ec2:ModifyEbsDefaultKmsKeyId",
        "ec2:CopySnapshot",
        "ec2:CreateVolume",
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
        "rds:RestoreDBClusterFromSnapshot",
    ],
    severity=Severity.MEDIUM,
    title="Disk encrypted with a key of another account",
    references=[
        "https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",
    ],
    tags=["mitre:T1486"],
)
def disk_encrypted_with_foreign_key(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody encrypted a disk or snapshot, or all new disks, with a key of an account that is not trusted.

    Whoever owns the key can take it away, and with it the data, and be paid to give it back. It also makes a
    copy that another account can read.

    Known false positives: an account that keeps the keys of all others; name it in ``trusted_accounts``.
    Services' calls do not count unless ``service_calls`` says so. Not seen: aliases and ids without an ARN,
    which are the account's own.
    """
    key = text(fields(request_of(event)).get("kmskeyid")) or ""
    found = _KEY.fullmatch(key)
    whom = params.whom(Shared(accounts=[found["account"]]), event) if found else []
    if not whom:
        return None
    encrypted = named(event, (*_SOURCES, *BACKUP_NAMES, *DATABASE_NAMES))
    return Violation(
        f"{event.actor} encrypted {encrypted or 'disks'} with a key of {whom[0]} by {event.action}",
        resource=encrypted,
        evidence={"key": key},
    )
