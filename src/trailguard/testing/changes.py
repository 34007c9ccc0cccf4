"""Documents with one thing in them changed, by which the contract and coverage try rules out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trailguard.watch import ABSENT, Path, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["changed", "general", "odd_values", "other_values"]

_ODD: Final[tuple[Any, ...]] = (
    ABSENT,
    None,
    7,
    -1.5,
    True,
    "",
    "HIDDEN_DUE_TO_SECURITY_REASONS",
    [],
    [7, None],
    {},
    {"value": []},
)


def changed(document: Any, path: Path, value: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return a document with another value at a path; what leads there is made if need be.

    Args:
        document: the document, which stays as it is.
        path: where.
        value: what is to be there; `ABSENT` for nothing.

    Raises:
        LookupError: when the path cannot be, because it leads through something that is no object or array.
    """
    if not path:
        return value
    if document is ABSENT and value is ABSENT:
        return ABSENT
    key, *rest = path
    if isinstance(key, int):
        return _changed_array([] if document is ABSENT else document, key, tuple(rest), value)
    if document is ABSENT:
        document = {}
    if not isinstance(document, dict):
        raise LookupError(f"no object to look {key!r} up in")  # noqa: TRY004  # the type of a document's part
    inner = changed(document.get(key, ABSENT), tuple(rest), value)
    if inner is not ABSENT:
        return document | {key: inner}  # in the old order
    return {name: one for name, one in document.items() if name != key}


def _changed_array(document: object, position: int, rest: Path, value: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(document, list) or position > len(document):
        raise LookupError(f"no array with a place {position}")
    before, after = document[:position], document[position + 1 :]
    old = document[position] if position < len(document) else ABSENT
    inner = changed(old, rest, value)
    return [*before, *after] if inner is ABSENT else [*before, inner, *after]


def odd_values(document: dict[str, Any], path: Path) -> Iterator[Any]:
    """Yield what AWS may one day have at a path: nothing, ``null``, and everything of another type."""
    value = value_at(document, path)
    yield from (odd for odd in _ODD if type(odd) is not type(value) or odd != value)
    if value is not ABSENT:
        yield [value]


def other_values(value: Any) -> Iterator[Any]:  # noqa: ANN401  # JSON of any shape
    """Yield values of the same type that a field may have instead of this one, and that it may be absent."""
    if value is ABSENT:
        return
    yield ABSENT
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value - 1, 0, -1)
        case str():
            yield from ("", "other", f"{value}-other")
        case list():
            yield []
        case dict():
            yield {}
        case _:
            yield from (True, "other", 1)


def general(path: Path) -> Path:
    """Return a path that is the same for all elements of an array."""
    return tuple(0 if isinstance(key, int) else key for key in path)
