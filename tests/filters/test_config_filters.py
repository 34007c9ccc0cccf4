from __future__ import annotations

import pytest
from listening import to_calls, to_items, to_schedule

from trailguard.errors import FilterError
from trailguard.filters.config import known_resource_types, patterns_by_rule, resource_types


def test_types_are_named_once_and_sorted() -> None:
    listeners = to_items("AWS::S3::Bucket", "AWS::EC2::VPC", "AWS::S3::Bucke?")

    assert resource_types(listeners) == ["AWS::EC2::VPC", "AWS::S3::Bucket"]


def test_a_pattern_is_the_types_that_aws_config_has() -> None:
    found = resource_types(to_items("AWS::S3::*"))

    assert (
        {"AWS::S3::Bucket", "AWS::S3::AccountPublicAccessBlock"} <= set(found) <= set(known_resource_types())
    )
    assert [one for one in found if not one.startswith("AWS::S3::")] == []


def test_a_type_that_is_not_known_is_taken_as_it_is_and_a_pattern_of_none_is_an_error() -> None:
    """Botocore may be older than the type; but which ones a pattern means, nobody could say then."""
    assert resource_types(to_items("Acme::Tools::Hammer")) == ["Acme::Tools::Hammer"]
    with pytest.raises(FilterError, match=r"rule items: .*'Acme::Tools::\*'; name those that are meant"):
        resource_types(to_items("Acme::Tools::*"))


def test_patterns_are_told_by_rule() -> None:
    listeners = (*to_items("AWS::EC2::*", "AWS::S3::Bucket"), *to_calls("ec2:*"), *to_schedule())

    assert patterns_by_rule(listeners) == {
        "items": ["AWS::EC2::*", "AWS::S3::Bucket"],
        "rule-1": [],
        "schedule": [],
    }


def test_nothing_where_no_rule_listens_to_items() -> None:
    assert resource_types((*to_calls("ec2:*"), *to_schedule())) == []
