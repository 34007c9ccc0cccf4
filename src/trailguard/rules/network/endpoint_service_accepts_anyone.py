"""An endpoint service lets anyone connect."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import text
from trailguard.verdict import Severity, Violation

_ANYONE = re.compile(r"\*|arn:[^:]+:iam::\*:.+")


@rule(
    on="AWS::EC2::VPCEndpointService",
    severity=Severity.MEDIUM,
    title="Endpoint service accepts anyone",
    references=["https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"],
)
def endpoint_service_accepts_anyone(item: ConfigurationItem) -> Violation | None:
    """An endpoint service takes connections without asking, and nothing shows that only some may make them.

    If everybody is among its allowed principals, any AWS account gets to what is behind the service's load
    balancer, which nobody expects on the internet and few protect as if it were there.

    Known false positives: services that name their customers. AWS Config normally does not show the allowed
    principals; where it does, only a service that allows everybody (``*`` in the place of an account) is
    reported. Not seen: services that ask, and have something that answers yes to everybody.
    """
    config = item.configuration
    required = (config.get(key) for key in ("acceptanceRequired", "AcceptanceRequired"))
    if not any(value is False or (isinstance(value, str) and value.lower() == "false") for value in required):
        return None
    allowed = _allowed_principals(item)
    if allowed is not None and not any(_ANYONE.fullmatch(name) for name in allowed):
        return None
    who = "whoever is allowed to make them" if allowed is None else "any account"
    return Violation(
        f"connections from {who} are accepted without asking",
        evidence={
            "service_id": item.resource_id,
            "service_name": text(config.get("serviceName")),
            "allowed_principals": allowed,
        },
    )


def _allowed_principals(item: ConfigurationItem) -> list[str] | None:
    """Return who may make connections; None where the item does not say."""
    said = [
        holder.get(key)
        for holder in (item.configuration, item.supplementary_configuration)
        for key in ("allowedPrincipals", "AllowedPrincipals")
    ]
    lists = [value for value in said if isinstance(value, list)]
    entries = [entry for value in lists for entry in value]
    names = [
        entry.get("principal", entry.get("Principal")) if isinstance(entry, dict) else entry
        for entry in entries
    ]
    return [name for name in names if isinstance(name, str)] if lists else None
