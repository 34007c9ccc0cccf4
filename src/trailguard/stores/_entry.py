"""What every store makes of keys, members, owners and seconds before it keeps them."""

from __future__ import annotations

import hashlib
import math
from typing import Final

__all__ = ["MAX_MEMBERS", "checked_cap", "expiry", "is_over", "key_of", "member_of", "owner_name", "owner_of"]

MAX_MEMBERS: Final = 1_000
"""How many members of a set are kept, if nobody says otherwise."""

_MEMBERS_LIMIT: Final = 10_000  # an item of DynamoDB ends at 400 KB: 16 bytes each, and one for their type
_OWNER_CHARACTERS: Final = 1_024
_MEMBER_BYTES: Final = 16
_LONGEST: Final = 10 * 366 * 24 * 60 * 60


def key_of(key: str) -> bytes:
    """Return the hash of a key."""
    return hashlib.sha256(_bytes(key)).digest()


def member_of(member: str) -> bytes:
    """Return the hash of a member: a short one, since a set may have many."""
    return hashlib.sha256(_bytes(member)).digest()[:_MEMBER_BYTES]


def owner_of(owner: str) -> bytes:
    """Return an owner as it is stored.

    Raises:
        ValueError: when it is too long.
    """
    if len(owner) > _OWNER_CHARACTERS:
        raise ValueError(
            f"the owner has {len(owner):,} characters; expected {_OWNER_CHARACTERS:,} at most, as a hash has"
        )
    return _bytes(owner)


def owner_name(stored: bytes) -> str:
    """Return the owner that was stored."""
    return stored.decode("utf-8", "surrogatepass")


def expiry(now: float, ttl: float) -> int:
    """Return the second at which something is over that begins now.

    Raises:
        ValueError: when the time is not above 0, or longer than ten years.
    """
    if not 0 < ttl <= _LONGEST:
        raise ValueError(f"ttl is {ttl!r}; expected seconds, above 0 and at most {_LONGEST:,}")
    return math.ceil(now + ttl)


def is_over(expires: int, now: float) -> bool:
    """Tell whether something has expired."""
    return expires <= now


def checked_cap(max_members: int) -> int:
    """Return how many members a set may have.

    Raises:
        ValueError: when a store cannot do that.
    """
    if not 1 <= max_members <= _MEMBERS_LIMIT:
        raise ValueError(f"max_members is {max_members!r}; expected 1 to {_MEMBERS_LIMIT:,}")
    return max_members


def _bytes(text: str) -> bytes:
    """Write a text as bytes, lone surrogates too: an attacker can write them into an event."""
    return text.encode("utf-8", "surrogatepass")
