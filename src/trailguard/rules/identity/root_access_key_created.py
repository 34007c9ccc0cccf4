"""The root user was given an access key."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=Match("iam:CreateAccessKey", identity="Root"),
    severity=Severity.CRITICAL,
    title="Access key of the root user created",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_add-key.html"],
    tags=["mitre:T1098.001", "mitre:T1078.004", "cis:4.3"],
)
def root_access_key_created(event: CloudTrailEvent) -> Violation | None:
    """Somebody made an access key for the root user: a key that may do everything, for ever.

    Nothing needs one. It goes around MFA and every policy of the account.

    Known false positives: none that should stay. A key that root makes for an IAM user is another rule's.
    """
    made = first(event.response_elements.get("accessKey"))
    user = first_text(event.request_parameters.get("userName"), made.get("userName"))
    if user is not None and user != "root":
        return None
    key = first_text(made.get("accessKeyId"))
    return Violation(
        f"{event.actor} made an access key for root: {key or 'not named'}",
        resource=event.account_id,
        evidence={"access_key_id": key},
    )
