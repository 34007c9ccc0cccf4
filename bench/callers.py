"""Who calls in made-up traffic: people, programs, and AWS's own services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trailguard.testing import assumed_role, aws_service, iam_user, identity_center_role

__all__ = ["PEOPLE", "SERVICES", "Caller"]

TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.80.0"
    " aws-sdk-go-v2/1.32.6 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64 m/C"
)
PYTHON = (
    "Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#5.10.227 md/arch#x86_64 lang/python#3.12.7"
    " md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.35.90"
)
COMMAND_LINE = (
    "aws-cli/2.22.12 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0-51-generic md/arch#x86_64 lang/python#3.12.6"
    " md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off"
)
AGENT = "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64) amazon-ssm-agent/3.3.1611.0"
CONSOLE = (
    "[AWSConsole/0.4, aws-internal/3 aws-sdk-java/1.12.780 Linux/5.10.228 OpenJDK_64-Bit_Server_VM/25.432"
    " java/1.8.0_432 vendor/Oracle_Corporation cfg/retry-mode/standard]"
)


@dataclass(frozen=True)
class Caller:
    """Somebody who calls.

    Attributes:
        identity: their ``userIdentity``, without the time at which a session began.
        address: their ``sourceIPAddress``.
        agent: their ``userAgent``.
        more: further fields of all their records.
    """

    identity: dict[str, Any]
    address: str
    agent: str
    more: dict[str, Any] = field(default_factory=dict)


USERS = {"terraform": TERRAFORM, "build-bot": COMMAND_LINE, "alice": COMMAND_LINE, "backup": PYTHON}

PEOPLE = (
    *(
        Caller(assumed_role("Deployer", f"ci-{n}"), f"192.0.2.{n % 100}", TERRAFORM)
        for n in range(4701, 4709)
    ),
    *(
        Caller(assumed_role(f"shop-function-{n}", f"orders-{n}"), f"203.0.113.{n}", PYTHON)
        for n in range(10, 18)
    ),
    *(
        Caller(assumed_role("app-server", f"i-00000{n}000EXAMPLE"), f"203.0.113.{n}", AGENT)
        for n in range(60, 66)
    ),
    *(Caller(iam_user(name), f"192.0.2.{n % 200 + 40}", USERS[name]) for n, name in enumerate([*USERS] * 4)),
    *(
        Caller(
            identity_center_role(f"{name}@example.com", "Developer"),
            f"198.51.100.{len(name) + 20}",
            CONSOLE,
            {"sessionCredentialFromConsole": "true"},
        )
        for name in ("ben", "carol", "frida", "gus")
    ),
)
"""People and programs."""

SERVICES = tuple(
    Caller(aws_service(f"{name}.amazonaws.com"), f"{name}.amazonaws.com", f"{name}.amazonaws.com")
    for name in ("lambda", "autoscaling", "cloudtrail", "config", "ecs-tasks")
)
"""AWS's own services."""
