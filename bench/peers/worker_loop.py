"""The detections as functions in a loop, and nothing else: ``python worker_loop.py FILE...``."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detections import DETECTIONS
from functions import as_function
from worker import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["find"]


def find(
    detections: Iterable[tuple[str, Callable[[dict[str, Any]], bool]]], files: Iterable[str]
) -> Iterator[str]:
    """Yield detections and the ids of what they detect."""
    for file in files:
        for event in json.loads(gzip.decompress(Path(file).read_bytes()))["Records"]:
            for name, detect in detections:
                if detect(event):
                    yield f"{name} {event['eventID']}"


def main(*files: str) -> None:
    """Answer whoever started it."""
    detections = [(detection.name, as_function(detection)) for detection in DETECTIONS]
    serve(f"{len(detections)} functions in a loop", lambda: find(detections, files))


if __name__ == "__main__":
    main(*sys.argv[1:])
