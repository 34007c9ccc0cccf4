"""Writes the parameters of template.yaml, the filters that ``trailguard filters`` prints among them.

    trailguard filters eventbridge | python parameters.py EventPattern Email=security@example.com

Standard output gets what ``aws cloudformation deploy --parameter-overrides file://parameters.json`` reads.
"""  # noqa: INP001  # a script

from __future__ import annotations

import json
import sys
from typing import Any

__all__ = ["named", "parameters"]

MOST = {"EventPattern": 30, "FilterPattern": 2}
LISTED = "ConfigResourceTypes"
MOST_TYPES = 100
LONGEST = {"EventPattern": 2048, "FilterPattern": 1024, LISTED: 4096}
"""How many bytes EventBridge, CloudWatch Logs and CloudFormation take."""


def parameters(arguments: list[str], filters: Any) -> dict[str, str]:  # noqa: ANN401  # any JSON
    """Return all parameters by their names.

    Args:
        arguments: which parameter the filters are for: ``EventPattern``, ``FilterPattern`` or
            ``ConfigResourceTypes``. After it, further ones, as ``NAME=VALUE``.
        filters: what ``trailguard filters`` printed.

    Raises:
        ValueError: when an argument is none of these, or the filters cannot be parameters.
    """
    name, *further = arguments or [""]
    if name not in (*MOST, LISTED):
        raise ValueError(f"expected {', '.join(MOST)} or {LISTED} as the first argument, not {name!r}")
    for one in further:
        if "=" not in one:
            raise ValueError(f"expected NAME=VALUE, not {one!r}")
    if not isinstance(filters, list) or not all(isinstance(one, dict | str) for one in filters):
        raise ValueError("expected a list of filters, as trailguard filters prints it")
    if not filters:
        raise ValueError("there are no filters, so that nothing would reach the function")
    return named(name, filters) | dict(one.split("=", 1) for one in further)


def named(name: str, filters: list[dict[str, Any] | str]) -> dict[str, str]:
    """Return filters by the names of their parameters: a list in one, or each in its own.

    Raises:
        ValueError: when there are more of them than parameters, or one is too long.
    """
    texts = [one if isinstance(one, str) else json.dumps(one, separators=(",", ":")) for one in filters]
    if name == LISTED:
        if len(texts) > MOST_TYPES:
            raise ValueError(
                f"there are {len(texts)} resource types, and a rule of AWS Config takes {MOST_TYPES}"
            )
        return _short({name: ",".join(texts)}, LONGEST[name])
    if len(texts) > MOST[name]:
        raise ValueError(
            f"there are {len(texts)} filters, and {MOST[name]} parameters {name}1 to {name}{MOST[name]};"
            " add what is missing to template.yaml, and here"
        )
    return _short({f"{name}{number}": text for number, text in enumerate(texts, 1)}, LONGEST[name])


def _short(found: dict[str, str], longest: int) -> dict[str, str]:
    for name, text in found.items():
        if (size := len(text.encode())) > longest:
            raise ValueError(f"{name} would have {size:,} bytes, and {longest:,} are taken")
    return found


if __name__ == "__main__":
    try:
        found = parameters(sys.argv[1:], json.load(sys.stdin))
    except ValueError as error:
        sys.exit(f"parameters.py: {error}")
    sys.stdout.write(json.dumps({"Parameters": found}, indent=2) + "\n")
