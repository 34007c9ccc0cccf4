"""What the tests of stores share: a clock, and the table that the documentation tells people to make."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = Path(__file__).parents[2] / "docs" / "state.md"


class Clock:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def new_clock() -> type[Clock]:
    return Clock


@pytest.fixture
def clock(new_clock: type[Clock]) -> Clock:
    return new_clock()


@pytest.fixture(scope="session")
def page() -> str:
    """Read the page of the documentation."""
    return PAGE.read_text("utf-8")


@pytest.fixture(scope="session")
def table(dynamodb: DynamoDBClient, page: str) -> str:
    """Make the table of the documentation; return its name."""
    [found] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    properties: dict[str, Any] = yaml.safe_load(found)["Resources"]["State"]["Properties"]
    expiring = properties.pop("TimeToLiveSpecification")
    dynamodb.create_table(**properties)
    dynamodb.update_time_to_live(TableName=properties["TableName"], TimeToLiveSpecification=expiring)
    return str(properties["TableName"])
