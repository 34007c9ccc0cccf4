import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.function_opened import function_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def permit(principal: object, name: str | None = "shop", **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "lambda:AddPermission20150331v2",
        request={"functionName": name, "principal": principal, "action": "lambda:InvokeFunction"} | request,
    )


ANYONE = permit("*")
STRANGER = permit("444455556666")
BY_ARN = permit("arn:aws:iam::444455556666:root", None)
LAYER = cloudtrail_event(
    "lambda:AddLayerVersionPermission20181031", request={"layerName": "tools", "principal": "*"}
)
ANYONE_UNNAMED = permit("*", None)
BY_URL = permit("*", action="lambda:InvokeFunctionUrl", functionUrlAuthType="NONE")


def test_names_function_and_account() -> None:
    assert function_opened(STRANGER) == [
        Violation("user alice lets the account 444455556666 use shop", resource="shop")
    ]
    assert_violates(function_opened, BY_ARN, resource=None)


def test_anyone_is_worse() -> None:
    assert_violates(function_opened, ANYONE, reason="user alice lets anyone use shop", severity=Severity.HIGH)
    assert_violates(function_opened, LAYER, reason="user alice lets anyone use tools", severity=Severity.HIGH)
    assert_violates(function_opened, ANYONE_UNNAMED, resource=None)


def test_a_public_url_is_not_as_bad() -> None:
    """The console lets anyone in so whenever it makes one."""
    assert_violates(
        function_opened,
        BY_URL,
        reason="user alice lets anyone use shop by its URL",
        severity=Severity.MEDIUM,
    )
    assert_violates(function_opened, permit("*", functionUrlAuthType="AWS_IAM"), severity=Severity.HIGH)


@pytest.mark.parametrize(
    "event",
    [
        permit("s3.amazonaws.com", sourceArn="arn:aws:s3:::amzn-s3-demo-bucket"),
        permit("apigateway.amazonaws.com"),
        permit("111122223333"),
        permit("*", principalOrgID="o-example"),
        permit("*", sourceAccount="111122223333"),
        permit("*", sourceArn="arn:aws:s3:::amzn-s3-demo-bucket"),
        permit(None),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(function_opened, event)


def test_accounts_that_are_trusted() -> None:
    assert_complies(function_opened, STRANGER, params={"trusted_accounts": ["444455556666"]})
