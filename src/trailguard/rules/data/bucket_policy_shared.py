"""A bucket policy lets in an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text
from trailguard.rules._policy import accounts_let_in
from trailguard.rules.data._log_delivery import LOG_DELIVERY_ACCOUNTS
from trailguard.verdict import Severity, Violation


@rule(
    on="s3:PutBucketPolicy",
    severity=Severity.MEDIUM,
    title="Bucket shared with another account",
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html"
    ],
    tags=["mitre:T1537", "mitre:T1530", "cis:4.8"],
)
def bucket_policy_shared(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody wrote a bucket policy that allows something to another account.

    It is how data leaves without being copied: the other account reads it whenever it likes, in its own
    log.

    Known false positives: other accounts of your own, and partners: name them in ``trusted_accounts``.
    Accounts by which AWS delivers logs of load balancers do not count.
    """
    request = event.request_parameters
    strangers = params.strangers(accounts_let_in(request.get("bucketPolicy")), event)
    strangers = [account for account in strangers if account not in LOG_DELIVERY_ACCOUNTS]
    if not strangers:
        return None
    bucket = first_text(request.get("bucketName"))
    return Violation(
        f"{event.actor} lets the account {', '.join(strangers)} into the bucket {bucket or '(not named)'}",
        resource=bucket,
        evidence={"accounts": strangers},
    )
