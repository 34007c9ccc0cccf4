"""The detections by the engine of Panther: ``python worker_panther.py FILE...``.

An event is wrapped once, and every rule of its log type is run on it, as for a batch of logs: only what a
rule returns True for gets a title.
"""

from __future__ import annotations

import gzip
import json
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from detections import DETECTIONS
from functions import source
from panther_core import PantherEvent
from panther_core.rule import Rule
from worker import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from detections import Detection

__all__ = ["find"]


def find(rules: list[Rule], files: Iterable[str]) -> Iterator[str]:
    """Yield rules and the ids of what they alert to."""
    for file in files:
        for record in json.loads(gzip.decompress(Path(file).read_bytes()))["Records"]:
            event = PantherEvent(record)
            for rule in rules:
                result = rule.run(event, {}, {}, batch_mode=True)
                if result.fatal_error:
                    raise result.fatal_error
                if result.trigger_alert:
                    yield f"{result.title_output} {event['eventID']}"


def main(*files: str) -> None:
    """Answer whoever started it."""
    with TemporaryDirectory() as folder:
        rules = [_rule(detection, Path(folder)) for detection in DETECTIONS]
    serve(f"panther_core {version('panther_core')}", lambda: find(rules, files))


def _rule(detection: Detection, folder: Path) -> Rule:
    file = folder / f"{detection.name}.py"
    file.write_text(source(detection, "event.deep_get("), encoding="utf-8")
    return Rule({"id": detection.name, "versionId": "1", "severity": "MEDIUM", "path": str(file)})


if __name__ == "__main__":
    main(*sys.argv[1:])
