"""What AWS Config sends: configuration items, and the messages that invoke custom rules.

An item comes in two spellings: that of notifications, snapshots and history files, and that of
``GetResourceConfigHistory``, where ``configuration`` is JSON in a text and half of the names differ. Both
give the same model.

Sources: "Example events for AWS Config rules", "Components of a configuration item" and "Viewing AWS Config
snapshots" in the AWS Config developer guide; "ConfigurationItem" in the AWS Config API reference.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AliasChoices, BeforeValidator, Field, PrivateAttr, WrapValidator, model_validator

from trailguard.models._base import AwsModel, FreeForm, UtcTime, in_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ModelWrapValidatorHandler, ValidatorFunctionWrapHandler

__all__ = [
    "ConfigMessage",
    "ConfigRuleInvocation",
    "ConfigurationItem",
    "ConfigurationItemChange",
    "ConfigurationItemSummary",
    "OversizedConfigurationItemChange",
    "Relationship",
    "ScheduledRun",
    "SnapshotDelivery",
]

_DELETED: Final = ("ResourceDeleted", "ResourceDeletedNotRecorded")
_NOT_RECORDED: Final = ("ResourceNotRecorded", "ResourceDeletedNotRecorded")

# The names that GetResourceConfigHistory has for what notifications call otherwise.
_NOTIFICATION_NAME: Final = {
    "accountId": "awsAccountId",
    "arn": "ARN",
    "version": "configurationItemVersion",
    "configurationItemMD5Hash": "configurationStateMd5Hash",
    "configurationStateID": "configurationStateId",  # of 2014
}
_DIGITS: Final = re.compile(r"[0-9]{1,18}")


def _object(value: object) -> object:
    """Read an object that may be JSON in a text; null is an empty one."""
    if isinstance(value, str):
        value = _parsed(value)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise ValueError("expected an object, or one as JSON text")


def _parsed(text: str) -> object:
    try:
        value = _json(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("expected an object, or one as JSON text") from None  # its message holds the value
    return value


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Read what is nice to have; what makes no sense is no reason to do without the item."""
    try:
        return handler(value)
    except ValueError:
        return None


def _unpacked(value: object) -> object:
    """Read the values of a supplementary configuration: JSON in a text, in a text again for some."""
    if not isinstance(value, dict):
        return value
    return {name: _value(held) for name, held in value.items()}


def _value(value: object) -> object:
    while isinstance(value, str):
        try:
            value = _json(value)
        except (ValueError, RecursionError):
            break  # a text that is meant as one
    return value


def _json(text: str) -> object:
    """Read JSON, of which Python's reader takes more than there is: NaN, and numbers without an end."""
    value: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number


def _pairs(value: object) -> dict[str, str | None]:
    """Read tags: an object of them, or a list of objects with a key and a value each, however spelled.

    A tag whose value is no text is there all the same.
    """
    pairs: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        entries = [
            {str(name).lower(): held for name, held in entry.items()}
            for entry in value
            if isinstance(entry, dict)
        ]
        pairs = [(entry["key"], entry.get("value")) for entry in entries if "key" in entry]
    return {
        key: str(held) if isinstance(held, str | int | float) else None
        for key, held in pairs
        if isinstance(key, str)
    }


def _notified(key: str, value: object) -> object:
    """Return a value as notifications have it: times as text, the id of a state as a number."""
    if isinstance(value, datetime):
        moment = in_utc(value)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    if key.lower() == "configurationstateid" and isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value


class Relationship(AwsModel):
    """What a resource has to do with another one; either id or name may be all that is known of that."""

    resource_type: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    name: str | None = Field(None, validation_alias=AliasChoices("name", "relationshipName"))


