from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import validate_parameters
from listening import to_calls, to_items, to_schedule

from trailguard import Engine, Match
from trailguard.filters.calls import Call
from trailguard.filters.cloudtrail import DATA_EVENTS, data_events, event_selectors, is_management
from trailguard.rules import BUILTIN_RULES

MANAGEMENT = {
    "Name": "Management events",
    "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
}


def selected(*on: Match | str) -> dict[str, dict[str, list[str]]]:
    """Return what each selector asks of each field, after AWS's own model had a look at them."""
    selectors = event_selectors(to_calls(*on))
    operation = Session().get_service_model("cloudtrail").operation_model("PutEventSelectors")
    validate_parameters({"TrailName": "all", "AdvancedEventSelectors": selectors}, operation.input_shape)
    return {
        one["Name"]: {field["Field"]: field["Equals"] for field in one["FieldSelectors"]} for one in selectors
    }


def test_management_events() -> None:
    assert event_selectors(to_calls("iam:*", "*:*", "s3:PutBucketPolicy")) == [MANAGEMENT]


def test_data_events_of_a_call_that_is_named() -> None:
    assert selected("lambda:Invoke") == {
        "Data events of AWS::Lambda::Function": {
            "eventCategory": ["Data"],
            "resources.type": ["AWS::Lambda::Function"],
            "eventName": ["Invoke"],
        }
    }
    assert list(selected("lambda:InvokeFunctio")) == ["Management events"]


def test_data_events_of_a_pattern() -> None:
    """There may be management events that are called so, too."""
    found = selected("s3:GetObjectA*", "s3:GetObjectTagging")

    assert list(found) == [
        "Management events",
        "Data events of AWS::S3::AccessPoint",
        "Data events of AWS::S3::Object",
    ]
    assert found["Data events of AWS::S3::Object"]["eventName"] == [
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectTagging",
    ]


def test_data_events_of_a_call_that_a_wider_pattern_takes_too() -> None:
    """That one selects no data events, so whoever names the call still has to get them."""
    assert "Data events of AWS::Lambda::Function" in selected("*:*", "lambda:Invoke")
    assert list(selected("*:*", "lambda:Create*")) == ["Management events"]


def test_whether_they_read_where_all_rules_ask_for_the_same() -> None:
    read, write = Match("kms:*", read_only=True), Match("kms:*", read_only=False)

    assert selected(read)["Management events"]["readOnly"] == ["true"]
    assert selected(write)["Management events"]["readOnly"] == ["false"]
    assert "readOnly" not in selected(read, write)["Management events"]
    assert "readOnly" not in selected(write, "iam:*")["Management events"]
    assert selected(write, Match("dynamodb:GetItem", read_only=True)) == {
        "Management events": {"eventCategory": ["Management"], "readOnly": ["false"]},
        "Data events of AWS::DynamoDB::Table": {
            "eventCategory": ["Data"],
            "resources.type": ["AWS::DynamoDB::Table"],
            "eventName": ["GetItem"],
            "readOnly": ["true"],
        },
    }


def test_aws_takes_what_is_selected_of_all_services() -> None:
    """A trail may have 500 values in all of its selectors."""
    found = selected(*[f"{service}:*" for service, _ in DATA_EVENTS.values()])

    assert set(found) == {"Management events", *[f"Data events of {kind}" for kind in DATA_EVENTS]}
    assert sum(len(values) for fields in found.values() for values in fields.values()) <= 500


def test_nothing_where_no_rule_listens_to_calls() -> None:
    assert event_selectors(to_items("AWS::EC2::VPC")) == event_selectors(to_schedule()) == []


@pytest.mark.parametrize(
    ("call", "management", "names"),
    [
        (Call("s3", "GetObject"), False, {"GetObject"}),
        (Call("s3", "GetBucketPolicy"), True, set()),
        (Call("s3", "GetObject*Tagging"), True, {"GetObjectTagging"}),
        (Call("s3", "*ObjectTagging"), True, {"DeleteObjectTagging", "GetObjectTagging", "PutObjectTagging"}),
        (Call("s*", "GetObject"), True, set()),
        (Call("ec2", "GetObject"), True, set()),
    ],
)
def test_which_calls_are_data_events(call: Call, names: set[str], *, management: bool) -> None:
    assert is_management(call) is management
    assert data_events(call, "AWS::S3::Object") == names


def test_the_default_set_of_rules_needs_no_data_events() -> None:
    """For these are paid for by the event."""
    matches: list[Any] = [
        match for one in Engine(BUILTIN_RULES).listeners for match in one.matches if match.kind == "event"
    ]

    assert event_selectors(to_calls(*matches)) == [MANAGEMENT]
