from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distribution

import pytest
from click.testing import CliRunner

import trailguard
from trailguard.__main__ import main
from trailguard.cli.main import cli


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def test_version() -> None:
    done = python("-m", "trailguard", "--version")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"trailguard, version {trailguard.__version__}\n",
        "",
    )


def test_command_is_installed() -> None:
    """``trailguard`` and ``python -m trailguard`` are the same."""
    [command] = [
        point
        for point in distribution("trailguard").entry_points
        if (point.group, point.name) == ("console_scripts", "trailguard")
    ]

    assert command.load() is main


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(option: str) -> None:
    """Every subcommand has a line that says what it is for."""
    result = CliRunner().invoke(cli, [option])

    assert result.exit_code == 0
    assert [name for name in cli.commands if f"\n  {name} " not in result.stdout] == []


@pytest.mark.parametrize("name", ["explain", "lint", "new", "rules", "scan"])
def test_help_of_a_subcommand(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "-h"])

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli {name} ")


@pytest.mark.parametrize("arguments", [["scam"], ["scan", "--no-such-option"], ["--no-such-option"]])
def test_what_does_not_exist(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such " in result.stderr


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {library!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
sys.argv = ["trailguard", "scan", "-"]

from trailguard.__main__ import main

main()
"""


@pytest.mark.parametrize("library", ["click", "packaging", "rich"])
def test_without_the_extra(library: str) -> None:
    """One line says what to install. The status is not 1, which is for violations alone."""
    done = python("-c", WITHOUT.format(library=library))

    assert done.stdout == ""
    assert done.stderr == f"trailguard: the command line needs {library}: pip install 'trailguard[cli]'\n"
    assert done.returncode == 2


def test_without_something_else() -> None:
    """A near miss: what the extra does not bring is not promised to come with it."""
    done = python("-c", WITHOUT.format(library="pluggy"))

    assert done.returncode == 1
    assert "trailguard[cli]" not in done.stderr
    assert "No module named 'pluggy'" in done.stderr


def test_what_attackers_call_files_is_spelled_out() -> None:
    result = CliRunner().invoke(cli, ["explain", "\x1b[31mnone.json"], color=True)

    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert r"\x1b[31mnone.json: no such file or folder" in result.stderr
