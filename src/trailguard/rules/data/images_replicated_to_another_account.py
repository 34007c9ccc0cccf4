"""Container images are replicated to another account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, items, text
from trailguard.rules.data._sharing import Recipients, Shared
from trailguard.verdict import Severity, Violation


@rule(
    on="ecr:PutReplicationConfiguration",
    severity=Severity.MEDIUM,
    title="Images replicated to another account",
    references=["https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html"],
    tags=["mitre:T1537"],
)
def images_replicated_to_another_account(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody had new images of the registry copied to an account that is not trusted.

    Images hold code, and often passwords, and each new one follows by itself.

    Known false positives: production accounts that get their images so; name them in ``trusted_accounts``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    rules = items(first(event.request_parameters.get("replicationConfiguration")).get("rules"))
    registries = [text(one.get("registryId")) for each in rules for one in items(each.get("destinations"))]
    whom = params.whom(Shared(accounts=[registry for registry in registries if registry]), event)
    if not whom:
        return None
    return Violation(
        f"{event.actor} had the images of {event.account_id} replicated to {', '.join(whom)}",
        resource=event.account_id,
        evidence={"accounts": whom},
    )
