"""Something was shared with an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text, texts
from trailguard.verdict import Severity, Violation


@rule(
    on=["ram:CreateResourceShare", "ram:AssociateResourceShare"],
    severity=Severity.MEDIUM,
    title="Resource shared with another account",
    references=["https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing.html"],
    tags=["mitre:T1537", "mitre:T1199"],
)
def resource_shared_outside(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody shared resources by Resource Access Manager with an account by its id.

    Subnets, transit gateways, databases and more can be shared so; within an organization one shares with
    units of it.

    Known false positives: other accounts of your own, and partners: name them in ``trusted_accounts``.
    Shares with the organization and its units do not count.
    """
    request = event.request_parameters
    strangers = params.strangers([one for one in texts(request.get("principals")) if one.isdigit()], event)
    if not strangers:
        return None
    share = first_text(request.get("name"), request.get("resourceShareArn"))
    return Violation(
        f"{event.actor} shared {share or '(not named)'} with the account {', '.join(strangers)}",
        resource=share,
        evidence={"resources": texts(request.get("resourceArns"))},
    )
