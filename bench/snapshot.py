"""How long judging a snapshot of AWS Config takes, beside loading it with ``json.loads``.

Run it by ``make bench``. The snapshot has 10,000 items, of which one in twenty is of a type that some rule
listens to. They are real ones from ``../shared/data`` where that is, and our own otherwise; each is another
resource. Both judge the same bytes in one process, in turns; the figure is the median of the ratios, because
a machine's speed drifts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scan import judge, seconds
from trailguard import ConfigurationItem, Engine
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import configuration_item

if TYPE_CHECKING:
    from collections.abc import Callable

REAL = Path(__file__).parents[2] / "shared" / "data" / "config_items.jsonl"
ITEMS = 10_000
LISTENED = 20


def items() -> list[dict[str, Any]]:
    """Return real items, or our own; without those that are odd on purpose."""
    if not REAL.is_file():
        rules = {"ipPermissions": [{"ipProtocol": "tcp", "ipRanges": [f"10.0.{n}.0/24"]} for n in range(30)]}
        return [
            configuration_item(kind, rules).raw for kind in ("AWS::EC2::SecurityGroup", "AWS::EC2::Volume")
        ]
    found = [json.loads(line)["item"] for line in REAL.read_text("utf-8").splitlines()]
    return [item for item in found if str(item.get("configurationItemCaptureTime")).startswith("20")]


def snapshot() -> bytes:
    """Make the snapshot's JSON."""
    types = {
        on for rule in BUILTIN_RULES if rule.model is ConfigurationItem for m in rule.matches() for on in m.on
    }
    listened = [item for item in items() if item["resourceType"] in types]
    others = [item for item in items() if item["resourceType"] not in types]
    chosen = [
        listened[n // LISTENED % len(listened)] if n % LISTENED == 0 else others[n % len(others)]
        for n in range(ITEMS)
    ]
    numbered = [item | {"resourceId": f"resource-{n}"} for n, item in enumerate(chosen)]
    return json.dumps({"fileVersion": "1.0", "configurationItems": numbered}, separators=(",", ":")).encode()


def print_row(name: str, file: bytes, load: Callable[[], object], rounds: int) -> None:
    """Print one row of the table."""
    engine = Engine(BUILTIN_RULES)
    counts = judge([file], engine)
    ratios = [seconds(lambda: judge([file], engine)) / seconds(load) for _ in range(rounds)]
    print(
        f"{name:<44}{counts.seen:>9,}{counts.judged / counts.seen:>11.1%}"
        f"{statistics.median(ratios):>14.2f}{min(ratios):>8.2f} to {max(ratios):.2f}"
    )


def main() -> None:
    """Print a row for the snapshot as it is, and one for it gzipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    data = snapshot()
    packed = gzip.compress(data)
    print(f"a snapshot of {len(data) / ITEMS:,.0f} bytes an item; time to judge as a ratio to json.loads")
    print(f"{'':<44}{'items':>9}{'listened':>11}{'to load':>14}{'spread':>16}")
    print_row("as it is", data, lambda: json.loads(data), rounds)
    print_row("gzipped", packed, lambda: json.loads(gzip.decompress(packed)), rounds)


if __name__ == "__main__":
    main()
