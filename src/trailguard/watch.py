"""Tells which fields of an event a rule reads, so that people can be told and tests can change just those.

    event, reads = watched(event)
    rule(event)
    reads.paths  # such as ("requestParameters", "ipPermissions", "items", 0, "cidrIp")

To the rule, a watched event is what it was before: of the same model, with the same dictionaries, lists and
texts in it. Fields go by AWS's own names, wherever they were read: as an attribute, in a dictionary, or by
JMESPath.
"""

from __future__ import annotations

import json
import re
from collections import deque
from difflib import SequenceMatcher
from functools import cache
from types import new_class
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import AliasChoices, BaseModel

from trailguard.models.config import ConfigurationItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import SupportsIndex

    from pydantic.fields import FieldInfo

    from trailguard._rule import Event

__all__ = [
    "ABSENT",
    "WATCHER",
    "Path",
    "Reads",
    "document_of",
    "nearest",
    "path_text",
    "places",
    "value_at",
    "watched",
]

Path = tuple[str | int, ...]
"""Where something stands in a document: keys of objects, and positions in arrays."""

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()
"""What is at a path that leads nowhere."""

WATCHER: Final = __file__
"""The file in which frames of a traceback are not the rule's."""

_WATCH: Final = "_trailguard_watch"  # underlined, so that a model does not list it among its fields
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEPTH: Final = 64  # what is nested deeper is hostile, and not watched


class Reads:
    """What was read of a document.

    Attributes:
        document: the document, as `document_of` gives it; and under the other names that ``raw`` has.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._seen: dict[Path, bool] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Reads:
        """Stay the same: what a rule copies of an event goes on telling."""
        return self

    def note(self, path: Path, *, whole: bool = False) -> None:
        """Remember that something was read; whole, if what is in it counts as read, too."""
        self._seen[path] = whole or self._seen.get(path, False)

    @property
    def visited(self) -> tuple[Path, ...]:
        """Everything that was read, and what led there, in the order of the first time."""
        return tuple(self._seen)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Everything that was read, in the order of the first time; but nothing on the way to it."""
        passed = {path[:end] for path in self._seen for end in range(len(path))}
        return tuple(path for path, whole in self._seen.items() if whole or path not in passed)

    def __iter__(self) -> Iterator[tuple[Path, Any]]:
        """Yield each of `paths` with what is there, or `ABSENT`."""
        for path in self.paths:
            yield path, value_at(self.document, path)


def document_of(event: Event) -> dict[str, Any]:
    """Return an event as JSON, by AWS's names: those of notifications, for a configuration item."""
    return event.as_notified if isinstance(event, ConfigurationItem) else event.raw


def watched(event: Event) -> tuple[Event, Reads]:
    """Return the same event, which tells what is read of it."""
    document = document_of(event)
    reads = Reads(event.raw | document)
    copy = _watch(event, (), reads)
    vars(copy)["raw"] = _watch(event.raw, (), reads)
    if isinstance(event, ConfigurationItem):
        vars(copy)["as_notified"] = _watch(document, (), reads)
    return copy, reads


def value_at(document: object, path: Path) -> Any:  # noqa: ANN401  # JSON of any shape
    """Return what is at a path of a document; `ABSENT` where nothing is."""
    value = document
    for key in path:
        if isinstance(value, str):
            return ABSENT
        try:
            value = value[key]  # type: ignore[index]  # what cannot be looked into raises TypeError
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


def path_text(path: Path) -> str:
    """Write a path as JMESPath does: ``requestParameters.ipPermissions.items[0]."x-amz-acl"``."""
    parts: list[str] = []
    for key in path:
        if isinstance(key, int):
            parts.append(f"[{key}]")
        else:
            parts.append(f".{key}" if _PLAIN.fullmatch(key) else f".{json.dumps(key)}")
    return "".join(parts).removeprefix(".") or "@"


def nearest(document: dict[str, Any], path: Path) -> Path | None:
    """Return where somebody may have meant to look, of a path that leads nowhere; None if nobody knows.

    That is a key spelt much like the one that is missing, beside it; or the rest of the path, elsewhere.
    """
    end = next((end for end in range(len(path)) if value_at(document, path[: end + 1]) is ABSENT), None)
    if end is None:
        return None
    missing, beside = path[end], value_at(document, path[:end])
    if isinstance(beside, dict) and isinstance(missing, str):
        likeness = {key: SequenceMatcher(None, missing.lower(), key.lower()).ratio() for key in beside}
        best = max(likeness, key=likeness.__getitem__, default="")
        if likeness.get(best, 0) > 0.8:  # a letter or two of a word
            return (*path[:end], best)
    tail = path[-1:] if isinstance(path[-1], str) else path[-2:]
    return next((place for place in places(document) if place[-len(tail) :] == tail), None)


