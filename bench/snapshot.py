"""How long judging a snapshot of AWS Config takes, beside loading it.

The snapshot has up to 10,000 items, of which one in twenty is of a type that some rule listens to. They are
real ones from ``../shared/data`` where that is, and our own otherwise; each is another resource.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figures import Figure, in_turns, ratio
from judging import LOADING, judge
from trailguard import ConfigurationItem, Engine
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import configuration_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "snapshot"
REAL = Path(__file__).parents[2] / "shared" / "data" / "config_items.jsonl"
ITEMS = 10_000
LISTENED = 20


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare judging a snapshot to loading it, as it is and gzipped."""
    data = _snapshot(min(ITEMS, inputs.records))
    packed = gzip.compress(data)
    engine = Engine(BUILTIN_RULES)
    counts = judge([data], engine)
    share = counts.judged / counts.seen
    note = f"{counts.seen:,} items of {len(data) / counts.seen:,.0f} bytes, {share:.1%} listened to"
    times = in_turns(
        rounds,
        {
            "plain": lambda: judge([data], engine),
            "to plain": lambda: json.loads(data),
            "gzipped": lambda: judge([packed], engine),
            "to gzipped": lambda: json.loads(gzip.decompress(packed)),
        },
    )
    yield Figure(GROUP, "as it is", ratio(times["plain"], times["to plain"]), to="json.loads", note=note)
    yield Figure(GROUP, "gzipped", ratio(times["gzipped"], times["to gzipped"]), to=LOADING)


def _snapshot(number: int) -> bytes:
    """Make the snapshot's JSON."""
    types = {
        on for rule in BUILTIN_RULES if rule.model is ConfigurationItem for m in rule.matches() for on in m.on
    }
    found = _items()
    listened = [item for item in found if item["resourceType"] in types]
    others = [item for item in found if item["resourceType"] not in types]
    chosen = [
        listened[n // LISTENED % len(listened)] if n % LISTENED == 0 else others[n % len(others)]
        for n in range(number)
    ]
    numbered = [item | {"resourceId": f"resource-{n}"} for n, item in enumerate(chosen)]
    return json.dumps({"fileVersion": "1.0", "configurationItems": numbered}, separators=(",", ":")).encode()


def _items() -> list[dict[str, Any]]:
    """Return real items, or our own; without those that are odd on purpose."""
    if not REAL.is_file():
        rules = {"ipPermissions": [{"ipProtocol": "tcp", "ipRanges": [f"10.0.{n}.0/24"]} for n in range(30)]}
        return [
            configuration_item(kind, rules).raw for kind in ("AWS::EC2::SecurityGroup", "AWS::EC2::Volume")
        ]
    found = [json.loads(line)["item"] for line in REAL.read_text("utf-8").splitlines()]
    return [item for item in found if str(item.get("configurationItemCaptureTime")).startswith("20")]
