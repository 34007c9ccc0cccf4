from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from distributions import install
from trailguard.cli.main import cli
from trailguard.rule_sets import members
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from pathlib import Path

RULE = "internet-gateway-attached"
HOSTILE_RULE = r"""
from trailguard import CloudTrailEvent, Match, Severity, hookimpl, rule


@rule(
    on=["s3:DeleteBucket", Match("s3:Put*", outcome="any"), "s3:Get?", "s3:List*", "s3:Head*"],
    severity=Severity.CRITICAL,
    title="Red \x1b[31m[red]title[/red] \u202e\nand more",
    tags=["acme:1"],
    references=["https://example.com/buckets"],
)
def acme_bucket_touched(event: CloudTrailEvent) -> str:
    return "touched"


@hookimpl
def trailguard_rules():
    return [acme_bucket_touched]
"""


def rules(*arguments: object) -> Result:
    result = CliRunner().invoke(
        cli, ["rules", *map(str, arguments)], env={"TRAILGUARD_SETTINGS": None, "FORCE_COLOR": None}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command, where a folder's distributions are installed."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"TRAILGUARD_SETTINGS", "FORCE_COLOR"}
    }
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-m", "trailguard", "rules", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=kept | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )


def listed(output: str) -> dict[str, Any]:
    return {one["id"]: one for one in json.loads(output)}


def test_json_says_all_there_is_to_know(tmp_path: Path) -> None:
    """Every rule by the same keys, built in or installed; and nothing else is on standard output."""
    done = run(install(tmp_path, HOSTILE_RULE), "--format", "json")
    found = listed(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert list(found) == sorted(found)
    assert set(found) >= members("default", BUILTIN_RULES) | {"acme-bucket-touched"}
    assert {tuple(one) for one in found.values()} == {
        ("id", "title", "severity", "on", "tags", "references", "package")
    }
    assert found["acme-bucket-touched"] == {
        "id": "acme-bucket-touched",
        "title": "Red \x1b[31m[red]title[/red] \u202e\nand more",
        "severity": "critical",
        "on": ["s3:DeleteBucket", "s3:Get?", "s3:List*", "s3:Head*", "s3:Put*"],
        "tags": ["acme:1"],
        "references": ["https://example.com/buckets"],
        "package": "acme_plugin",
    }
    assert found[RULE]["on"] == ["ec2:AttachInternetGateway"]
    assert found[RULE]["package"] == "trailguard"


def test_text_is_for_people(tmp_path: Path) -> None:
    """Three lines for each rule; a title from somebody's package is spelled out and never obeyed."""
    done = run(install(tmp_path, HOSTILE_RULE))
    lines = done.stdout.split("\n")
    start = next(n for n, line in enumerate(lines) if "acme-bucket-touched" in line)

    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.isprintable() for line in lines)
    assert lines[start : start + 3] == [
        "critical  acme-bucket-touched  acme_plugin",
        r"          Red \x1b[31m[red]title[/red] \u202e\nand more",
        "          s3:DeleteBucket, s3:Get?, s3:List* and 2 more",
    ]


def test_every_built_in_rule_of_the_default_set_is_listed() -> None:
    result = rules()

    assert result.exit_code == 0
    default = [one for one in BUILTIN_RULES if one.id in members("default", BUILTIN_RULES)]
    assert [one.id for one in default if one.id not in result.stdout] == []
    assert [one.title for one in default if one.title not in result.stdout] == []


def test_rules_are_listed_as_settings_have_them(tmp_path: Path) -> None:
    """Those that are off are left out; severity and parameters are those that count."""
    settings = tmp_path / "trailguard.toml"
    settings.write_text(
        '[rules.ec2-blocked-action]\nseverity = "info"\nparameters.actions = ["ec2:CreateVpc"]\n'
        f"[rules.{RULE}]\nenabled = false\n",
        "utf-8",
    )

    found = listed(rules("--format", "json", "--settings", settings).stdout)

    assert RULE not in found
    assert found["ec2-blocked-action"]["severity"] == "info"
    assert found["ec2-blocked-action"]["on"] == ["ec2:CreateVpc"]


