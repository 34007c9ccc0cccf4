"""Runs the real Terraform on deploy/terraform, with a stand-in for the AWS provider, and without network.

`Terraform` runs commands in a copy of the module; the session fixture ``terraform`` (conftest.py) is one.
The session fixture ``applied`` is a function: ``applied("eventbridge")`` returns the resources that
``deploy/terraform/examples/eventbridge`` comes to, as Terraform's state has them after ``terraform apply``.
Each is a `Resource`: ``type`` (``aws_iam_role_policy``), ``name`` (``function``), and ``values``
(``{"policy": "{...}"}``, a JSON text in which every ARN is concrete). The examples are ``cloudwatch-logs``,
``eventbridge``, ``s3-sqs`` and ``aws-config``. Tests that ask for either fixture are skipped where there is
no Terraform, or no package ``tf``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["EXAMPLES", "MODULE", "Resource", "Terraform", "of_type", "running_terraform"]

MODULE: Final = Path(__file__).parents[2] / "deploy" / "terraform"
EXAMPLES: Final = tuple(sorted(path.name for path in (MODULE / "examples").iterdir()))

_STUB: Final = Path(__file__).with_name("stub_provider.py")
_AWS: Final = "registry.terraform.io/hashicorp/aws"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as Terraform's state has it."""

    type: str
    name: str
    values: dict[str, Any]

    def policy(self, argument: str = "policy") -> list[dict[str, Any]]:
        """Return the statements of a policy that one of its arguments has as JSON text."""
        statements: list[dict[str, Any]] = json.loads(self.values[argument])["Statement"]
        return statements


def of_type(resources: list[Resource], kind: str) -> list[Resource]:
    """Return the resources of one type."""
    return [one for one in resources if one.type == kind]


class Terraform:
    """Runs Terraform's commands, each root module's ``init`` once.

    Args:
        folder: where a copy of deploy/terraform is made.
        environment: what tells Terraform of the stand-in.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.module = folder / "terraform"
        self._environment = dict(environment)
        self._initialised: set[Path] = set()
        self._states = count()
        shutil.copytree(MODULE, self.module, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        for root in (self.module, *(self.module / "examples" / name for name in EXAMPLES)):
            with zipfile.ZipFile(root / "function.zip", "w") as package:
                package.writestr("lambda_function.py", "")

    def run(self, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder; return what came of it, good or bad."""
        return subprocess.run(  # noqa: S603  # our own arguments
            ["terraform", *arguments],  # noqa: S607  # wherever it is
            cwd=root,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def told(self, root: Path, *arguments: str) -> str:
        """Run a command that has to go well, after ``init``; return what it prints."""
        self.initialise(root)
        ended = self.run(root, *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def initialise(self, root: Path) -> None:
        """Run ``terraform init``, unless that was done."""
        if root in self._initialised:
            return
        ended = self.run(root, "init", "-input=false", "-no-color")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        self._initialised.add(root)

    def applied(self, root: Path, **variables: Any) -> list[Resource]:
        """Apply a root module, from nothing; return the resources of it and of the modules that it calls."""
        path = f"{next(self._states)}.tfstate"
        self.told(root, "apply", "-auto-approve", "-input=false", f"-state={path}", *_assigned(variables))
        state = json.loads(self.told(root, "show", "-json", path))
        return list(_resources(state["values"]["root_module"]))

    def refusal(self, root: Path, **variables: Any) -> str:
        """Plan what has to be refused; return what Terraform says, in one line and without its frame."""
        self.initialise(root)
        ended = self.run(root, "plan", "-input=false", "-no-color", "-refresh=false", *_assigned(variables))
        assert ended.returncode != 0, ended.stdout
        return " ".join(ended.stderr.replace("│", " ").split())


@contextmanager
def running_terraform(folder: Path) -> Iterator[Terraform]:
    """Start the stand-in for the provider; give a Terraform that knows of it."""
    settings = folder / "terraformrc"
    settings.write_text("disable_checkpoint = true\n", "utf-8")
    with (
        tempfile.TemporaryDirectory() as short,  # the path of a socket may have 100 characters
        subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, str(_STUB), f"{short}/aws.sock"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as stub,
    ):
        assert stub.stdin is not None
        assert stub.stdout is not None
        assert stub.stdout.readline() == "ready\n"
        reattach = {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": stub.pid,
            "Test": True,  # it is not Terraform's to end
            "Addr": {"Network": "unix", "String": f"{short}/aws.sock"},
        }
        yield Terraform(
            folder,
            {
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "CHECKPOINT_DISABLE": "1",
                "TF_CLI_CONFIG_FILE": str(settings),
                "TF_IN_AUTOMATION": "1",
                "TF_VAR_bucket_name": "amzn-s3-demo-bucket",
                "TF_VAR_package": "function.zip",
                "TF_VAR_region": "eu-west-1",
                "TF_REATTACH_PROVIDERS": json.dumps({_AWS: reattach}),
            },
        )
        stub.stdin.close()


def _assigned(variables: Mapping[str, Any]) -> list[str]:
    return [
        f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in variables.items()
    ]


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    for one in module.get("resources", ()):
        if one["mode"] == "managed":
            yield Resource(one["type"], one["name"], one["values"])
    for child in module.get("child_modules", ()):
        yield from _resources(child)
