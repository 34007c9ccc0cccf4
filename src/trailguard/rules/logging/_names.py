"""Which names say that an audit needs what they stand for, and how names of parameters are spelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["AUDIT_BUCKETS", "AUDIT_NAMES", "says", "spelled"]

AUDIT_NAMES = ("cloudtrail", "flowlog", "vpclog", "guardduty", "audit", "security", "awswaflogs")
AUDIT_BUCKETS = ("cloudtrail", "-trail", "trail-", "audit", "flowlog", "config-bucket")

# What functions and builds write, whatever they are called: a function may post what a trail says to a chat.
_OF_APPLICATIONS = ("/aws/lambda/", "/aws/codebuild/")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def says(name: str | None, parts: Iterable[str]) -> bool:
    """Tell whether a name has one of some parts, in any case: ``flowlog`` is in ``VPC_Flow-Logs``, too."""
    lowered = (name or "").lower()
    if lowered.startswith(_OF_APPLICATIONS):
        return False
    joined = _BETWEEN_WORDS.sub("", lowered)
    return any(part in lowered or part in joined for part in parts)


def spelled(request: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return a parameter by its name, which Security Hub and a few others begin with a capital."""
    return request.get(name, request.get(name[:1].upper() + name[1:]))
