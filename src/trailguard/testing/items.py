"""Configuration items as AWS Config writes them, and everything in which it delivers them, for tests.

    item = configuration_item("AWS::EC2::SecurityGroup", {"ipPermissions": [...]})
    rule(item)
    guard.handle(item.as_config_rule(parameters={"allowed_ports": "443"}))

Everything is a function of its arguments: no clock, no chance. Accounts and ids are those kept free for
documentation. Nothing here knows how trailguard reads these shapes, so that tests of its reading prove
something.

Sources: "Example events for AWS Config rules", "Notifications that AWS Config sends to an Amazon SNS topic"
and "Viewing AWS Config snapshots" in the AWS Config developer guide; "GetResourceConfigHistory" in the AWS
Config API reference.
"""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003  # pydantic reads annotations of models at run time
from typing import TYPE_CHECKING, Any, Final

from trailguard.models.config import ConfigurationItem, ScheduledRun
from trailguard.testing import carriers
from trailguard.testing.carriers import DEFAULT_ACCOUNT_ID, DEFAULT_REGION, DEFAULT_TIME
from trailguard.testing.deliveries import Delivery, Wrappable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trailguard.testing.deliveries import Objects

__all__ = ["SampleItem", "SampleRun", "config_snapshot", "configuration_item", "scheduled_run"]

TEST_TOKEN: Final = "TESTMODE"  # noqa: S105  # it opens nothing
"""A result token by which trailguard asks AWS Config to check evaluations, and not to keep them."""

_RULE: Final = "trailguard"
_ROLE: Final = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"

# What ids of EC2's resources begin with, and what their ARNs call them.
_EC2: Final = {
    "AWS::EC2::EgressOnlyInternetGateway": ("eigw", "egress-only-internet-gateway"),
    "AWS::EC2::Instance": ("i", "instance"),
    "AWS::EC2::InternetGateway": ("igw", "internet-gateway"),
    "AWS::EC2::NatGateway": ("nat", "natgateway"),
    "AWS::EC2::NetworkInterface": ("eni", "network-interface"),
    "AWS::EC2::RouteTable": ("rtb", "route-table"),
    "AWS::EC2::SecurityGroup": ("sg", "security-group"),
    "AWS::EC2::Subnet": ("subnet", "subnet"),
    "AWS::EC2::VPC": ("vpc", "vpc"),
    "AWS::EC2::VPCEndpoint": ("vpce", "vpc-endpoint"),
    "AWS::EC2::VPCEndpointService": ("vpce-svc", "vpc-endpoint-service"),
    "AWS::EC2::VPCPeeringConnection": ("pcx", "vpc-peering-connection"),
    "AWS::EC2::VPNGateway": ("vgw", "vpn-gateway"),
}

# The id of a resource, its name and its ARN.
_OTHERS: Final[dict[str, tuple[str, str | None, str]]] = {
    "AWS::IAM::Role": ("AROAJ2UCCR6DPCEXAMPLE", "Deployer", "arn:aws:iam::{account}:role/Deployer"),
    "AWS::RDS::DBClusterSnapshot": (
        "orders-2026-03-02",
        "orders-2026-03-02",
        "arn:aws:rds:{region}:{account}:cluster-snapshot:{id}",
    ),
    "AWS::RDS::DBInstance": (
        "db-ABCDEFGHIJKLMNEXAMPLE",
        "orders",
        "arn:aws:rds:{region}:{account}:db:orders",
    ),
    "AWS::RDS::DBSnapshot": (
        "orders-2026-03-02",
        "orders-2026-03-02",
        "arn:aws:rds:{region}:{account}:snapshot:{id}",
    ),
    "AWS::S3::Bucket": ("amzn-s3-demo-bucket", "amzn-s3-demo-bucket", "arn:aws:s3:::{id}"),
}

# What GetResourceConfigHistory calls what notifications have other names for.
_API_NAMES: Final = {
    "awsAccountId": "accountId",
    "ARN": "arn",
    "configurationItemVersion": "version",
    "configurationStateMd5Hash": "configurationItemMD5Hash",
}