class _Described(AwsModel):
    """What a configuration item and the summary of one have in common."""

    resource_type: str = Field(min_length=1)
    resource_id: str = Field(min_length=1)
    resource_name: str | None = None
    account_id: str | None = Field(None, validation_alias=AliasChoices("awsAccountId", "accountId"))
    arn: str | None = Field(None, validation_alias=AliasChoices("ARN", "arn"))
    aws_region: str | None = None
    availability_zone: str | None = None
    capture_time: UtcTime | None = Field(None, alias="configurationItemCaptureTime")
    status: str | None = Field(None, alias="configurationItemStatus")
    state_id: str | None = Field(
        None, validation_alias=AliasChoices("configurationStateId", "configurationStateID")
    )
    state_hash: str | None = Field(
        None, validation_alias=AliasChoices("configurationStateMd5Hash", "configurationItemMD5Hash")
    )
    version: str | None = Field(None, validation_alias=AliasChoices("configurationItemVersion", "version"))
    resource_creation_time: Annotated[UtcTime | None, WrapValidator(_or_none)] = None

    @property
    def is_deleted(self) -> bool:
        """Whether the resource is gone."""
        return self.status in _DELETED

    @property
    def is_recorded(self) -> bool:
        """Whether AWS Config keeps track of the resource."""
        return self.status not in _NOT_RECORDED

    @property
    def resource(self) -> str:
        """The id by which people and API calls know the resource.

        The resource's id; its ARN where AWS Config has an id of its own, as for IAM's users and roles and for
        database instances.
        """
        return self.arn if self.arn and self.resource_id not in self.arn else self.resource_id


class ConfigurationItemSummary(_Described):
    """What an oversized notification has in the place of the item: all but the configuration.

    Attributes:
        change_type: ``CREATE``, ``UPDATE`` or ``DELETE``.
    """

    change_type: str | None = None


