from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from trailguard.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["new", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_package(here: Path) -> None:
    result = new("package", "acme-rules")

    assert (result.exit_code, result.stderr) == (0, "")
    written = [
        line.removeprefix("wrote ") for line in result.stdout.splitlines() if line.startswith("wrote ")
    ]
    assert sorted(written) == list(files(here))
    assert "acme-rules/src/acme_rules/__init__.py" in written
    assert "  cd acme-rules\n  pip install -e '.[test]'\n  pytest\n  trailguard rules " in result.stdout


def test_a_rule_in_a_package(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new("package", "acme-rules")
    monkeypatch.chdir(here / "acme-rules")

    result = new("rule", "bucket-made-public", "--on", "s3:PutBucketAcl", "--severity", "HIGH")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "wrote src/acme_rules/bucket_made_public.py\nwrote tests/test_bucket_made_public.py\n"
    )
    assert "pytest tests/test_bucket_made_public.py" in result.stdout
    rule = (here / "acme-rules/src/acme_rules/bucket_made_public.py").read_text("utf-8")
    assert 'on="s3:PutBucketAcl"' in rule
    assert "Severity.HIGH" in rule


def test_a_rule_outside_of_a_package(here: Path) -> None:
    """It goes into this folder, and who wrote it is told that nothing registers it."""
    result = new("rule", "volume-has-no-owner", "--on", "AWS::EC2::Volume")

    assert (result.exit_code, result.stderr) == (0, "")
    assert list(files(here)) == ["test_volume_has_no_owner.py", "volume_has_no_owner.py"]
    assert "This is no package of rules, so nothing registers it." in result.stdout
    assert "`from volume_has_no_owner import volume_has_no_owner`" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["package", "acme rules"], "'acme rules' is no name of a package"),
        (["package", "json"], "'json' would hide the module 'json'"),
        (["rule", "BucketMadePublic"], "'BucketMadePublic' is no name of a rule"),
        (["rule", "bucket-is-public"], "'bucket-is-public' is a rule of trailguard's own"),
        (["rule", "bucket-gone", "--on", "DeleteBucket"], "'DeleteBucket' is not of the form service:Action"),
        (["rule", "bucket-gone", "--severity", "bad"], "'bad' is not one of 'info', 'low'"),
        (["rule"], "Missing argument 'NAME'"),
        (["notifier", "acme"], "No such command 'notifier'"),
    ],
    ids=" ".join,
)
def test_mistakes(arguments: list[str], problem: str, here: Path) -> None:
    """They are told in a line, and nothing is written."""
    result = new(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert problem in result.stderr
    assert files(here) == {}


def test_a_rule_that_is_there(here: Path) -> None:
    """Its test is left alone, too, whoever has changed what."""
    new("rule", "bucket-gone")
    (here / "bucket_gone.py").write_text("mine", "utf-8")
    before = files(here)

    result = new("rule", "bucket-gone")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "already there: " in result.stderr
    assert "test_bucket_gone.py; nothing was written" in result.stderr
    assert files(here) == before


def test_a_package_into_a_folder_that_is_there(here: Path) -> None:
    """Only what would be overwritten is in the way: a fresh clone of an empty repository is not."""
    (here / "acme-rules").mkdir()
    (here / "acme-rules" / "LICENSE").write_text("mine", "utf-8")

    assert new("package", "acme-rules").exit_code == 0
    assert files(here)["acme-rules/LICENSE"] == "mine"

    result = new("package", "acme-rules")

    assert result.exit_code == 2
    assert "already there: acme-rules/pyproject.toml, " in result.stderr


def test_a_file_where_a_folder_is_to_be(here: Path) -> None:
    (here / "acme-rules").write_text("mine", "utf-8")

    result = new("package", "acme-rules")

    assert result.exit_code == 2
    assert "acme-rules" in result.stderr
    assert files(here) == {"acme-rules": "mine"}


@pytest.mark.parametrize("name", ["rule", "package"])
def test_help(name: str) -> None:
    result = new(name, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli new {name} ")