class _Message(Wrappable):
    """Something for which AWS Config sends a message."""

    @property
    def message(self) -> dict[str, Any]:
        """The message, as it invokes rules and comes by EventBridge and SNS."""
        raise NotImplementedError

    @property
    def content(self) -> bytes:
        """The message as JSON."""
        return carriers.to_json(self.message)

    @property
    def objects(self) -> Objects:
        """Nothing: a message needs no object."""
        return {}

    def as_config_rule(
        self,
        *,
        parameters: Mapping[str, Any] | str | None = None,
        result_token: str = TEST_TOKEN,
        left_scope: bool = False,
        **more: Any,  # noqa: ANN401  # JSON of any shape
    ) -> Delivery:
        """Wrap it as AWS Config invokes the function of a custom rule with it.

        Args:
            parameters: the rule's parameters, or their JSON; left out where it has none.
            result_token: what evaluations are to be put with.
            left_scope: whether the rule does not apply to the resource any more.
            **more: further fields, in AWS's spelling; they win.
        """
        rule_id = "config-rule-example"
        event: dict[str, Any] = {
            "version": "1.0",
            "invokingEvent": self.content.decode(),
            "resultToken": result_token,
            "eventLeftScope": left_scope,
            "executionRoleArn": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:{_ROLE}",
            "configRuleArn": f"arn:aws:config:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:config-rule/{rule_id}",
            "configRuleName": _RULE,
            "configRuleId": rule_id,
            "accountId": DEFAULT_ACCOUNT_ID,
            "evaluationMode": "DETECTIVE",
        }
        if parameters is not None:
            event["ruleParameters"] = (
                parameters if isinstance(parameters, str) else json.dumps(dict(parameters))
            )
        return Delivery(event | more)


class _Change(_Message):
    """A change of a resource, of which everybody is told."""

    def as_eventbridge(self) -> Delivery:
        """Wrap it as the ``detail`` of an event on EventBridge's default bus."""
        message, about = self.message, self._about
        envelope = carriers.eventbridge_event("aws.config", "Config Configuration Item Change", message)
        return Delivery(
            envelope
            | {
                "account": about["awsAccountId"],
                "time": f"{str(message['notificationCreationTime'])[:19]}Z",
                "region": DEFAULT_REGION if about["awsRegion"] == "global" else about["awsRegion"],
            }
        )

    def as_sns(self, *, subject: str | None = None, raw_delivery: bool = False) -> Delivery:
        """Wrap the message as an SNS notification of AWS Config; for the arguments see ``sns_event``."""
        about = self._about
        usual = (
            f"[AWS Config:{about['awsRegion']}] {about['resourceType']} {about['resourceId']}"
            f" Updated in Account {about['awsAccountId']}"
        )
        return super().as_sns(subject=subject or usual[:100], raw_delivery=raw_delivery)

    @property
    def _about(self) -> dict[str, Any]:
        message = self.message
        about: dict[str, Any] = message.get("configurationItem") or message["configurationItemSummary"]
        return about


class Oversized(_Change):
    """The message that AWS Config sends of an item that is too large for one."""

    def __init__(self, item: ConfigurationItem) -> None:
        left_out = ("configuration", "supplementaryConfiguration", "relationships", "tags", "relatedEvents")
        self._summary = {key: value for key, value in item.raw.items() if key not in left_out}

    @property
    def message(self) -> dict[str, Any]:
        """The message, which has all of the item but what makes it large."""
        return {
            "configurationItemSummary": self._summary | {"changeType": "UPDATE"},
            "s3DeliverySummary": {"s3BucketLocation": None, "errorCode": None, "errorMessage": None},
            "notificationCreationTime": self._summary["configurationItemCaptureTime"],
            "messageType": "OversizedConfigurationItemChangeNotification",
            "recordVersion": "1.0",
        }


