import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.privileged_container_defined import privileged_container_defined
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def register(*containers: dict[str, object], **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "ecs:RegisterTaskDefinition", request={"containerDefinitions": list(containers), **request}
    )


PRIVILEGED = register({"name": "a"}, {"name": "b", "privileged": True}, family="web")
HOST = register({"name": "a"}, family="web", pidMode="host")
UNNAMED = register({"privileged": True})


def test_names_task_and_container() -> None:
    assert privileged_container_defined(PRIVILEGED) == [
        Violation("user alice made the container b privileged in the task web", resource="web")
    ]
    assert_violates(
        privileged_container_defined,
        HOST,
        reason="user alice made the processes of the host seen in the task web",
    )
    assert_violates(privileged_container_defined, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "event",
    [
        register({"name": "a"}, {"name": "b", "privileged": False}, family="web"),
        register({"name": "a"}, family="web", pidMode="task"),
        register({"privileged": None}),
        cloudtrail_event("ecs:RegisterTaskDefinition"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(privileged_container_defined, event)
