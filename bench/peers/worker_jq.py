"""The blocked actions by jq: ``python worker_jq.py "CreateVpc DeleteVpc" FILE...``."""

from __future__ import annotations

import json
import subprocess
import sys

from worker import serve

__all__ = ["find"]

_FILTER = """
    .Records[]
    | select(.eventSource == "ec2.amazonaws.com" and $blocked[.eventName] and (.errorCode // "") == "")
    | .eventID
"""


def find(names: list[str], files: list[str]) -> list[str]:
    """Return the ids of events that call an action, as ``gunzip -c FILE... | jq`` prints them."""
    blocked = json.dumps(dict.fromkeys(names, True))
    gunzip = subprocess.Popen(["gunzip", "-c", *files], stdout=subprocess.PIPE)  # noqa: S603, S607  # as in a shell
    with gunzip:
        told = subprocess.run(  # noqa: S603  # as in a shell
            ["jq", "--raw-output", "--argjson", "blocked", blocked, _FILTER],  # noqa: S607
            stdin=gunzip.stdout,
            stdout=subprocess.PIPE,
            check=True,
        )
    return told.stdout.decode().split()


def main(names: str, *files: str) -> None:
    """Answer whoever started it."""
    version = subprocess.check_output(["jq", "--version"], text=True)  # noqa: S607
    serve(f"gunzip | {version.strip()}", lambda: find(names.split(), list(files)))


if __name__ == "__main__":
    main(*sys.argv[1:])
