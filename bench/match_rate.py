"""What it costs that rules listen: the same files, judged by rules that listen to more and more of them.

One rule is asked, which finds nothing, so that it is the parsing that is measured. It listens to as many
actions as make up the share that is asked for, whatever became of the calls.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from figures import Figure, in_turns, ratio
from judging import LOADING, contents, judge, load
from trailguard import CloudTrailEvent, Engine, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "match rate"
SHARES = (0.0, 0.01, 0.05, 0.3, 1.0)
NOWHERE = "braket:CancelJob"  # an action that the files do not have


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare judging to loading, at each share."""
    files = contents(inputs.ten)
    actions = _actions(files)
    engines = {share: _listening_to(_chosen(actions, share)) for share in SHARES}
    works: dict[str, Callable[[], object]] = {"load": lambda: load(files)}
    works |= {str(share): partial(judge, files, engine) for share, engine in engines.items()}
    times = in_turns(rounds, works)
    for share, engine in engines.items():
        counts = judge(files, engine)
        note = f"{counts.judged / counts.seen:.2%} of {counts.seen:,} records"
        value = ratio(times[str(share)], times["load"])
        yield Figure(GROUP, f"{share:.0%} listened to", value, to=LOADING, note=note)


def _actions(files: list[bytes]) -> Counter[str]:
    """Count the records of each action."""
    counted: Counter[str] = Counter()
    for file in files:
        for record in json.loads(gzip.decompress(file))["Records"]:
            counted[f"{record['eventSource'].partition('.amazonaws.com')[0]}:{record['eventName']}"] += 1
    return counted


def _chosen(actions: Counter[str], share: float) -> list[str]:
    """Choose actions that make a share of the records up, from the most frequent one down."""
    missing = round(actions.total() * share)
    chosen = []
    for action, number in actions.most_common():
        if number <= missing:
            chosen.append(action)
            missing -= number
    return chosen or [NOWHERE]


def _listening_to(actions: list[str]) -> Engine:
    @rule(on=actions, outcome="any", severity=Severity.LOW, title="Some of the calls")
    def listens(event: CloudTrailEvent) -> None:
        """Listen, and find nothing."""

    return Engine([listens])
