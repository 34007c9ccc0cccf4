"""Objects are encrypted with a key that the account does not have."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=["s3:PutObject", "s3:CopyObject"],
    severity=Severity.HIGH,
    title="Objects encrypted with a key of somebody else",
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    ],
    tags=["mitre:T1486", "strict"],
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def object_encrypted_by_stranger(event: CloudTrailEvent) -> Violation | None:
    """Somebody wrote an object encrypted with a key of their own, or with a KMS key of another account.

    S3 keeps no such key. Whoever copies each object over itself so, and takes the old versions away, can
    ask for a ransom.

    Known false positives: programs that bring keys of their own (except them by ``actor``, or block it by
    ``s3:x-amz-server-side-encryption-customer-algorithm``). Needs the data events of S3.
    """
    request = event.request_parameters
    bucket, key = (first_text(request.get(name)) for name in ("bucketName", "key"))
    named = f"{bucket}/{key}" if bucket and key else bucket
    kms_key = first_text(request.get("x-amz-server-side-encryption-aws-kms-key-id")) or ""
    owner = kms_key.split(":")[4] if kms_key.count(":") >= 5 else ""
    own_key = "x-amz-server-side-encryption-customer-algorithm" in request or (
        event.additional_event_data.get("SSEApplied") == "SSE_C"
    )
    if not own_key and owner in {"", event.account_id}:
        return None
    whose = "a key that S3 does not keep" if own_key else f"a key of the account {owner}"
    return Violation(
        f"{event.actor} encrypted the object {named or '(not named)'} with {whose}", resource=named
    )