class ConfigurationItem(_Described):
    """How a resource was configured at one time, as AWS Config recorded it.

    ``configuration`` and ``supplementary_configuration`` are always dictionaries, empty for deleted
    resources; their keys are AWS's. ``null`` reads as absent.

    Attributes:
        capture_time: when AWS Config recorded it, in UTC.
        status: ``OK``, ``ResourceDiscovered``, ``ResourceDeleted``, ``ResourceNotRecorded``,
            ``ResourceDeletedNotRecorded``, or what AWS adds to these.
        supplementary_configuration: what takes further API calls to find out, such as a bucket's policy.
        tags: by key.
        relationships: the resources that it has to do with. AWS Config does not record all there are.
    """

    configuration: Annotated[FreeForm, BeforeValidator(_object)] = Field(default_factory=dict)
    supplementary_configuration: Annotated[FreeForm, BeforeValidator(_unpacked)] = Field(default_factory=dict)
    tags: Annotated[dict[str, str | None], BeforeValidator(_pairs)] = Field(default_factory=dict)
    relationships: list[Relationship] | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _keep_raw(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        item = handler(data)
        if isinstance(data, dict):
            item.__dict__["raw"] = data  # where cached_property looks first
        return item

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The whole item as AWS sent it. Read it; don't change it."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    @property
    def item_id(self) -> str:
        """What tells this state of this resource from all others, in whichever way it is delivered."""
        state = self.capture_time.isoformat() if self.capture_time else self.state_id or ""
        return "/".join(
            [self.account_id or "", self.aws_region or "", self.resource_type, self.resource_id, state]
        )

    def tag(self, key: str) -> str | None:
        """Return a tag's value, which may be empty; None where the resource has no such tag.

        Where the item has no tags of its own, as in answers of aggregators, those in its configuration count.
        """
        if key in self.tags:
            return self.tags[key] or ""
        if self.tags:
            return None
        tags = _pairs(self.configuration.get("tags") or self.configuration.get("Tags"))
        return tags[key] or "" if key in tags else None

    def related(self, resource_type: str) -> tuple[str, ...]:
        """Return the ids, or else the names, of the related resources of a type.

        Args:
            resource_type: such as ``AWS::EC2::InternetGateway``.
        """
        return tuple(self._related(resource_type))

    def _related(self, resource_type: str) -> Iterator[str]:
        for relationship in self.relationships or ():
            known = relationship.resource_id or relationship.resource_name
            if relationship.resource_type == resource_type and known:
                yield known

    def search(self, expression: str) -> Any:  # noqa: ANN401  # JSON of any shape
        """Look into the item by a JMESPath expression, in the spelling of notifications.

        Args:
            expression: such as ``configuration.ipPermissions[].ipRanges[]``.

        Returns:
            What is there, as plain JSON values; None where nothing is.

        Raises:
            jmespath.exceptions.JMESPathError: for an expression that is not JMESPath.
        """
        import jmespath  # noqa: PLC0415  # few rules need it, and cold starts pay for imports

        return jmespath.search(expression, self._as_notified)

    @cached_property
    def _as_notified(self) -> dict[str, Any]:
        relationships = [
            {"name" if key == "relationshipName" else key: value for key, value in one.items()}
            for one in self.raw.get("relationships") or ()
        ]
        return {
            _NOTIFICATION_NAME.get(key, key): _notified(key, value) for key, value in self.raw.items()
        } | {
            "configuration": self.configuration,
            "supplementaryConfiguration": self.supplementary_configuration,
            "tags": self.tags,
            "relationships": relationships,
        }


class ConfigMessage(AwsModel):
    """A message of AWS Config, of any type.

    Attributes:
        creation_time: when AWS Config wrote it, in UTC.
    """

    message_type: str
    record_version: str | None = None
    creation_time: UtcTime | None = Field(None, alias="notificationCreationTime")


class ConfigurationItemChange(ConfigMessage):
    """``ConfigurationItemChangeNotification``: a resource was created, changed or deleted.

    Attributes:
        configuration_item_diff: ``changeType`` and ``changedProperties``; empty where AWS Config sends none.
    """

    configuration_item: ConfigurationItem
    configuration_item_diff: FreeForm = Field(default_factory=dict)


class OversizedConfigurationItemChange(ConfigMessage):
    """``OversizedConfigurationItemChangeNotification``: a change whose item is too large for a message."""

    configuration_item_summary: ConfigurationItemSummary


class ScheduledRun(ConfigMessage):
    """``ScheduledNotification``: a periodic rule's time has come. It says nothing about any resource.

    Attributes:
        account_id: the account that the rule runs for.
    """

    account_id: str | None = Field(None, validation_alias=AliasChoices("awsAccountId", "accountId"))
    _clients: Callable[[str], Any] | None = PrivateAttr(None)

    def client(self, service: str) -> Any:  # noqa: ANN401  # as boto3, whose clients have no type of their own
        """Return a boto3 client for the account and with the role that the settings say.

        A schedule brings nothing to judge, so this is the one event whose rules ask AWS.

        Args:
            service: as boto3 calls it, such as ``iam``.
        """
        if self._clients is not None:
            return self._clients(service)
        import boto3  # noqa: PLC0415  # takes a quarter of a second, and few rules need it

        return boto3.client(service)  # type: ignore[call-overload]  # one overload for each service's name

    def with_clients(self, clients: Callable[[str], Any]) -> ScheduledRun:
        """Return the same run, whose clients come from somewhere else.

        Args:
            clients: makes a client of the name of a service.
        """
        run = self.model_copy()
        run._clients = clients  # noqa: SLF001  # its own
        return run


class SnapshotDelivery(ConfigMessage):
    """``ConfigurationSnapshotDeliveryCompleted``: a snapshot of all resources lies in S3."""

    config_snapshot_id: str | None = None
    s3_bucket: str | None = None
    s3_object_key: str | None = None


_MESSAGES: Final[dict[str, type[ConfigMessage]]] = {
    "ConfigurationItemChangeNotification": ConfigurationItemChange,
    "OversizedConfigurationItemChangeNotification": OversizedConfigurationItemChange,
    "ScheduledNotification": ScheduledRun,
    "ConfigurationSnapshotDeliveryCompleted": SnapshotDelivery,
}


class ConfigRuleInvocation(AwsModel):
    """What AWS Config invokes a custom rule's function with.

    Attributes:
        invoking_event: the message as JSON text, as it came; ``message`` is its model.
        rule_parameters: the rule's parameters by name; empty where it has none.
        result_token: what evaluations are put with.
        event_left_scope: whether the rule does not apply to the resource any more.
        account_id: the account that owns the rule; the resource may be another one's.
    """

    invoking_event: str
    rule_parameters: Annotated[
        FreeForm, BeforeValidator(lambda value: _object(None if value == "" else value))
    ] = Field(default_factory=dict)
    result_token: str | None = None
    event_left_scope: Annotated[bool, BeforeValidator(lambda value: False if value is None else value)] = (
        False
    )
    execution_role_arn: str | None = None
    config_rule_arn: str | None = None
    config_rule_name: str | None = None
    config_rule_id: str | None = None
    account_id: str | None = None
    evaluation_mode: str | None = None
    version: str | None = None

    @cached_property
    def message(self) -> ConfigMessage:
        """The message, as the model of its type; a plain `ConfigMessage` for a type that AWS has added.

        Raises:
            ValueError: when it is no JSON, or not what its type says.
        """
        data = _object(self.invoking_event)
        kind = data.get("messageType") if isinstance(data, dict) else None
        return _MESSAGES.get(str(kind), ConfigMessage).model_validate(data)
