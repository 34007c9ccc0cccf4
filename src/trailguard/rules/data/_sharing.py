"""With whom something is shared, and whether that is anybody's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trailguard.rules._callers import Callers, Trusted
from trailguard.rules._json import first, first_text, items, text, texts

if TYPE_CHECKING:
    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["EVERYBODY", "Recipients", "Shared", "permissions_added"]

EVERYBODY = "everybody"


class Shared(msgspec.Struct, frozen=True):
    """Whom a call lets in.

    Attributes:
        everybody: whether every AWS account is among them.
        accounts: ids of accounts.
        organizations: ARNs of organizations and their units.
    """

    everybody: bool = False
    accounts: list[str] = []
    organizations: list[str] = []


class Recipients(Callers, Trusted, frozen=True, defer_build=True):
    """The accounts that may be let in, and whether services may let in some: Data Lifecycle Manager does."""

    def whom(self, shared: Shared, event: CloudTrailEvent) -> list[str]:
        """Return whom a call lets in that it should not: everybody, whoever called, or ids of accounts."""
        if shared.everybody:
            return [EVERYBODY]
        return self.strangers(shared.accounts, event) if self.count(event) else []


def permissions_added(request: dict[str, Any], permission: str) -> Shared:
    """Read whom a change of an attribute of EC2 lets in: a snapshot's ``createVolumePermission``.

    Args:
        request: the request, as `trailguard.rules._ec2.request_of` gives it.
        permission: the name of the attribute.
    """
    added = items(first(request.get(permission)).get("add"))
    if request.get("operationType") == "add":  # the older way to say it
        added += [{"userId": account} for account in texts(request.get("userId"))]
        added += [{"group": group} for group in texts(request.get("userGroup"))]
    accounts = [text(one.get("userId")) for one in added]
    organizations = [
        first_text(one.get("organizationArn"), one.get("organizationalUnitArn")) for one in added
    ]
    return Shared(
        any(one.get("group") == "all" for one in added),
        [account for account in accounts if account],
        [organization for organization in organizations if organization],
    )
