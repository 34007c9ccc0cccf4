"""How one and the same thing may be written in JSON, by CloudTrail and by AWS Config, now and in other years.

In CloudTrail, older actions of EC2 wrap lists as ``{"items": [...]}``; an empty list is ``{}``. Newer ones
are XML made JSON, under ``<Action>Request`` and ``<Action>Response``: one element is an object, several are a
list, texts in lists are ``{"tag": 1, "content": "..."}``, and a text may turn into a number or boolean.

In AWS Config lists are lists, but a state is a text, or ``{"name": ...}``, ``{"code": ...}``,
``{"value": ...}``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["first", "first_text", "is_true", "items", "listed", "state", "text", "texts"]


def items(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, in whichever way EC2 wrote it; nothing for what is no list of objects."""
    if isinstance(value, dict):
        value = value.get("items", value.get("item", value))
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict) and entry]


def is_true(value: object) -> bool:
    """Read a boolean, or an attribute that holds one: ``{"value": true}``."""
    if isinstance(value, dict):
        value = value.get("value")
    return value is True or value == "true"


def text(value: object) -> str | None:
    """Return a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def first_text(*values: object) -> str | None:
    """Return the first of some values that is a text and says something; None where none does."""
    return next(filter(None, map(text, values)), None)


def texts(value: object) -> list[str]:
    """Return the texts of a list, or the only one, in whichever way it was written."""
    if isinstance(value, dict) and (inner := value.get("items", value.get("item"))) is not None:
        value = inner
    entries = [entry.get("content") if isinstance(entry, dict) else entry for entry in listed(value)]
    return [entry for entry in map(text, entries) if entry]


def first(value: object) -> dict[str, Any]:
    """Return the first object of a list, or the only one; an empty one where there is none."""
    return next(iter(items(value)), {})


def listed(value: object) -> list[Any]:
    """Return one or many, as policies have them, as a list."""
    return value if isinstance(value, list) else [value]


def state(value: object) -> str | None:
    """Return the word for a state in lower case, however its producer wrote it; None where there is none."""
    spelled = [value.get(key) for key in ("value", "code", "name")] if isinstance(value, dict) else [value]
    word = next(filter(None, map(text, spelled)), None)
    return word.lower() if word else None
