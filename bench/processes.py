"""Processes of their own, for what only a fresh one can show."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Output", "run"]

# Modules are to be compiled once, not each time; and settings would change what is done.
_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "TRAILGUARD_SETTINGS")


class Output(NamedTuple):
    """What a process wrote."""

    out: bytes
    err: bytes


def run(*arguments: object, feed: Iterable[bytes] = ()) -> Output:
    """Run Python, and wait for it.

    Args:
        arguments: of the interpreter.
        feed: what it gets on standard input. It must read that before it writes much.

    Raises:
        RuntimeError: when it fails; with what it wrote to standard error.
    """
    with subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name not in _UNWANTED},
    ) as process:
        assert process.stdin
        with suppress(BrokenPipeError):  # what went wrong is on standard error
            for data in feed:
                process.stdin.write(data)
        output = Output(*process.communicate())
    if process.returncode:
        raise RuntimeError(f"a process ended with {process.returncode}:\n{output.err.decode()}")
    return output
