"""Whose calls count: those of AWS services often do not, and then everybody can see and change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["Callers", "Trusted"]


class Callers(BaseModel, frozen=True, defer_build=True):
    """Whether calls count that AWS services make, by themselves or for somebody."""

    service_calls: bool = False

    def count(self, event: CloudTrailEvent) -> bool:
        """Tell whether a call counts, by who made it."""
        return self.service_calls or not event.is_service_call


class Trusted(BaseModel, frozen=True, defer_build=True):
    """The accounts, beside the one it happens in, that may be let in."""

    trusted_accounts: frozenset[str] = frozenset()

    def strangers(self, accounts: list[str], event: CloudTrailEvent) -> list[str]:
        """Return those of some account ids that are neither trusted nor where it happened."""
        own = {event.account_id, *self.trusted_accounts}
        return [account for account in dict.fromkeys(accounts) if account not in own]