def test_without_those_settings() -> None:
    """A near miss: the same rules, with their defaults."""
    found = listed(rules("--format", "json").stdout)

    assert RULE in found
    assert found["ec2-blocked-action"]["severity"] == "low"
    assert len(found["ec2-blocked-action"]["on"]) > 100


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    result = rules("--settings", tmp_path / "missing.toml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"trailguard: {tmp_path / 'missing.toml'}: cannot be read: No such file or directory\n"
    )


def test_plugin_that_cannot_be_loaded(tmp_path: Path) -> None:
    """One line that names distribution and entry point, and no traceback."""
    done = run(install(tmp_path, "import no_such_library"))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "trailguard: plugin acme-rules 1.0, entry point 'acme' (acme_plugin): cannot be loaded:"
        " ModuleNotFoundError: No module named 'no_such_library'\n"
    )


def test_format_that_does_not_exist() -> None:
    result = rules("--format", "yaml")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "'yaml' is not one of 'text', 'json'" in result.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_colour_in_a_pipe(form: str) -> None:
    assert "\x1b" not in rules("--format", form).stdout


# Some of them


def ids(*arguments: object) -> set[str]:
    result = rules("--format", "json", *arguments)
    assert result.exit_code == 0
    return set(listed(result.stdout))


def test_rules_by_tag_severity_and_service() -> None:
    """Any value of an option will do; a rule has to fit all options."""
    everything = ids()

    assert RULE in ids("--tag", "mitre:T1562.*") < everything
    assert ids("--service", "ec2", "--severity", "medium") == ids("--service", "EC2") & ids(
        "--severity", "medium"
    )
    assert ids("--tag", "mitre:T1485", "--tag", "cis:5.2") == ids("--tag", "mitre:T1485") | ids(
        "--tag", "cis:5.2"
    )
    assert ids("--severity", "high", "--severity", "low") == ids("--severity", "HIGH") | ids(
        "--severity", "low"
    )
    assert ids("--tag", "nobody:has-it") == set()
    assert ids(*(f"--severity={one}" for one in ("critical", "high", "medium", "low", "info"))) == everything


def test_severities_are_those_that_settings_say(tmp_path: Path) -> None:
    settings = tmp_path / "trailguard.toml"
    settings.write_text(f'[rules.{RULE}]\nseverity = "critical"\n', "utf-8")

    assert RULE in ids("--severity", "critical", "--settings", settings)
    assert RULE not in ids("--severity", "critical")


def test_sets_are_those_that_settings_say(tmp_path: Path) -> None:
    settings = tmp_path / "trailguard.toml"
    settings.write_text('rule_sets = ["strict"]\n', "utf-8")

    assert ids("--settings", settings) == {one.id for one in BUILTIN_RULES} > ids()


# One of them


def test_show_has_the_page_of_a_rule() -> None:
    result = rules("show", "ec2-blocked-action")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[0].endswith(" ec2-blocked-action")
    assert lines[1] == "Blocked EC2 action"
    assert any(line.startswith("Known false positives: ") for line in lines)
    assert any(line.startswith("Is asked about: ec2:") for line in lines)
    assert any(line.startswith("Parameters: The actions that nobody should call.") for line in lines)


def test_show_knows_rules_that_are_off() -> None:
    strict = next(one.id for one in BUILTIN_RULES if "strict" in one.tags)

    assert rules("show", strict).exit_code == 0


def test_show_of_no_rule_names_the_nearest() -> None:
    result = rules("show", "ec2-blockd-action")

    assert result.exit_code == 2
    assert "there is no rule 'ec2-blockd-action' (did you mean 'ec2-blocked-action'?)" in result.stderr


def test_show_spells_out_what_a_package_says(tmp_path: Path) -> None:
    done = run(install(tmp_path, HOSTILE_RULE), "show", "acme-bucket-touched")

    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.isprintable() for line in done.stdout.split("\n"))
    assert r"Red \x1b[31m[red]title[/red] \u202e\nand more" in done.stdout
