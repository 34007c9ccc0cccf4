import pytest

from trailguard import Violation
from trailguard.rules.compute.sessions_on_many_instances import sessions_on_many_instances
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

STARTED = cloudtrail_event("ssm:StartSession", request={"target": "i-0123EXAMPLE"})
DENIED = cloudtrail_event(
    "ssm:StartSession", request={"target": "i-0123EXAMPLE"}, error="AccessDeniedException"
)
BY_KEY = cloudtrail_event(
    "ec2-instance-connect:SendSSHPublicKey",
    request={"instanceId": "i-0123EXAMPLE", "instanceOSUser": "ubuntu"},
)


def test_names_the_instance() -> None:
    assert sessions_on_many_instances(STARTED) == [
        Violation("user alice opens a session on i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(sessions_on_many_instances, DENIED, resource="i-0123EXAMPLE")
    assert_violates(sessions_on_many_instances, BY_KEY, resource="i-0123EXAMPLE")


@pytest.mark.parametrize("request_parameters", [{"reason": "debug"}, None])
def test_no_instance(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        sessions_on_many_instances, cloudtrail_event("ssm:StartSession", request=request_parameters)
    )


def test_counts_instances_of_one_caller() -> None:
    assert sessions_on_many_instances.threshold is not None
    assert sessions_on_many_instances.threshold.distinct == "resource"
