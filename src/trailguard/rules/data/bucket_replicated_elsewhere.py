"""What comes into a bucket is copied into another account."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first, first_text, items
from trailguard.verdict import Severity, Violation


@rule(
    on="s3:PutBucketReplication",
    severity=Severity.MEDIUM,
    title="Bucket replicated to another account",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html"],
    tags=["mitre:T1537", "cis:4.8"],
)
def bucket_replicated_elsewhere(event: CloudTrailEvent, params: Trusted) -> Iterator[Violation]:
    """Somebody set a replication whose destination belongs to another account, or may.

    Data leaves by itself from then on, and nobody has to read it.

    Known false positives: copies for the worst case in a backup account: name it in ``trusted_accounts``. A
    destination whose account is not said is low: it is in this account, if somebody has not made a bucket
    of that name elsewhere.
    """
    bucket = first_text(event.request_parameters.get("bucketName"))
    configuration = first(event.request_parameters.get("ReplicationConfiguration"))
    for one in items(configuration.get("Rule")):
        destination = first(one.get("Destination"))
        account = first_text(destination.get("Account"))
        if account and params.strangers([account], event):
            yield Violation(
                f"{event.actor} has the bucket {bucket or '(not named)'} copied to the account {account}",
                resource=bucket,
                evidence={"account": account, "destination": first_text(destination.get("Bucket"))},
            )
