from trailguard import Violation
from trailguard.rules.compute.sessions_on_many_instances import sessions_on_many_instances
from trailguard.testing import assert_violates, cloudtrail_event

STARTED = cloudtrail_event("ssm:StartSession", request={"target": "i-0123EXAMPLE"})
DENIED = cloudtrail_event("ssm:StartSession", error="AccessDeniedException")


def test_names_the_instance() -> None:
    assert sessions_on_many_instances(STARTED) == [
        Violation("user alice opens a session on i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(sessions_on_many_instances, DENIED, resource=None)


def test_counts_instances_of_one_caller() -> None:
    assert sessions_on_many_instances.threshold is not None
    assert sessions_on_many_instances.threshold.distinct == "resource"
