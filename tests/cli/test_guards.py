"""What the commands say of plugins that are left out: tests of both, since they are told the same."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from trailguard.cli.guards import make_guard
from trailguard.testing import cloudtrail_event, log_file

if TYPE_CHECKING:
    from pathlib import Path

ATTACHED = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": "igw-0example"})
HOSTILE = r"raise ValueError('red \x1b[31m and\na second line')"
TOLD = (
    r"trailguard: left out: plugin acme-rules 1.0, entry point 'acme' (acme_plugin): cannot be loaded: "
    r"ValueError: red \x1b[31m and\na second line"
)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Write a distribution whose plugin cannot be loaded, a log file, and settings that skip the plugin."""
    metadata = tmp_path / "acme_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_plugin\n", "utf-8")
    (tmp_path / "acme_plugin.py").write_text(HOSTILE, "utf-8")
    (tmp_path / "log.json.gz").write_bytes(log_file([ATTACHED]))
    (tmp_path / "skip.toml").write_text('plugins.on_error = "skip"\n', "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command, where the folder's distribution is installed."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    left_out = {"TRAILGUARD_SETTINGS", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-m", "trailguard", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=kept | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_rules_lists_what_there_is_and_says_what_is_not(folder: Path, form: str) -> None:
    """One line on standard error, in which nothing of the plugin's is obeyed; and exit status 2."""
    done = run(folder, "rules", "--settings", "skip.toml", "--format", form)

    assert (done.returncode, done.stderr) == (2, f"{TOLD}\n")
    assert "internet-gateway-attached" in done.stdout
    assert form == "text" or len(json.loads(done.stdout)) > 9


def test_scan_judges_by_what_there_is_and_says_what_is_not(folder: Path) -> None:
    done = run(folder, "scan", "log.json.gz", "--settings", "skip.toml")

    assert (done.returncode, done.stderr) == (2, f"{TOLD}\n")
    assert "internet-gateway-attached, 1 verdict" in done.stdout
    assert "1 failure: 1 by plugins" in done.stdout


def test_json_lines_hold_verdicts_alone(folder: Path) -> None:
    done = run(folder, "scan", "log.json.gz", "--settings", "skip.toml", "--format", "jsonl")

    assert done.returncode == 2
    assert done.stderr.startswith(f"{TOLD}\n")
    assert "1 failure: 1 by plugins" in done.stderr
    assert {json.loads(line)["compliance"] for line in done.stdout.splitlines()} == {"NON_COMPLIANT"}


def test_settings_that_still_cannot_be_used(folder: Path) -> None:
    """The reason may be what is left out, so both are told."""
    done = run(folder, "scan", "log.json.gz", "--settings", "skip.toml", "--rule", "acme-rule")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{TOLD}\ntrailguard: the chosen rules: acme-rule: no such rule\n"


@pytest.mark.parametrize("command", [["rules"], ["scan", "log.json.gz"]], ids=["rules", "scan"])
def test_without_that_setting_it_is_an_error(folder: Path, command: list[str]) -> None:
    """A near miss: nothing is listed or judged."""
    done = run(folder, *command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "trailguard: plugin acme-rules 1.0, entry point 'acme' (acme_plugin): cannot be"
    )


@pytest.mark.parametrize("command", [["rules"], ["scan", "log.json.gz"]], ids=["rules", "scan"])
def test_nothing_is_said_of_plugins_in_order(folder: Path, command: list[str]) -> None:
    """A near miss: the setting alone changes nothing."""
    plugin = "from trailguard import hookimpl\n\n@hookimpl\ndef trailguard_rules():\n    return []\n"
    (folder / "acme_plugin.py").write_text(plugin, "utf-8")

    done = run(folder, *command, "--settings", "skip.toml")

    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_shown_once_the_guard_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever calls a command from Python has a log of their own."""
    make_guard(None, ["internet-gateway-attached"])
    logging.getLogger("trailguard").error("another's")

    assert logging.getLogger("trailguard").handlers == []
    assert capsys.readouterr() == ("", "")
