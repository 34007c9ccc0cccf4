"""What all these processes have in common: they stay, and work whenever they are told ``go``.

So a peer's work and ours take turns within one run, though each needs an environment of its own.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["serve"]


def serve(name: str, work: Callable[[], Iterable[str]]) -> None:
    """Say who is there; answer each line of standard input by a line of JSON.

    Args:
        name: who is there, with its version.
        work: what is timed; gives what it found. The answer has both, as ``seconds`` and ``found``.
    """
    print(name, flush=True)
    for _ in sys.stdin:
        gc.collect()
        started = time.perf_counter()
        found = list(work())
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "found": sorted(found)}), flush=True)
