"""What the peers do, by trailguard: ``python worker_trailguard.py WORK FILE...``.

It inflates by the standard library, as the peers do; ``command`` by what is installed.

The works: ``blocked``, the blocked actions alone; ``built-in``, the same among all built-in rules;
``command``, the blocked actions by the command line, started anew each time; ``detections``, the hundred
detections as rules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

from detections import DETECTIONS
from rules_of import as_rule
from worker import serve

from trailguard import Engine, Guard, Verdict, inflate
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES
from trailguard.rules.network.ec2_blocked_action import ec2_blocked_action
from trailguard.sources import find

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command", "scan"]


def scan(guard: Guard, files: tuple[str, ...]) -> Iterator[Verdict]:
    """Yield the verdicts on files.

    Raises:
        TypeError: when anything failed.
    """
    for notice in guard.scan(find(files), Counts()):
        if not isinstance(notice, Verdict):
            raise TypeError(f"expected nothing but verdicts, not {notice!r}")
        yield notice


def command(files: tuple[str, ...]) -> list[str]:
    """Return the ids of events that the command line reports."""
    arguments = ["-m", "trailguard", "scan", "--format", "jsonl", "--rule", ec2_blocked_action.id, *files]
    told = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the summary
        env={name: value for name, value in os.environ.items() if name != "TRAILGUARD_SETTINGS"},
        check=True,
    )
    return [json.loads(line)["event_id"] for line in told.stdout.splitlines()]


def main(work: str, *files: str) -> None:
    """Answer whoever started it."""
    inflate.fastest_zlib = zlib
    if work == "command":
        serve("trailguard", lambda: command(files))
    elif work == "detections":
        guard = Guard(Engine(map(as_rule, DETECTIONS)))
        serve(
            "trailguard", lambda: [f"{verdict.rule_id} {verdict.event_id}" for verdict in scan(guard, files)]
        )
    else:
        guard = Guard(Engine([ec2_blocked_action] if work == "blocked" else BUILTIN_RULES))
        serve("trailguard", lambda: _blocked(scan(guard, files)))


def _blocked(verdicts: Iterator[Verdict]) -> list[str]:
    return [str(verdict.event_id) for verdict in verdicts if verdict.rule_id == ec2_blocked_action.id]


if __name__ == "__main__":
    main(*sys.argv[1:])
