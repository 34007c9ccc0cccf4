"""Finds the settings file, and reads it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trailguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILE_NAME", "SETTINGS_VARIABLE", "find_settings", "read_settings"]

SETTINGS_VARIABLE: Final = "TRAILGUARD_SETTINGS"
"""The environment variable that names the settings file."""

FILE_NAME: Final = "trailguard.toml"
"""What the file is called that is found without being named."""


def find_settings(
    path: str | os.PathLike[str] | None = None, environ: Mapping[str, str] = os.environ
) -> str | None:
    """Return which file settings are read from; None for the defaults.

    It is the one that somebody names, or that the environment variable ``TRAILGUARD_SETTINGS`` names; in
    Lambda, else, ``trailguard.toml`` beside the handler, if there is one. The current folder does not count:
    a folder of logs may come from anybody, and a file in it could turn rules off.

    Args:
        path: what somebody named.
        environ: the environment.

    Source: "Using Lambda environment variables" in the AWS Lambda developer guide, for ``LAMBDA_TASK_ROOT``.
    """
    if named := path or environ.get(SETTINGS_VARIABLE):
        return os.fspath(named)
    folder = environ.get("LAMBDA_TASK_ROOT")
    beside = Path(folder, FILE_NAME) if folder else None
    return str(beside) if beside and beside.is_file() else None


def read_settings(path: str) -> dict[str, Any]:
    """Read a settings file, unchecked.

    Raises:
        SettingsError: when it cannot be read, or is no TOML.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(path, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(path, "", f"not TOML: {error}") from error
    import tomllib  # noqa: PLC0415  # a cold start without a settings file does without it

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path, "", f"not TOML: {error}{_hint(text, str(error))}") from error


def _hint(text: str, error: str) -> str:
    """Say what is often meant by a line that is no TOML."""
    number = re.search(r"at line (\d+)", error)
    line = text.splitlines()[int(number[1]) - 1] if number else ""
    value = line.partition("=")[2]
    if re.search(r"(^|[\[,\s])0[0-9]{11}\b", value):
        return "; put account ids in quotes, for some begin with 0"
    if re.match(r"\s*[A-Za-z]", value):
        return "; put text in quotes"
    return ""