class SampleItem(ConfigurationItem, _Change):
    """A configuration item made for a test, which can be wrapped in every way in which AWS delivers it.

    To everybody else it is the ``ConfigurationItem`` that it would be read as.
    """

    @property
    def message(self) -> dict[str, Any]:
        """The notification of it."""
        return {
            "configurationItemDiff": None,
            "configurationItem": json.loads(carriers.to_json(self.raw)),
            "notificationCreationTime": self.raw["configurationItemCaptureTime"],
            "messageType": "ConfigurationItemChangeNotification",
            "recordVersion": "1.3",
        }

    @property
    def _as_object(self) -> tuple[str, bytes]:
        """Where AWS Config would put it: a history file of its type."""
        account, region = self.account_id or DEFAULT_ACCOUNT_ID, self.aws_region or DEFAULT_REGION
        when = self.capture_time or DEFAULT_TIME
        day, stamp = f"{when.year}/{when.month}/{when.day}", f"{when:%Y%m%dT%H%M%SZ}"
        name = f"{account}_Config_{region}_ConfigHistory_{self.resource_type}_{stamp}_{stamp}_1.json.gz"
        data = carriers.gzipped_json({"fileVersion": "1.0", "configurationItems": [self.raw]})
        return f"AWSLogs/{account}/Config/{region}/{day}/ConfigHistory/{name}", data

    def as_oversized(self) -> Oversized:
        """Return what AWS Config sends instead where the item is too large for a message."""
        return Oversized(self)

    def as_api_item(self) -> dict[str, Any]:
        """Return it as GetResourceConfigHistory does, with times as the AWS CLI prints them."""
        item = {_API_NAMES.get(key, key): value for key, value in self.raw.items()}
        item["configurationStateId"] = str(item["configurationStateId"])
        item["configuration"] = _text(item["configuration"])
        supplementary = item["supplementaryConfiguration"]
        item["supplementaryConfiguration"] = {
            name: json.dumps(value) for name, value in supplementary.items()
        }
        item["relationships"] = [
            {"relationshipName" if key == "name" else key: value for key, value in one.items()}
            for one in item["relationships"]
        ]
        return {key: value for key, value in item.items() if value is not None}

    def as_history(self) -> Delivery:
        """Wrap it as the answer of GetResourceConfigHistory."""
        return Delivery({"configurationItems": [self.as_api_item()]})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ConfigurationItem) and not isinstance(other, SampleItem):
            return ConfigurationItem.model_validate(self.raw) == other  # pydantic compares classes, too
        return super().__eq__(other)

    __hash__ = ConfigurationItem.__hash__


class SampleRun(ScheduledRun, _Message):
    """A scheduled run made for a test, which can be wrapped as AWS Config invokes a rule with it."""

    @property
    def message(self) -> dict[str, Any]:
        """The message of it."""
        return {
            "awsAccountId": self.account_id,
            "notificationCreationTime": _time(self.creation_time or DEFAULT_TIME),
            "messageType": self.message_type,
            "recordVersion": self.record_version,
        }

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ScheduledRun) and not isinstance(other, SampleRun):
            return ScheduledRun.model_validate(self.message) == other  # pydantic compares classes, too
        return super().__eq__(other)

    __hash__ = ScheduledRun.__hash__


