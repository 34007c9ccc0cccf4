"""What keeps buckets from being public was taken away."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, is_true
from trailguard.verdict import Severity, Violation

_SHIELDS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@rule(
    on=[
        "s3:PutBucketPublicAccessBlock",
        "s3:DeleteBucketPublicAccessBlock",
        "s3:PutAccountPublicAccessBlock",
        "s3:DeleteAccountPublicAccessBlock",
    ],
    severity=Severity.MEDIUM,
    title="Block of public access weakened",
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    ],
    tags=["mitre:T1562.001", "mitre:T1530"],
)
def public_access_block_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody deleted or weakened the block of public access of a bucket, or of the whole account.

    That of the account is high. With it, no policy and no list makes a bucket public, by mistake or on
    purpose. To take it away is the first of two steps.

    Known false positives: Terraform, which deletes the block of a bucket before the bucket (except its
    ``actor``), and websites that are meant to be public.
    """
    request = event.request_parameters
    bucket = first_text(request.get("bucketName"))
    configuration = first(request.get("PublicAccessBlockConfiguration"))
    deleted = event.event_name.startswith("Delete")
    off = [name for name in _SHIELDS if not is_true(configuration.get(name))]
    if not deleted and not off:
        return None
    of_account = "Account" in event.event_name
    named = f"the account {event.account_id}" if of_account else f"the bucket {bucket or '(not named)'}"
    return Violation(
        f"{event.actor} {'deleted' if deleted else 'weakened'} the block of public access of {named}",
        resource=event.account_id if of_account else bucket,
        severity=Severity.HIGH if of_account else None,
        evidence={"off": off},
    )
