"""Write the sample day: the CloudTrail log files of an account in which an incident happens, and a snapshot.

Run ``python examples/make_logs.py``; the files appear in ``examples/logs`` and, what AWS Config shows of the
account in the end, in ``examples/config``: the same ones every time.
"""

from __future__ import annotations

import string
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sample_day.background import background
from sample_day.calls import ACCOUNT, HOME
from sample_day.incident import incident
from sample_day.inventory import inventory
from trailguard.testing import config_snapshot, log_file

if TYPE_CHECKING:
    from trailguard import CloudTrailEvent

LOGS = Path(__file__).parent / "logs"
CONFIG = Path(__file__).parent / "config"

HOURS_PER_FILE = {"eu-west-1": 2, "us-east-1": 4}
"""CloudTrail writes a file every few minutes; longer windows keep the sample day small."""

SNAPSHOT_ID = "00000000-0000-4000-8000-00000example"
SNAPSHOT_AT = datetime(2026, 3, 2, 23, 50, 7, tzinfo=UTC)


def write_logs(folder: Path) -> list[Path]:
    """Write the day's log files below a folder, where CloudTrail would put them in a bucket."""
    files = []
    for (region, _), events in sorted(_windows().items()):
        events.sort(key=lambda event: (event.raw["eventTime"], event.event_id))
        path = folder / _key(region, events[-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(log_file(events))
        files.append(path)
    return files


def write_snapshot(folder: Path) -> Path:
    """Write what AWS Config shows at the end of the day, where it would put it in a bucket."""
    day = f"{SNAPSHOT_AT.year}/{SNAPSHOT_AT.month}/{SNAPSHOT_AT.day}"
    name = f"{ACCOUNT}_Config_{HOME}_ConfigSnapshot_{SNAPSHOT_AT:%Y%m%dT%H%M%SZ}_{SNAPSHOT_ID}.json.gz"
    path = folder / f"AWSLogs/{ACCOUNT}/Config/{HOME}/{day}/ConfigSnapshot/{name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(config_snapshot(inventory()))
    return path


def _windows() -> dict[tuple[str, int], list[CloudTrailEvent]]:
    """Sort the day's events into the files in which they are delivered."""
    windows = defaultdict(list)
    for event in [*background(), *incident()]:
        region, hour = event.raw["awsRegion"], int(event.raw["eventTime"][11:13])
        windows[region, hour // HOURS_PER_FILE[region]].append(event)
    return windows


def _key(region: str, last: CloudTrailEvent) -> str:
    """Name a file as CloudTrail does, delivered at the first full five minutes after its last event."""
    happened = datetime.strptime(last.raw["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    delivered = happened + timedelta(minutes=5 - happened.minute % 5)
    stem = f"{ACCOUNT}_CloudTrail_{region}_{delivered:%Y%m%dT%H%MZ}"
    suffix = "".join(Random(stem).choices(string.ascii_letters + string.digits, k=16))
    return f"AWSLogs/{ACCOUNT}/CloudTrail/{region}/{delivered:%Y/%m/%d}/{stem}_{suffix}.json.gz"


if __name__ == "__main__":
    for path in [*write_logs(LOGS), write_snapshot(CONFIG)]:
        print(path)
