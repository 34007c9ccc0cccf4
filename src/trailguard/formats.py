"""In which words a channel that takes any text writes notices: trailguard's own, or OCSF's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trailguard.message import to_json
from trailguard.ocsf import to_ocsf_json

if TYPE_CHECKING:
    from trailguard.report import Notice

__all__ = ["Writer", "writer"]

Writer = Callable[["Notice", int | None], str]
"""Writes a notice as one line of JSON, in so many bytes at most; None for as many as it takes."""


def writer(schema: str) -> Writer:
    """Return what writes notices in a schema.

    Args:
        schema: ``trailguard`` (`trailguard.message`) or ``ocsf`` (`trailguard.ocsf`).

    Raises:
        ValueError: when it is neither.
    """
    if schema == "trailguard":
        return to_json
    if schema == "ocsf":
        return _to_ocsf
    raise ValueError(f"schema is {schema!r}; expected 'trailguard' or 'ocsf'")


def _to_ocsf(notice: Notice, max_bytes: int | None) -> str:
    return to_ocsf_json(notice, max_bytes, now=datetime.now(UTC))  # what has no time of its own is of now
