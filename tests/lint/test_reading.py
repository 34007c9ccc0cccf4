from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Rule, Severity, rule
from trailguard.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable

URLS = ["https://example.com/rule"]


def read_by(check: Callable[..., None], *on: str) -> list[str]:
    """Return what is said of what a function reads when it listens to some calls."""
    one: Rule = rule(on=on, severity=Severity.LOW, title="A rule", references=URLS)(check)
    return [finding.fix for finding in lint([one]) if finding.code == "TG201"]


def by_get(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    event.request_parameters.get("gatewayID", "none")


def by_key(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    _ = event.request_parameters["gatewayID"]


def by_search(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    event.search("requestParameters.gatewayID")
    event.search('[requestParameters."gatewayID", responseElements.gatewayID]')


def by_name(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    request, response = event.request_parameters, event.response_elements
    request.get("gatewayID")
    response.get("routeTableID")


def by_another_name(acme: CloudTrailEvent) -> None:
    """Say what it catches."""
    asked = acme.request_parameters
    asked.get("gatewayID")


@pytest.mark.parametrize("check", [by_get, by_key, by_search, by_name, by_another_name])
def test_parameters_that_the_call_does_not_have(check: Callable[..., None]) -> None:
    assert read_by(check, "ec2:CreateRoute") == ["did you mean 'gatewayId'?"]


def right(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    event.request_parameters.get("gatewayId")
    event.search("requestParameters.destinationCidrBlock")


def deeper(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    event.search("requestParameters.something.gatewayID")
    event.search("responseElements.gatewayID")
    event.response_elements.get("gatewayID")


def unlike(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    event.request_parameters.get("somethingQuiteDifferent")


def computed(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    for name in ("gatewayID",):
        event.request_parameters.get(name)


def rebound(event: CloudTrailEvent) -> None:
    """Say what it catches."""
    request = event.request_parameters
    request = event.response_elements
    request.get("gatewayID")


@pytest.mark.parametrize("check", [right, deeper, unlike, computed, rebound])
def test_what_nobody_can_prove_is_not_told(check: Callable[..., None]) -> None:
    assert read_by(check, "ec2:CreateRoute") == []


def test_a_parameter_of_one_of_the_calls_will_do() -> None:
    def found(event: CloudTrailEvent) -> None:
        event.request_parameters.get("internetGatewayId")

    assert read_by(found, "ec2:AttachInternetGateway", "ec2:CreateRoute") == []
    assert read_by(found, "ec2:*InternetGateway", "ec2:CreateRoute") == []


def test_calls_are_found_by_pattern_and_with_their_dates() -> None:
    def found(event: CloudTrailEvent) -> None:
        event.request_parameters.get("functionname")

    assert read_by(found, "lambda:CreateFunction") == ["did you mean 'functionName'?"]
    assert read_by(found, "lambda:CreateFunction20150331") == ["did you mean 'functionName'?"]
    assert read_by(found, "lambda:*Function") == ["did you mean 'functionName'?"]


def test_acronyms_begin_in_lower_case() -> None:
    """As RDS has them in the log: ``dBInstanceIdentifier``."""

    def wrong(event: CloudTrailEvent) -> None:
        event.request_parameters.get("DBInstanceIdentifier")

    def right_one(event: CloudTrailEvent) -> None:
        event.request_parameters.get("dBInstanceIdentifier")

    assert read_by(wrong, "rds:ModifyDBInstance") == ["did you mean 'dBInstanceIdentifier'?"]
    assert read_by(right_one, "rds:ModifyDBInstance") == []


def test_how_ec2_spells_lists_and_newer_calls() -> None:
    def found(event: CloudTrailEvent) -> None:
        request = event.request_parameters
        request.get("tagSpecificationSet")
        request.get("blockDeviceMapping")
        request.get("networkInterfaceSet")
        event.search("requestParameters.CreateNatGatewayRequest.SubnetId")

    assert read_by(found, "ec2:RunInstances", "ec2:CreateNatGateway") == []

    def wrong(event: CloudTrailEvent) -> None:
        event.search("requestParameters.CreateNATGatewayRequest.SubnetId")

    assert read_by(wrong, "ec2:CreateNatGateway") == ["did you mean 'CreateNatGatewayRequest'?"]


@pytest.mark.parametrize(
    "on",
    [("s3:PutBucketAcl",), ("signin:ConsoleLogin",), ("*:Create*",), ("ec2:CreateRoute", "kms:RotateKey")],
)
def test_calls_whose_parameters_are_not_known(on: tuple[str, ...]) -> None:
    """S3 names them in its own way; sign-ins and service events are in no model."""

    def found(event: CloudTrailEvent) -> None:
        event.request_parameters.get("gatewayID")
        event.request_parameters.get("bucket_name")

    assert read_by(found, *on) == []


def test_a_rule_without_source() -> None:
    names: dict[str, object] = {"CloudTrailEvent": CloudTrailEvent, "__name__": "acme"}
    exec("def found(event: CloudTrailEvent): event.request_parameters['gatewayID']", names)  # noqa: S102  # our own

    assert read_by(names["found"], "ec2:CreateRoute") == []  # type: ignore[arg-type]  # it is a function


def test_configuration_items_have_no_requests() -> None:
    def found(event: ConfigurationItem) -> None:
        event.search("requestParameters.gatewayID")  # type: ignore[attr-defined]  # nobody would

    assert read_by(found, "AWS::EC2::VPC") == []
