"""Networks that are marked as internal: what may be connected elsewhere may not be connected there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from trailguard.models.config import ConfigurationItem

__all__ = ["InternalNetwork"]


class InternalNetwork(BaseModel, frozen=True, defer_build=True):
    """The key of the tag that marks a resource as part of an internal network, whatever its value."""

    internal_tag: str = "INTERNAL_NETWORK"

    def marks(self, item: ConfigurationItem) -> bool:
        """Tell whether a resource carries the tag."""
        return item.tag(self.internal_tag) is not None
