"""What all tests share: how properties are searched, and AWS on this machine for those that talk to it."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

pytest_plugins = ["pytester"]

BENCH = Path(__file__).parents[1] / "bench"

# A slow machine is no mistake of the code's. CI looks at the same examples each time, all others at new ones.
settings.register_profile(
    "trailguard",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("trailguard")

# moto and boto3 take half a second to import, so only the fixtures that need them do.


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """Start a server that answers as AWS does; give its URL."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # a line for each request otherwise
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def dynamodb(aws_endpoint: str) -> Iterator[DynamoDBClient]:
    """Make a DynamoDB client of the server, in eu-west-1.

    AWS checks a condition and writes in one step, the server here in two. So it takes one request at a time.
    """
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415

    answer, answering = DynamoHandler.call_action, Lock()

    def answer_one(handler: DynamoHandler) -> Any:
        with answering:
            return answer(handler)

    client: DynamoDBClient = _client("dynamodb", aws_endpoint)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoHandler, "call_action", answer_one)
        yield client
    client.close()


@pytest.fixture(scope="session")
def kinesis(aws_endpoint: str) -> Iterator[KinesisClient]:
    """Make a Kinesis client of the server, in eu-west-1."""
    client: KinesisClient = _client("kinesis", aws_endpoint)
    yield client
    client.close()


@pytest.fixture(scope="session")
def s3(aws_endpoint: str) -> Iterator[S3Client]:
    """Make an S3 client of the server, in eu-west-1."""
    client: S3Client = _client("s3", aws_endpoint)
    yield client
    client.close()


@pytest.fixture(scope="session")
def sns(aws_endpoint: str) -> Iterator[SNSClient]:
    """Make an SNS client of the server, in eu-west-1."""
    client: SNSClient = _client("sns", aws_endpoint)
    yield client
    client.close()


@pytest.fixture(scope="session")
def sqs(aws_endpoint: str) -> Iterator[SQSClient]:
    """Make an SQS client of the server, in eu-west-1."""
    client: SQSClient = _client("sqs", aws_endpoint)
    yield client
    client.close()


def _client(service: Any, endpoint: str) -> Any:
    """Make a client that takes nothing from the environment: credentials least of all."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def bench_module() -> Iterator[Callable[[str], ModuleType]]:
    """Import modules of bench/ by their names, and forget them afterwards."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCH)
        yield importlib.import_module
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCH:
            del sys.modules[name]
