import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_role_changed import function_role_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Admin"
CHANGED = cloudtrail_event(
    "lambda:UpdateFunctionConfiguration20150331v2", request={"functionName": "shop", "role": ROLE}
)
UNNAMED = cloudtrail_event("lambda:UpdateFunctionConfiguration", request={"role": ROLE})


def test_names_function_and_role() -> None:
    assert function_role_changed(CHANGED) == [
        Violation(
            f"user alice gave the function shop the role {ROLE}", resource="shop", evidence={"role": ROLE}
        )
    ]
    assert_violates(function_role_changed, UNNAMED, resource=None)


@pytest.mark.parametrize("request_parameters", [{"functionName": "shop", "timeout": 30}, None])
def test_other_changes(request_parameters: dict[str, object] | None) -> None:
    """Terraform sends what it changes alone."""
    assert_complies(
        function_role_changed,
        cloudtrail_event("lambda:UpdateFunctionConfiguration", request=request_parameters),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        function_role_changed, cloudtrail_event("lambda:UpdateFunctionConfiguration", request={"role": ROLE})
    )
