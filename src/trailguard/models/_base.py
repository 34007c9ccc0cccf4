"""The policy that every model of AWS data follows.

AWS adds fields without asking, sends ``null`` where it means "absent", and spells values in words that
nobody listed. So: extra fields are kept, every field is optional, enumerations are open strings. Values
are never printed in validation errors, because events carry secrets.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel


class AwsModel(BaseModel):
    """A frozen model of something AWS sends, in snake_case, read from AWS's camelCase."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=to_camel,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        # Building validators is most of the cost of importing a model; a cold start pays it once, on use.
        defer_build=True,
    )


def _object_or_empty(value: object) -> object:
    return value if isinstance(value, dict) else {}


FreeForm = Annotated[dict[str, Any], BeforeValidator(_object_or_empty)]
"""An object whose content depends on the API. ``null``, and the odd text or list, read as empty: what AWS
sent stays reachable through ``raw``."""
