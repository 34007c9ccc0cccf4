"""What `trailguard package` says before it fetches anything; tests/package has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from trailguard.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own, with a folder for wheels that has none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wheels").mkdir()
    return tmp_path


def package(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["package", *arguments, "--wheels", "wheels"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (2, "")
    return result


def test_python_that_lambda_has_not() -> None:
    assert package("out.zip", "--python", "3.10").stderr == (
        "trailguard: AWS Lambda has no runtime for Python 3.10 that trailguard runs on;"
        " choose --python of 3.11, 3.12, 3.13, 3.14\n"
    )


@pytest.mark.parametrize(
    ("out", "problem"),
    [
        ("lost/out.zip", "there is no folder lost"),
        ("wheels", "is a folder"),
        ("rules.py", "its name does not end in .zip"),
    ],
)
def test_file_that_cannot_be_written(out: str, problem: str) -> None:
    told = package(out).stderr

    assert told == f"trailguard: {out}: {problem}; name the .zip file that is to be written\n"


def test_folder_without_wheels(here: Path) -> None:
    told = package("out.zip").stderr

    assert told.startswith("trailguard: no wheel of trailguard==")
    assert not (here / "out.zip").exists()


def test_settings_that_are_wrong(here: Path) -> None:
    """They are looked at before anything is fetched; variables of this machine do not count."""
    (here / "own.toml").write_text("[ruels]\n", "utf-8")

    assert package("out.zip", "--settings", "own.toml").stderr.startswith("trailguard: own.toml: ruels: ")


def test_settings_that_are_not_named(here: Path) -> None:
    """Whoever has a file in this folder may think that it goes in."""
    (here / "trailguard.toml").write_text("", "utf-8")

    told = package("out.zip").stderr

    assert told.startswith(
        "trailguard: trailguard.toml in this folder stays out unless it is named: --settings"
    )


def test_settings_whose_exception_has_expired(here: Path) -> None:
    """A package can be made again on a later day: that an exception has expired is no mistake in it."""
    exception = 'rule = "internet-gateway-attached"\nreason = "r"\nowner = "o"\nexpires = 2020-01-01\n'
    (here / "own.toml").write_text(f"[[exceptions]]\n{exception}", "utf-8")

    told = package("out.zip", "--settings", "own.toml").stderr

    assert told.startswith("trailguard: no wheel of trailguard==")


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        ("lambda_handler = Guard.from_settings(rules=[rule_of_my_own]).handle", "no wheel of trailguard=="),
        (
            "lambda_handler = Guard.from_settings(notifiers=[]).handle",
            "own.toml: rules.rule-of-my-own: no such",
        ),
    ],
)
def test_settings_of_rules_that_the_handler_hands_over(here: Path, function: str, problem: str) -> None:
    """Nobody knows these without running it."""
    (here / "own.toml").write_text("[rules.rule-of-my-own]\nenabled = false\n", "utf-8")
    (here / "own.py").write_text(function, "utf-8")

    told = package("out.zip", "--settings", "own.toml", "--function", "own.py").stderr

    assert told.startswith(f"trailguard: {problem}")
