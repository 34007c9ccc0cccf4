"""What AWS Config sends: configuration items, and the messages that invoke custom rules.

An item comes in two spellings: that of notifications, snapshots and history files, and that of
``GetResourceConfigHistory``, where ``configuration`` is JSON in a text and half of the names differ. Both
give the same model.

Sources: "Example events for AWS Config rules", "Components of a configuration item" and "Viewing AWS Config
snapshots" in the AWS Config developer guide; "ConfigurationItem" in the AWS Config API reference.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field, PrivateAttr, WrapValidator

from trailguard.models._base import AwsModel, FreeForm, RawModel, UtcTime
from trailguard.models._spellings import as_notified, object_of, objects_in, or_none, pairs_of, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DELETED",
    "NOT_RECORDED",
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

DELETED: Final = ("ResourceDeleted", "ResourceDeletedNotRecorded")
NOT_RECORDED: Final = ("ResourceNotRecorded", "ResourceDeletedNotRecorded")


Maybe = Annotated[str | None, WrapValidator(or_none)]
"""A text that nobody has to have; None if it is something else."""


class Relationship(AwsModel):
    """What a resource has to do with another one; either id or name may be all that is known of that."""

    resource_type: Maybe = None
    resource_id: Maybe = None
    resource_name: Maybe = None
    name: Maybe = Field(None, validation_alias=AliasChoices("name", "relationshipName"))


class _Described(AwsModel):
    """What a configuration item and the summary of one have in common."""

    resource_type: str = Field(min_length=1)
    resource_id: str = Field(min_length=1)
    resource_name: Maybe = None
    account_id: str | None = Field(None, validation_alias=AliasChoices("awsAccountId", "accountId"))
    arn: str | None = Field(None, validation_alias=AliasChoices("ARN", "arn"))
    aws_region: str | None = None
    availability_zone: Maybe = None
    capture_time: UtcTime | None = Field(None, alias="configurationItemCaptureTime")
    status: str | None = Field(None, alias="configurationItemStatus")
    state_id: str | None = Field(
        None, validation_alias=AliasChoices("configurationStateId", "configurationStateID")
    )
    state_hash: Maybe = Field(
        None, validation_alias=AliasChoices("configurationStateMd5Hash", "configurationItemMD5Hash")
    )
    version: Maybe = Field(None, validation_alias=AliasChoices("configurationItemVersion", "version"))
    resource_creation_time: Annotated[UtcTime | None, WrapValidator(or_none)] = None

    @property
    def is_deleted(self) -> bool:
        """Whether the resource is gone."""
        return self.status in DELETED

    @property
    def is_recorded(self) -> bool:
        """Whether AWS Config keeps track of the resource."""
        return self.status not in NOT_RECORDED

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


class ConfigurationItem(RawModel, _Described):
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

    configuration: Annotated[FreeForm, BeforeValidator(object_of)] = Field(default_factory=dict)
    supplementary_configuration: Annotated[FreeForm, BeforeValidator(unpacked)] = Field(default_factory=dict)
    tags: Annotated[dict[str, str | None], BeforeValidator(pairs_of)] = Field(default_factory=dict)
    relationships: Annotated[list[Relationship] | None, BeforeValidator(objects_in)] = None

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
        tags = pairs_of(self.configuration.get("tags") or self.configuration.get("Tags"))
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

        return jmespath.search(expression, self.as_notified)

    @cached_property
    def as_notified(self) -> dict[str, Any]:
        """All of it in the spelling of notifications, whichever it came in. Read it; don't change it."""
        return as_notified(self.raw) | {
            "configuration": self.configuration,
            "supplementaryConfiguration": self.supplementary_configuration,
            "tags": self.tags,
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


class ScheduledRun(RawModel, ConfigMessage):
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
        FreeForm, BeforeValidator(lambda value: object_of(None if value == "" else value))
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
        data = object_of(self.invoking_event)
        kind = data.get("messageType") if isinstance(data, dict) else None
        return _MESSAGES.get(str(kind), ConfigMessage).model_validate(data)
