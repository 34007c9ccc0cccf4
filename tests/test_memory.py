"""Memory stays flat, however many files there are and whatever is in them.

Each is measured in a process of its own: what it grows by beyond what it has after its imports and a first
file. That is no timing: it does not depend on how fast or busy the machine is.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from trailguard.testing import cloudtrail_event, cloudwatch_logs_event, config_snapshot, configuration_item

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is counted otherwise")

MEBIBYTE = 1024 * 1024
BUCKET = "many-logs"
FILES = 1_000
LARGEST = 16 * MEBIBYTE

MEASURE = """
import json, re, sys
from pathlib import Path

def peak():
    # Not getrusage: its figure begins with that of the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

"""

MANY_FILES = """
import boto3
from trailguard import Guard
from trailguard.settings import Settings

endpoint, bucket, keys = json.loads(sys.argv[1])
s3 = boto3.client("s3", region_name="eu-west-1", endpoint_url=endpoint,
                  aws_access_key_id="testing", aws_secret_access_key="testing")
guard = Guard.from_settings(Settings(), notifiers=(), s3=s3)

def notified(keys):
    return {"Records": [
        {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
         "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}
        for key in keys
    ]}

guard.handle(notified(keys[:1]))
before = peak()
summary = guard.handle(notified(keys[1:]))
print(json.dumps([peak() - before, summary["records"]["seen"], summary["failures"]]))
"""

ONE_FILE = """
from trailguard import Guard
from trailguard.settings import Settings

guard = Guard.from_settings(Settings(), notifiers=())
small, large = (Path(json.loads(one)).read_bytes() for one in sys.argv[1:])
guard.judge(small)
before = peak()
report = guard.judge(large)
print(json.dumps([peak() - before, report.counts.seen, len(report.failures)]))
"""

BOMBS = """
import base64, zlib
from trailguard import Guard
from trailguard.settings import Settings
from trailguard.testing import cloudtrail_event

def bomb(start, filling, gigabytes):
    # Each stretch is compressed by itself, so that it can be repeated instead of compressed again.
    def stretch(text):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    header = b"\\x1f\\x8b\\x08" + bytes(6) + b"\\xff"
    return header + stretch(start) + stretch(filling * (1 << 20)) * (1024 * gigabytes)

guard = Guard.from_settings(Settings(), notifiers=())
record = json.dumps(cloudtrail_event("ec2:RunInstances").raw).encode()
guard.judge(record)
made = [
    bomb(b"", b"\\0", 5), bomb(b'{"Records": [', b" ", 5), bomb(b"", b"\\n", 5), bomb(b"[", b"[", 5),
    bomb(b'{"Records": ["', b"x", 5), bomb(record + b"\\n", b"\\0", 5),
]
before = peak()
failures = []
for one in made:
    data = base64.b64encode(one).decode()
    for payload in (one, {"awslogs": {"data": data}},
                    {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": data}]}):
        failures.append([failure.error for failure in guard.judge(payload).failures])
print(json.dumps([peak() - before, failures]))
"""


def measured(code: str, *arguments: object) -> Any:
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", MEASURE + code, *(json.dumps(one) for one in arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def log(number: int, size: int) -> tuple[bytes, int]:
    """Make a log file of about so many bytes, inflated; say how many records are in it."""
    record = cloudtrail_event("ec2:DescribeInstances").raw
    found = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": f"igw-{number}"}).raw
    length = len(json.dumps(record)) + 60
    many = [
        record | {"eventID": f"{number}-{n}", "requestID": f"{n * 7919:032x}"} for n in range(size // length)
    ]
    return gzip.compress(json.dumps({"Records": [found, *many]}).encode(), 6), len(many) + 1


def test_thousand_files_from_s3_take_no_more_memory_than_three(s3: S3Client, aws_endpoint: str) -> None:
    """The largest file, three times over, is all there may be in memory at any moment."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    made = [log(0, LARGEST), log(1, 4 * MEBIBYTE), *(log(n, 40_000) for n in range(2, 20))]
    chosen = [made[0 if n % 200 == 100 else 1 if n % 40 == 20 else 2 + n % 18] for n in range(FILES)]
    keys = [f"log-{n:04}" for n in range(FILES)]
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda key, file: s3.put_object(Bucket=BUCKET, Key=key, Body=file[0]),
                keys,
                chosen,
            )
        )
    largest = max(len(gzip.decompress(file)) for file, _ in made)

    grown, seen, failures = measured(MANY_FILES, [aws_endpoint, BUCKET, keys])

    assert (seen, failures) == (sum(records for _, records in chosen[1:]), 0)
    assert grown < 3 * largest, f"{grown / largest:.2f} times the largest file"


def test_batches_in_a_row_take_no_more_memory_than_three(tmp_path: Path) -> None:
    """As Firehose writes them to one object: no separator, and no end that could be known in advance."""
    small, large = tmp_path / "small", tmp_path / "large"
    record = cloudtrail_event("ec2:DescribeInstances").raw
    batches = [
        gzip.decompress(cloudwatch_logs_event([json.dumps(record | {"eventID": str(n)})] * 90).content)
        for n in range(150)
    ]
    small.write_bytes(gzip.compress(batches[0]))
    large.write_bytes(gzip.compress(b"".join(batches)))
    size = sum(map(len, batches))

    grown, seen, failures = measured(ONE_FILE, str(small), str(large))

    assert (seen, failures) == (90 * 150, 0)
    assert size > 14 * MEBIBYTE
    assert grown < 3 * size, f"{grown / size:.2f} times the file"


def test_snapshot_takes_less_memory_than_three(tmp_path: Path) -> None:
    """One item in twenty is listened to."""
    small, large = tmp_path / "small", tmp_path / "large"
    permissions = [
        {"ipProtocol": "tcp", "fromPort": n, "toPort": n, "ipRanges": ["10.0.0.0/8"]} for n in range(40)
    ]
    items = [
        configuration_item(
            "AWS::EC2::Volume" if n % 20 else "AWS::EC2::SecurityGroup",
            {"ipPermissions": permissions},
            resource_id=f"resource-{n}",
        )
        for n in range(10_000)
    ]
    small.write_bytes(config_snapshot(items[:20]))
    large.write_bytes(config_snapshot(items))
    size = len(gzip.decompress(large.read_bytes()))

    grown, seen, failures = measured(ONE_FILE, str(small), str(large))

    assert (seen, failures) == (10_000, 0)
    assert size > 30 * MEBIBYTE
    assert grown < 3 * size, f"{grown / size:.2f} times the file"


def test_bomb_ends_in_a_failure_with_memory_flat() -> None:
    """Five gigabytes each, as a file, in a subscription's payload and in a message; six kinds of filling."""
    grown, failures = measured(BOMBS)

    assert len(failures) == 18
    assert all("inflates more than 500-fold" in told[-1] for told in failures), failures
    assert grown < 200 * MEBIBYTE, f"{grown / MEBIBYTE:.0f} MiB"
