import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.stack_protection_removed import stack_protection_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def update(protection: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "cloudformation:UpdateTerminationProtection",
        request={"enableTerminationProtection": protection, **request},
    )


DISABLED = update(protection=False, stackName="shop")
UNNAMED = update("false")


def test_names_the_stack() -> None:
    assert stack_protection_removed(DISABLED) == [
        Violation("user alice disabled the protection of the stack shop", resource="shop")
    ]
    assert_violates(stack_protection_removed, UNNAMED, resource=None)


@pytest.mark.parametrize("protection", [True, "true", None, {}])
def test_near_misses(protection: object) -> None:
    assert_complies(stack_protection_removed, update(protection, stackName="shop"))
    assert_complies(stack_protection_removed, cloudtrail_event("cloudformation:UpdateTerminationProtection"))
