"""What in a script or command gives away that it is an intruder's."""

from __future__ import annotations

import base64
import re

from trailguard.verdict import Severity

__all__ = ["decoded", "suspicious_part"]

_TELLING = re.compile(
    r"169\.254\.170\.2|AWS_CONTAINER_CREDENTIALS|iam/security-credentials"  # whoever runs it, by the role
    r"|/dev/tcp/|\bnc (?:-\w+ )*-e\b"
    r"|\bxmrig|stratum\+(?:tcp|ssl)"
    r"|\|\s*(?:sudo )?(?:(?:/usr)?/bin/)?(?:ba|da|z)?sh\b"
    r"|sh <\((?:curl|wget)\b|(?:sh -c|\beval) [\"']?\$\((?:curl|wget)\b",
    re.IGNORECASE,
)
_DECODING = re.compile(r"\bbase64 (?:-d|--decode)\b", re.IGNORECASE)


def suspicious_part(script: str) -> tuple[str, Severity | None] | None:
    """Return a part of a script that ordinary ones seldom have, and how bad it is; None where none is.

    The severity is None where the rule's own fits. Decoding alone is low: certificates come so, too.
    """
    if found := _TELLING.search(script):
        return found[0], None
    if found := _DECODING.search(script):
        return found[0], Severity.LOW
    return None


def decoded(script: object) -> str:
    """Return a script that is encoded in Base64; nothing where it is not."""
    try:
        return base64.b64decode(script, validate=True).decode() if isinstance(script, str) else ""
    except ValueError:
        return ""
