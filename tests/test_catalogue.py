from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

import catalogue
from trailguard import CloudTrailEvent, ConfigurationItem, Dedup, Match, Severity, Threshold, rule
from trailguard.attack import TECHNIQUES
from trailguard.catalogue import Parameter, listens_to_service, page_of
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from trailguard import Rule


class Size(Enum):
    SMALL = "small"


class Params(BaseModel, frozen=True):
    """What ``may`` be set.

    And more.
    """

    names: frozenset[str] = frozenset({"b", "a"})
    size: Size = Size.SMALL
    limits: dict[str, tuple[int, ...]] = {"one": (1, 2)}
    many: tuple[int, ...] = tuple(range(14))
    nothing: str | None = None


class Inherited(Params, frozen=True):
    pass


class Undocumented(BaseModel, frozen=True):
    on: bool = True


@rule(
    on=["s3:Delete*", Match("s3:Put*", "s3:Get*", outcome="failure", error="AccessDenied*", identity="Root")],
    severity=Severity.HIGH,
    title="Bucket touched",
    outcome="any",
    tags=["mitre:T1485", "mitre:T9999", "cis:4.8", "acme"],
    references=["https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
    dedup=Dedup(within="1h"),
)
def bucket_touched(event: CloudTrailEvent, params: Params) -> None:
    """Somebody touched a ``bucket``.

    Known false positives: all.
    """


@rule(on=Match("AWS::S3::Bucket", deleted=True), severity=Severity.INFO, title="There", tags=["strict"])
def bucket_is_there(item: ConfigurationItem, params: Inherited) -> None: ...


@rule(on=Match("kms:*", read_only=True), severity=Severity.INFO, title="Read")
def key_read(event: CloudTrailEvent, params: Undocumented) -> None: ...


PAGE = page_of(bucket_touched)


def test_a_page_says_what_there_is_to_know() -> None:
    assert (PAGE.id, PAGE.title, PAGE.severity) == ("bucket-touched", "Bucket touched", "high")
    assert PAGE.paragraphs == ("Somebody touched a ``bucket``.", "Known false positives: all.")
    assert PAGE.sets == ("default", "cis", "strict")
    assert PAGE.techniques == (("T1485", "Data Destruction"), ("T9999", "T9999"))
    assert (PAGE.controls, PAGE.tags) == (("4.8",), ("acme",))


def test_what_it_listens_to_is_said_in_words() -> None:
    assert PAGE.listens == (
        "`s3:Delete*`, whether they succeed or fail",
        "`s3:Put*`, `s3:Get*`, where they fail with AccessDenied*, by Root",
    )
    assert page_of(bucket_is_there).listens == ("`AWS::S3::Bucket`, also those that are gone",)
    assert page_of(key_read).listens == ("`kms:*`, where they only read",)


def test_what_needs_memory_is_said_in_words() -> None:
    assert PAGE.windows == (
        "tells from 5 different values of resource within 10m by actor on",
        "tells the first within 1h",
    )


def test_parameters_have_their_defaults() -> None:
    """As JSON, long lists cut short."""
    assert PAGE.about_parameters == "What `may` be set."
    assert PAGE.parameters == (
        Parameter("names", '["a", "b"]'),
        Parameter("size", '"small"'),
        Parameter("limits", '{"one": [1, 2]}'),
        Parameter("many", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 2 more]"),
        Parameter("nothing", "null"),
    )


def test_parameters_say_what_their_base_says() -> None:
    assert page_of(bucket_is_there).about_parameters == "What `may` be set."
    assert page_of(key_read).about_parameters == ""


def test_a_page_in_markdown() -> None:
    assert PAGE.markdown("user alice touched it").splitlines()[:7] == [
        "### bucket-touched",
        "",
        "Bucket touched · **high** · `default` · `cis`",
        "",
        "Somebody touched a `bucket`.",
        "",
        "Known false positives: all.",
    ]
    assert "- Example: user alice touched it" in PAGE.markdown("user alice touched it")
    assert "Example" not in PAGE.markdown()
    assert "There · **info** · `strict`" in page_of(bucket_is_there).markdown()


@pytest.mark.parametrize(
    ("listening", "service", "expected"),
    [
        (bucket_touched, "s3", True),
        (bucket_touched, "S3", True),
        (bucket_touched, "s*", True),
        (bucket_touched, "ec2", False),
        (bucket_is_there, "s3", True),
        (bucket_is_there, "rds", False),
    ],
)
def test_rules_about_a_service(listening: Rule, service: str, *, expected: bool) -> None:
    assert listens_to_service(listening.matches(), service) is expected


def test_wildcards_of_rules_are_about_every_service() -> None:
    assert listens_to_service([Match("*:*", identity="Root")], "s3")


def test_cloudwatch_has_two_names() -> None:
    assert listens_to_service([Match("monitoring:DeleteAlarms")], "cloudwatch")
    assert listens_to_service([Match("cloudwatch:DeleteAlarms")], "monitoring")


def test_the_page_of_the_built_in_rules_is_current() -> None:
    """If not: python tests/catalogue.py."""
    assert catalogue.PAGE.read_text("utf-8") == catalogue.catalogue()


@pytest.mark.parametrize("rule", BUILTIN_RULES, ids=lambda rule: rule.id)
def test_techniques_of_built_in_rules_are_real(rule: Rule) -> None:
    mitre = {tag.removeprefix("mitre:") for tag in rule.tags if tag.startswith("mitre:")}

    assert mitre <= TECHNIQUES.keys()
