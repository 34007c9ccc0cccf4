import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.function_stopped import function_stopped
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def reserve(number: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "lambda:PutFunctionConcurrency20171031", request={"reservedConcurrentExecutions": number, **request}
    )


STOPPED = reserve(0, functionName="trailguard")
UNNAMED = reserve("0")


def test_names_the_function() -> None:
    assert function_stopped(STOPPED) == [
        Violation("user alice stopped the function trailguard", resource="trailguard")
    ]
    assert_violates(function_stopped, UNNAMED, resource=None)


@pytest.mark.parametrize("number", [1, 100, None, False])
def test_other_numbers(number: object) -> None:
    assert_complies(function_stopped, reserve(number, functionName="trailguard"))
    assert_complies(function_stopped, cloudtrail_event("lambda:PutFunctionConcurrency"))
