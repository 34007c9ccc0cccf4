"""The policy that every model of AWS data follows.

AWS adds fields without asking, sends ``null`` where it means "absent", and spells values in words that
nobody listed. So: extra fields are kept, every field is optional, enumerations are open strings. Values
are never printed in validation errors, because events carry secrets.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, PlainValidator, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, ModelWrapValidatorHandler
    from pydantic_core import CoreSchema


class AwsModel(BaseModel):
    """A frozen model of something AWS sends, in snake_case, read from AWS's camelCase."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=to_camel,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        # Building validators is most of the cost of importing a model; a cold start pays it once, on use.
        defer_build=True,
    )


class RawModel(AwsModel):
    """A model that keeps what it was made of."""

    @model_validator(mode="wrap")
    @classmethod
    def _keep_raw(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        made = handler(data)
        if isinstance(data, dict):
            made.__dict__["raw"] = data  # where cached_property looks first
        return made

    @cached_property
    def raw(self) -> dict[str, Any]:
        """All of it as AWS sent it. Read it; don't change it."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class _ObjectOrEmpty:
    """Takes a dictionary as it is, uncopied, and reads everything else as an empty one."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(
            core_schema.json_or_python_schema(
                core_schema.dict_schema(), core_schema.is_instance_schema(dict)
            ),
            default_factory=dict,
            on_error="default",
        )


FreeForm = Annotated[dict[str, Any], _ObjectOrEmpty]
"""An object whose content depends on the API. ``null``, and the odd text or list, read as empty: what AWS
sent stays reachable through ``raw``."""


def in_utc(value: object) -> datetime:
    """Read a time: ISO 8601 in any zone (UTC where it names none), or seconds since 1970."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, datetime):
            if moment.tzinfo is UTC:
                return moment
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass  # their messages hold the value, which is nobody's business
    raise ValueError("expected a time in ISO 8601, or seconds since 1970")


# Pydantic's own reading of times costs more than the rest of a record's texts together.
UtcTime = Annotated[datetime, PlainValidator(in_utc)]
