from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trailguard.errors import SettingsError
from trailguard.settings_file import FILE_NAME, SETTINGS_VARIABLE, find_settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

QUOTES = "; put account ids in quotes, for some begin with 0"


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the current folder one that has a settings file."""
    (tmp_path / FILE_NAME).write_text("limits.max_depth = 2\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "variable", "expected"),
    [
        ("given.toml", "named.toml", "given.toml"),
        (None, "named.toml", "named.toml"),
        ("", "named.toml", "named.toml"),
        (None, "", "beside"),
        (None, None, "beside"),
    ],
)
def test_what_is_said_goes_before_what_is_found(
    here: Path, path: str | None, variable: str | None, expected: str
) -> None:
    """And a variable that is empty says nothing: deployment templates do that."""
    environ = {"LAMBDA_TASK_ROOT": str(here)}
    if variable is not None:
        environ[SETTINGS_VARIABLE] = variable

    assert find_settings(path, environ) == (str(here / FILE_NAME) if expected == "beside" else expected)


def test_handler_needs_no_file_beside_it(tmp_path: Path) -> None:
    assert find_settings(environ={"LAMBDA_TASK_ROOT": str(tmp_path)}) is None


@pytest.mark.usefixtures("here")
def test_file_in_the_current_folder_does_not_count() -> None:
    """Logs to look into may come with a file that turns rules off."""
    assert find_settings(environ={}) is None


def test_file_is_read_with_the_mark_that_windows_editors_write(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("limits.max_depth = 2\n", "utf-8-sig")

    assert read_settings(str(path)) == {"limits": {"max_depth": 2}}


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("\n\nrules = ]\n", 3, ""),
        ("[rules.x]\n[rules.x]\n", 2, ""),
        ("[[exceptions]]\nexpires = 2027-02-30", 2, ""),
        ("rules.x.severity = high", 1, "; put text in quotes"),
        ("[[exceptions]]\naccount = 012345678901\n", 2, QUOTES),
        ("accounts = [111122223333, 012345678901]", 1, QUOTES),
        ("limits.max_depth = 03", 1, ""),
    ],
)
def test_what_is_no_toml_is_told_with_the_line(tmp_path: Path, text: str, line: int, hint: str) -> None:
    """And with what is often meant. The rest of the message is Python's."""
    path = tmp_path / FILE_NAME
    path.write_text(text, "utf-8")

    with pytest.raises(SettingsError) as mistake:
        read_settings(str(path))

    told = str(mistake.value)
    assert re.fullmatch(rf"{re.escape(str(path))}: not TOML: .+ \(at line {line}, column \d+\){hint}", told)


def test_file_that_breaks_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("x = 'a", "utf-8")

    with pytest.raises(SettingsError, match="not TOML"):
        read_settings(str(path))


def test_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"\xff\xfe[\0r\0")

    with pytest.raises(SettingsError, match="not TOML"):
        read_settings(str(path))


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(str(tmp_path))
