import pytest

from trailguard import Violation
from trailguard.rules.compute.function_url_made_public import function_url_made_public
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

PUBLIC = cloudtrail_event(
    "lambda:CreateFunctionUrlConfig20211031", request={"functionName": "shop", "authType": "NONE"}
)
UNNAMED = cloudtrail_event("lambda:UpdateFunctionUrlConfig", request={"authType": "NONE"})


def test_names_the_function() -> None:
    assert function_url_made_public(PUBLIC) == [
        Violation("user alice gave shop a URL that anyone may call", resource="shop")
    ]
    assert_violates(function_url_made_public, UNNAMED, resource=None)


@pytest.mark.parametrize("request_parameters", [{"authType": "AWS_IAM"}, {}, None])
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        function_url_made_public,
        cloudtrail_event("lambda:CreateFunctionUrlConfig", request=request_parameters),
    )
