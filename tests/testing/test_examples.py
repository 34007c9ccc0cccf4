from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, ValidationError

from trailguard import CloudTrailEvent, ConfigurationItem, Severity, rule
from trailguard.models.config import ScheduledRun
from trailguard.testing import cloudtrail_event, configuration_item, scheduled_run
from trailguard.testing.examples import LISTENERS, Example, tell
from trailguard.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "public-read"})
BUCKET = configuration_item("AWS::S3::Bucket", {"name": "b"})


class Params(BaseModel, frozen=True):
    word: str = "public"


@rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Public ACL")
def public_acl(event: CloudTrailEvent, params: Params) -> str | None:
    """A bucket that everybody may read."""
    return "it is public" if params.word in event.request_parameters["x-amz-acl"] else None


@rule(on="AWS::S3::Bucket", severity=Severity.HIGH, title="Bucket")
def any_bucket(item: ConfigurationItem) -> str:
    """A bucket."""
    return item.resource_id


@rule(on="schedule", severity=Severity.HIGH, title="Run")
def any_run(run: ScheduledRun) -> str:
    """A run."""
    return str(run.client("iam"))


@pytest.fixture
def kept() -> Iterator[list[Example]]:
    """Listen, and keep what is told."""
    examples: list[Example] = []
    keep = examples.append  # the very thing that is taken off again
    LISTENERS.append(keep)
    yield examples
    LISTENERS.remove(keep)


def test_listeners_are_told(kept: list[Example]) -> None:
    tell(public_acl, EVENT, Params(), asked=True, fires=True, expected="violates")

    (example,) = kept
    assert example == Example(
        public_acl, EVENT.raw, Params(), asked=True, fires=True, expected="violates", test=example.test
    )


def test_what_is_told_stays_as_it_was(kept: list[Example]) -> None:
    event = cloudtrail_event("s3:PutBucketAcl", request={"a": []})
    tell(public_acl, event, None, asked=True, fires=False)
    event.request_parameters["a"].append(1)

    assert kept[0].document["requestParameters"] == {"a": []}


@pytest.mark.parametrize("word", ["a b", "a (b)", "é"], ids=str)
def test_an_example_knows_its_test(kept: list[Example], request: pytest.FixtureRequest, word: str) -> None:
    """Spaces in the id of a parameter are part of it."""
    assert word
    tell(public_acl, EVENT, None, asked=True, fires=True)

    assert kept[0].test == request.node.nodeid


def test_an_example_outside_of_pytest(kept: list[Example], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    tell(public_acl, EVENT, None, asked=True, fires=True)

    assert kept[0].test == "a test"


def test_the_document_of_an_item_is_in_one_spelling(kept: list[Example]) -> None:
    for item in (BUCKET, ConfigurationItem.model_validate(BUCKET.as_api_item())):
        tell(any_bucket, item, None, asked=True, fires=True)

    assert kept[0].document == kept[1].document
    assert kept[0].event() == kept[1].event()


def test_its_event_is_another_one_each_time() -> None:
    example = Example(public_acl, EVENT.raw, None, asked=True, fires=True)

    assert example.event() == EVENT
    example.event().raw["requestParameters"].clear()
    assert example.event() == EVENT


def test_its_event_by_another_document() -> None:
    example = Example(public_acl, EVENT.raw, None, asked=True, fires=True)

    assert example.event({**EVENT.raw, "eventName": "Other"}).raw["eventName"] == "Other"
    with pytest.raises(ValidationError):
        example.event({"eventName": "Other"})


def test_what_the_rule_finds_and_reads() -> None:
    example = Example(public_acl, EVENT.raw, Params(word="read"), asked=True, fires=True)
    private = {**EVENT.raw, "requestParameters": {"x-amz-acl": "private"}}

    assert example.find() == [Violation("it is public")]
    assert example.find(private) == []
    assert dict(example.reads()) == {("requestParameters", "x-amz-acl"): "public-read"}


def test_what_a_rule_reads_until_it_raises() -> None:
    example = Example(public_acl, {**EVENT.raw, "requestParameters": {}}, None, asked=True, fires=False)

    assert example.reads().paths == (("requestParameters", "x-amz-acl"),)


def test_a_scheduled_run_is_not_repeated() -> None:
    """The rule asks AWS, or a stand-in that the test has taken away since."""
    run = Example(any_run, scheduled_run().raw, None, asked=True, fires=True)

    assert not run.is_repeatable
    assert Example(public_acl, EVENT.raw, None, asked=True, fires=True).is_repeatable
    assert Example(any_bucket, BUCKET.raw, None, asked=True, fires=True).is_repeatable