def places(document: object) -> Iterator[Path]:
    """Yield all paths of a document, the shortest first."""
    left: deque[tuple[Path, object]] = deque([((), document)])
    while left:
        path, value = left.popleft()
        if path:
            yield path
        inner = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        left.extend(((*path, key), one) for key, one in inner)


# Named as what they stand for: JMESPath goes by the names of types, and a rule's errors read as they would
# without anybody watching.


class _Object(dict[str, Any]):
    """A dictionary that tells what is read of it."""

    def __init__(self, value: dict[str, Any], path: Path, reads: Reads) -> None:
        super().__init__({key: _watch(one, (*path, key), reads) for key, one in value.items()})
        self._path = path
        self._reads = reads

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  # JSON of any shape
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  # JSON of any shape
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._note_all()
        return super().__iter__()

    def keys(self) -> Any:  # noqa: ANN401  # a view, whose type nobody can name
        self._note_all()
        return super().keys()

    def values(self) -> Any:  # noqa: ANN401  # the same
        self._note_all()
        return super().values()

    def items(self) -> Any:  # noqa: ANN401  # the same
        self._note_all()
        return super().items()

    def _note(self, key: object) -> None:
        if isinstance(key, str):
            self._reads.note((*self._path, key))

    def _note_all(self) -> None:
        for key in super().__iter__():
            self._note(key)


class _Array(list[Any]):
    """A list that tells what is read of it."""

    def __init__(self, value: list[Any], path: Path, reads: Reads) -> None:
        super().__init__(_watch(one, (*path, n), reads) for n, one in enumerate(value))
        self._path = path
        self._reads = reads

    def __getitem__(self, index: SupportsIndex | slice) -> Any:  # noqa: ANN401  # JSON of any shape
        value = super().__getitem__(index)  # first, as it says best what is wrong with an index
        positions = range(len(self))[index]
        for n in positions if isinstance(positions, range) else [positions]:
            self._reads.note((*self._path, n))
        return value

    def __iter__(self) -> Iterator[Any]:
        for n, value in enumerate(super().__iter__()):
            self._reads.note((*self._path, n))
            yield value

    def __reversed__(self) -> Iterator[Any]:
        return iter(self[::-1])

    def __contains__(self, value: object) -> bool:
        return any(one == value for one in self)


_Object.__name__ = "dict"
_Array.__name__ = "list"


def _watch(value: V, path: Path, reads: Reads) -> V:
    """Return the same value, which tells what is read of it."""
    watching: Any = value
    if isinstance(value, BaseModel):
        watching = _watched_model(value, path, reads)
    elif isinstance(value, dict) and len(path) < _DEPTH:
        watching = _Object(value, path, reads)
    elif isinstance(value, list) and len(path) < _DEPTH:
        watching = _Array(value, path, reads)
    return watching  # type: ignore[no-any-return]  # what stands for a V


def _watched_model(model: M, path: Path, reads: Reads) -> M:
    document = value_at(reads.document, path)
    paths = {name: (*path, _spelling(field, document)) for name, field in type(model).model_fields.items()}
    copy = model.model_copy()
    own = vars(copy)
    own |= {name: _watch(own[name], paths[name], reads) for name in paths}
    own[_WATCH] = model, paths, reads
    if model.model_extra:
        object.__setattr__(copy, "__pydantic_extra__", _Object(model.model_extra, path, reads))
    object.__setattr__(copy, "__class__", _watching(type(model)))
    return copy


@cache
def _watching(model: type[M]) -> type[M]:
    """Derive a model that tells which of its fields are read."""

    def get(self: M, name: str) -> object:
        if name == "__class__":
            return model
        unwatched, paths, reads = model.__getattribute__(self, "__dict__")[_WATCH]
        if name in paths:
            reads.note(paths[name])
        if name == "actor" and "user_identity" in paths:  # all of the identity is one thing to whoever asks
            reads.note(paths["user_identity"], whole=True)
            return unwatched.actor
        return model.__getattribute__(self, name)

    body = {"__module__": model.__module__, "__getattribute__": get}
    return new_class(model.__name__, (model,), exec_body=lambda names: names.update(body))


def _spelling(field: FieldInfo, document: object) -> str:
    """Return the name by which a document has a field; the first that it may have, where it has none."""
    alias = field.validation_alias or field.alias or ""
    names = [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]
    return next((one for one in names if isinstance(document, dict) and one in document), names[0])
