"""Resources were shared with another account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, texts
from trailguard.rules.data._sharing import Recipients, Shared
from trailguard.rules.data._spelling import is_false
from trailguard.verdict import Severity, Violation


@rule(
    on=["ram:CreateResourceShare", "ram:AssociateResourceShare"],
    severity=Severity.LOW,
    title="Resources shared with another account",
    references=["https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-create.html"],
    tags=["mitre:T1537"],
)
def resource_shared_with_another_account(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody let an account that is not trusted use resources of this one, by Resource Access Manager.

    Database clusters, subnets, catalogues of data and much else can be given so to accounts outside of the
    organization.

    Known false positives: accounts of the same organization; name them in ``trusted_accounts``. Shares that
    do not let anyone from outside in do not count. Services' calls do not count unless ``service_calls`` says
    so.
    """
    request = event.request_parameters
    accounts = [one for one in texts(request.get("principals")) if one.isdecimal()]
    whom = params.whom(Shared(accounts=accounts), event)
    if not whom or is_false(request.get("allowExternalPrincipals")):
        return None
    made = first(event.response_elements.get("resourceShare"))
    share = first_text(request.get("resourceShareArn"), made.get("resourceShareArn"), request.get("name"))
    return Violation(
        f"{event.actor} shared {share or 'resources'} with {', '.join(whom)}",
        resource=share,
        evidence={"accounts": whom, "resources": texts(request.get("resourceArns"))},
    )
