"""Filters that are in use: whether they still let through what the rules listen to.

They are read as they were printed, and as AWS's command line prints them. Where it cannot be told that a
filter lets something through, it is taken for one that does not.
"""

from __future__ import annotations

import json
from typing import Any

from trailguard.errors import FilterError

__all__ = ["as_list", "as_texts", "loaded"]


def loaded(text: str, source: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """Read JSON.

    Args:
        text: the JSON.
        source: where it is from, for the error.

    Raises:
        FilterError: when it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FilterError(f"{source}: not JSON: {error}") from error


def as_list(value: Any) -> list[Any]:  # noqa: ANN401  # JSON of any shape
    """Return a list as it is, and anything else as a list of it alone."""
    return value if isinstance(value, list) else [value]


def as_texts(value: Any, source: str) -> list[str]:  # noqa: ANN401  # JSON of any shape
    """Return a list of texts as it is, and an empty one of what is missing.

    Args:
        value: the list.
        source: where it is from, for the error.

    Raises:
        FilterError: when it is something else.
    """
    texts = [] if value is None else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise FilterError(f"{source}: expected a list of texts, not {json.dumps(value)[:60]}")
    return texts
