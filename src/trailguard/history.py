"""Fetches configuration items that were too large for their notifications.

Sources: "Example oversized configuration item change notification" in the AWS Config developer guide;
"GetResourceConfigHistory" in the AWS Config API reference.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from trailguard.clients import refusal
from trailguard.errors import DecodingError, RoleError
from trailguard.feeds import validated
from trailguard.models.config import ConfigurationItemSummary
from trailguard.record import DecodeFailure, OversizedItem, ReadFailure, Record, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_config.type_defs import ConfigurationItemTypeDef

__all__ = ["fetch_item"]

# How many states of a resource are looked at: as many as may lie in one second, with room to spare.
_STATES = 10


def fetch_item(
    item: OversizedItem, client_of: Callable[[ConfigurationItemSummary], ConfigServiceClient]
) -> Record | DecodeFailure | ReadFailure:
    """Return the item that a notification was too small for: as it was then, even if it has changed since.

    Args:
        item: what the notification says of it.
        client_of: makes the client to ask.

    Returns:
        The item, or why there is none. AWS Config may take a while to know an item by its history.
    """
    summary = item.summary
    try:
        wanted = validated(ConfigurationItemSummary, msgspec.json.decode(summary.raw))
    except (DecodingError, ValueError, RecursionError) as error:
        return summary.failure(f"not the summary of a configuration item: {error}")
    if wanted.capture_time is None:
        return summary.failure("it has no configurationItemCaptureTime to ask for")
    try:
        found = _states(client_of(wanted), wanted, wanted.capture_time)
    except Exception as error:  # noqa: BLE001  # botocore's and the network's
        return ReadFailure(summary.place, _problem(error, wanted), summary.message_id, transient=True)
    for state in found:
        if _is_at(state, wanted.capture_time):
            raw = msgspec.json.encode(state)
            return msgspec.structs.replace(summary, raw=raw)
    return ReadFailure(
        summary.place,
        f"AWS Config does not have the item of {wanted.capture_time.isoformat()} in its history yet",
        summary.message_id,
        transient=True,
    )


def _states(
    client: ConfigServiceClient, wanted: ConfigurationItemSummary, at: datetime
) -> list[ConfigurationItemTypeDef]:
    """Return the states of a resource until a time, the latest one first."""
    # botocore cuts fractions of a second off, so that an item captured later in that second would be missed.
    until = at.replace(microsecond=0) + timedelta(seconds=1)
    kind: Any = wanted.resource_type  # an enumeration for type checkers, a text to everybody else
    answer = client.get_resource_config_history(
        resourceType=kind, resourceId=wanted.resource_id, laterTime=until, limit=_STATES
    )
    return answer["configurationItems"]


def _is_at(state: ConfigurationItemTypeDef, wanted: datetime) -> bool:
    """Tell whether a state was captured at a time; notifications have it in milliseconds."""
    captured = state.get("configurationItemCaptureTime")
    return captured is not None and abs(captured - wanted) < timedelta(milliseconds=1)


def _problem(error: Exception, wanted: ConfigurationItemSummary) -> str:
    from botocore.exceptions import ClientError, NoCredentialsError  # noqa: PLC0415  # as boto3: few need it

    if isinstance(error, RoleError):
        return str(error)
    if isinstance(error, NoCredentialsError):
        return "there are no AWS credentials to ask AWS Config with"
    if not isinstance(error, ClientError):
        return f"AWS Config cannot be asked: {type(error).__name__}: {printable(error)}"
    told = refusal(error, "config:GetResourceConfigHistory")
    return f"AWS Config does not tell about {printable(wanted.resource_id)}: {told}"
