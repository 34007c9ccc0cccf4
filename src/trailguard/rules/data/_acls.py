"""Whom an access control list of S3 lets in, in each of the ways to say so.

Source: "Access control list (ACL) overview" in the Amazon S3 user guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard.rules._json import first, first_text, items, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["groups_let_in"]

_CANNED = {
    "public-read": "everybody",
    "public-read-write": "everybody",
    "authenticated-read": "everybody with an AWS account",
}
_GROUPS = {
    "/groups/global/AllUsers": "everybody",
    "/groups/global/AuthenticatedUsers": "everybody with an AWS account",
}


def groups_let_in(request: Mapping[str, Any]) -> list[str]:
    """Return who of the world is let in by the ``requestParameters`` of a call, in words, the most first.

    A canned list is ``x-amz-acl``, or was put into a list by CloudTrail; grants are in headers
    (``x-amz-grant-read``) or in ``AccessControlPolicy``, where a single one is no list.
    """
    return sorted(dict.fromkeys(_found(request)), key=len)


def _found(request: Mapping[str, Any]) -> Iterator[str]:
    for canned in texts(request.get("x-amz-acl")):
        if canned in _CANNED:
            yield _CANNED[canned]
    policy = first(request.get("AccessControlPolicy"))
    grants = items(first(policy.get("AccessControlList")).get("Grant"))
    named = [first_text(first(grant.get("Grantee")).get("URI")) for grant in grants]
    granted = [value for key, value in request.items() if key.startswith("x-amz-grant-")]
    for name in (*named, *(text for value in granted for text in texts(value))):
        yield from (words for group, words in _GROUPS.items() if group in (name or ""))
