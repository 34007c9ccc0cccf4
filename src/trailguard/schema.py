"""What may stand where in settings, read off their models."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["annotation_at", "keys_at", "takes_text"]


def annotation_at(model: type[BaseModel], path: Iterable[str | int]) -> Any:  # noqa: ANN401  # any type there is
    """Return the type that stands at a path of keys and positions; None where nothing is known of it.

    Args:
        model: what the path starts from.
        path: ``("notifiers", 0, "route")``, say.
    """
    annotation: Any = model
    for part in path:
        annotation = _within(annotation, part)
    return annotation


def keys_at(model: type[BaseModel], path: Iterable[str | int]) -> tuple[str, ...]:
    """Return what may be set in the table at a path."""
    table = next(filter(_is_model, _alternatives(annotation_at(model, path))), None)
    return tuple(table.model_fields) if table else ()


def takes_text(model: type[BaseModel], path: Iterable[str | int]) -> bool:
    """Tell whether text stands at a path, and nothing else may."""
    return set(_alternatives(annotation_at(model, path))) <= {str, type(None)}


def _within(annotation: object, part: str | int) -> object:
    for one in _alternatives(annotation):
        if _is_model(one):
            field = one.model_fields.get(str(part))
            return field.annotation if field else None
        if get_origin(one) is dict:
            return get_args(one)[1]
        if get_origin(one) is tuple:
            return get_args(one)[0]
    return None


def _alternatives(annotation: object) -> tuple[Any, ...]:
    """Return the types of a union: of ``str | None``, both. What `Annotated` adds to one is left out."""
    if get_origin(annotation) is Annotated:
        return (get_args(annotation)[0],)
    if get_origin(annotation) in {Union, UnionType}:
        return tuple(part for one in get_args(annotation) for part in _alternatives(one))
    return (annotation,)


def _is_model(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)