def configuration_item(  # noqa: PLR0913  # each of them is something that a rule may look at
    resource_type: str,
    configuration: Mapping[str, Any] | None = None,
    *,
    supplementary: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    relationships: Iterable[tuple[str, str]] = (),
    resource_id: str | None = None,
    status: str = "OK",
    region: str | None = None,
    account_id: str = DEFAULT_ACCOUNT_ID,
    time: datetime | None = None,
    **more: Any,  # noqa: ANN401  # JSON of any shape
) -> SampleItem:
    """Make a complete configuration item; ``item.raw`` has it in the spelling of notifications.

    The same arguments give the same item. Its methods, such as ``item.as_config_rule()``, wrap it as AWS
    delivers it; ``item.as_api_item()`` has it in the spelling of GetResourceConfigHistory.

    Args:
        resource_type: such as ``AWS::EC2::SecurityGroup``.
        configuration: its configuration, in AWS's spelling; ``null`` by default if the status says that it
            was deleted or is not recorded.
        supplementary: its supplementary configuration.
        tags: its tags.
        relationships: the types and ids of the resources that it has to do with.
        resource_id: its id; by default one that such a resource may have.
        status: the ``configurationItemStatus``.
        region: the ``awsRegion``; by default us-east-1, and ``global`` for IAM's resources.
        account_id: the account that it belongs to.
        time: when it was captured; UTC where it has no time zone. ``DEFAULT_TIME`` by default.
        **more: further fields, in AWS's spelling, such as ``ARN``; they win over everything above.

    Raises:
        TypeError: for a field whose name AWS would not write so, or a value that is not JSON.
    """
    if misspelt := [field for field in more if "_" in field]:
        raise TypeError(f"{misspelt[0]!r} is no argument, and AWS spells its fields like 'resourceName'")
    known_id, known_name, arn = _known(resource_type)
    gone = status in {"ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"}
    moment = carriers.in_utc(time or DEFAULT_TIME)
    resource_id = resource_id or known_id
    name = resource_id if known_name == known_id else known_name
    if region is None:
        region = "global" if resource_type.startswith("AWS::IAM::") else DEFAULT_REGION
    for placeholder, value in (("{region}", region), ("{account}", account_id), ("{id}", resource_id)):
        arn = arn.replace(placeholder, value)
    item = {
        "relatedEvents": [],
        "relationships": [
            {
                "resourceId": other_id,
                "resourceName": None,
                "resourceType": other,
                "name": "Is associated with ",
            }
            for other, other_id in relationships
        ],
        "configuration": dict(configuration or {}) if configuration is not None or not gone else None,
        "supplementaryConfiguration": dict(supplementary or {}),
        "tags": dict(tags or {}),
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": _time(moment),
        "configurationStateId": int(moment.timestamp() * 1000),
        "awsAccountId": account_id,
        "configurationItemStatus": status,
        "resourceType": resource_type,
        "resourceId": resource_id,
        "resourceName": name,
        "ARN": arn,
        "awsRegion": region,
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": _time(moment),
    }
    copy: dict[str, Any] = json.loads(json.dumps(item | more))  # the caller's dictionaries stay the caller's
    return SampleItem.model_validate(copy)


def scheduled_run(*, account_id: str = DEFAULT_ACCOUNT_ID, time: datetime | None = None) -> SampleRun:
    """Make the event of a periodic rule's run.

    Args:
        account_id: the account that the rule runs for.
        time: when; UTC where it has no time zone. ``DEFAULT_TIME`` by default.
    """
    return SampleRun.model_validate(
        {
            "awsAccountId": account_id,
            "notificationCreationTime": _time(time or DEFAULT_TIME),
            "messageType": "ScheduledNotification",
            "recordVersion": "1.0",
        }
    )


def config_snapshot(items: Iterable[ConfigurationItem]) -> bytes:
    """Pack items into a snapshot file as AWS Config delivers it to S3, gzipped.

    The same items give the same bytes on the same Python.
    """
    return carriers.gzipped_json(
        {
            "fileVersion": "1.0",
            "configSnapshotId": "00000000-0000-4000-8000-00000example",
            "configurationItems": [item.raw for item in items],
        }
    )


def _known(resource_type: str) -> tuple[str, str | None, str]:
    """Return an id that such a resource may have, its name if it has one, and what its ARN looks like."""
    if resource_type in _OTHERS:
        return _OTHERS[resource_type]
    if resource_type in _EC2:
        prefix, kind = _EC2[resource_type]
        return f"{prefix}-0a1b2c3d4e5example", None, f"arn:aws:ec2:{{region}}:{{account}}:{kind}/{{id}}"
    service, _, kind = resource_type.removeprefix("AWS::").partition("::")
    return "example", None, f"arn:aws:{service.lower()}:{{region}}:{{account}}:{kind.lower()}/{{id}}"


def _time(moment: datetime) -> str:
    moment = carriers.in_utc(moment)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value)
