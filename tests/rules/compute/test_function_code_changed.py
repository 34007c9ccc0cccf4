import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_code_changed import function_code_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ARN = "arn:aws:lambda:us-east-1:111122223333:function:shop"
LAYER = "arn:aws:lambda:us-east-1:111122223333:layer:tools:1"

CODE = cloudtrail_event(
    "lambda:UpdateFunctionCode20150331v2", request={"functionName": ARN, "publish": True, "dryRun": False}
)
LAYERS = cloudtrail_event(
    "lambda:UpdateFunctionConfiguration20150331v2", request={"functionName": "shop", "layers": [LAYER]}
)
PUBLISHED = cloudtrail_event("lambda:PublishLayerVersion20181031", request={"layerName": "tools"})
UNNAMED = cloudtrail_event("lambda:UpdateFunctionCode")


def test_names_the_function_or_layer() -> None:
    assert function_code_changed(CODE) == [Violation("user alice changed what runs in shop", resource="shop")]
    assert_violates(function_code_changed, LAYERS, resource="shop")
    assert_violates(function_code_changed, PUBLISHED, resource="tools")
    assert_violates(
        function_code_changed,
        UNNAMED,
        reason="user alice changed what runs in one that is not named",
        resource=None,
    )


@pytest.mark.parametrize("name", ["shop", "shop:prod", "111122223333:function:shop", ARN, f"{ARN}:7"])
def test_all_ways_to_name_a_function(name: str) -> None:
    event = cloudtrail_event("lambda:UpdateFunctionCode", request={"functionName": name})

    assert_violates(function_code_changed, event, resource="shop")


@pytest.mark.parametrize("name", ["function", "function:1"])
def test_a_function_called_function(name: str) -> None:
    event = cloudtrail_event("lambda:UpdateFunctionCode", request={"functionName": name})

    assert_violates(function_code_changed, event, resource="function")


def test_what_leaves_the_code_as_it_is() -> None:
    assert_complies(
        function_code_changed,
        cloudtrail_event("lambda:UpdateFunctionCode", request={"functionName": ARN, "dryRun": True}),
    )
    for layers in ([], None):
        request = {"functionName": "shop", "layers": layers}
        event = cloudtrail_event("lambda:UpdateFunctionConfiguration", request=request)
        assert_complies(function_code_changed, event)
    assert_complies(
        function_code_changed, cloudtrail_event("lambda:UpdateFunctionCode", error="AccessDenied")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(function_code_changed, cloudtrail_event("lambda:UpdateFunctionCode"))
