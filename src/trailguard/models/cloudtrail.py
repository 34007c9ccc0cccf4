"""One CloudTrail record, in the words that keep dictionary-digging out of rules.

Source: "CloudTrail record contents" in the AWS CloudTrail user guide.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from pydantic import AliasChoices, Field

from trailguard.models._base import AwsModel, FreeForm, RawModel, UtcTime
from trailguard.models.identity import Actor, UserIdentity

__all__ = ["CloudTrailEvent", "EventResource", "operation_of", "service_of"]

# Lambda and CloudFront append the API's date: CreateFunction20150331, AddPermission20150331v2,
# CreateInvalidation2020_05_31.
_API_DATE = re.compile(r"20\d\d_?[01]\d_?[0-3]\d(?:v\d+)?$")


def service_of(event_source: str) -> str:
    """Return the service of an ``eventSource``: ``ec2`` for ``ec2.amazonaws.com``."""
    return event_source.partition(".amazonaws.com")[0]


@lru_cache(maxsize=4096)
def operation_of(event_name: str) -> str:
    """Return an ``eventName`` without the API date that some services append."""
    return _API_DATE.sub("", event_name) or event_name


@lru_cache(maxsize=1024)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


class EventResource(AwsModel):
    """A resource that a record names in its ``resources``."""

    arn: str | None = Field(None, alias="ARN")
    account_id: str | None = None
    type: str | None = None


class CloudTrailEvent(RawModel):
    """One CloudTrail record: who did what, when, from where, and what came of it.

    Fields bear AWS's names in snake_case; ``null`` reads as absent. What is not modelled is in ``raw``,
    untouched. ``request_parameters`` and ``response_elements`` are always dictionaries.
    """

    event_source: str
    event_name: str
    event_version: str | None = None
    event_time: UtcTime | None = None
    event_type: str | None = None
    event_category: str | None = None
    event_id: str | None = Field(None, alias="eventID")
    shared_event_id: str | None = Field(None, validation_alias=AliasChoices("sharedEventID", "sharedEventId"))
    request_id: str | None = Field(None, alias="requestID")
    user_identity: UserIdentity | None = None
    aws_region: str | None = None
    source_ip_address: str | None = Field(None, alias="sourceIPAddress")
    user_agent: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_parameters: FreeForm = Field(default_factory=dict)
    response_elements: FreeForm = Field(default_factory=dict)
    additional_event_data: FreeForm = Field(default_factory=dict)
    service_event_details: FreeForm = Field(default_factory=dict)
    resources: list[EventResource] | None = None
    read_only: bool | None = None
    management_event: bool | None = None
    recipient_account_id: str | None = Field(
        None,
        validation_alias=AliasChoices("recipientAccountId", "recipientAccountID", "recipient_account_id"),
    )
    vpc_endpoint_id: str | None = None
    session_credential_from_console: str | bool | None = None

    @property
    def service(self) -> str:
        """The service, as IAM policies write it: ``ec2``."""
        return service_of(self.event_source)

    @property
    def action(self) -> str:
        """The action, as IAM policies write it: ``ec2:RunInstances``, without any API date."""
        return f"{self.service}:{operation_of(self.event_name)}"

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return Actor.of(self.user_identity)

    @property
    def is_service_call(self) -> bool:
        """Whether an AWS service made the call, by itself or for somebody (``invokedBy``, ``AWS Internal``).

        Nothing of it is what callers can write: a user agent does not count. It does not say that the call is
        harmless either, for services such as CloudFormation do what they are told.
        """
        identity = self.user_identity
        session = identity.session_context if identity else None
        issuer = session.session_issuer if session else None
        address = self.source_ip_address or ""
        return (
            self.actor.is_service
            or ":role/aws-service-role/" in ((issuer.arn if issuer else None) or "")
            or address.startswith("AWS Internal")
            or address.endswith(".amazonaws.com")
        )

    @property
    def account_id(self) -> str | None:
        """The account in which it happened: the recipient's, else the caller's."""
        caller = self.user_identity.account_id if self.user_identity else None
        return self.recipient_account_id or caller

    @property
    def succeeded(self) -> bool:
        """Whether the call went through. A failed console sign-in says so without an error code."""
        return not self.error_code and self.response_elements.get("ConsoleLogin") != "Failure"

    @property
    def mfa(self) -> bool | None:
        """Whether the caller had used MFA; None where the record does not say."""
        identity = self.user_identity
        session = identity.session_context if identity else None
        attributes = session.attributes if session else None
        said = attributes.mfa_authenticated if attributes else None
        if said is None:
            said = self.additional_event_data.get("MFAUsed")
        return {"true": True, "yes": True, "false": False, "no": False}.get(str(said).lower())

    @property
    def source_ip(self) -> IPv4Address | IPv6Address | None:
        """The caller's address; None where a service called (``source_ip_address`` has its name)."""
        return _address(self.source_ip_address or "")

    def search(self, expression: str) -> Any:  # noqa: ANN401  # JSON of any shape
        """Look into the record by a JMESPath expression, in AWS's own spelling.

        Args:
            expression: such as ``requestParameters.ipPermissions.items[].ipRanges.items[].cidrIp``.

        Returns:
            What is there, as plain JSON values; None where nothing is.

        Raises:
            jmespath.exceptions.JMESPathError: for an expression that is not JMESPath.
        """
        import jmespath  # noqa: PLC0415  # few rules need it, and cold starts pay for imports

        return jmespath.search(expression, self.raw)
