from typing import Any

import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.logging.trail_events_excluded import trail_events_excluded
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = {"readWriteType": "ReadOnly", "includeManagementEvents": False, "dataResources": []}


def put(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("cloudtrail:PutEventSelectors", request={"trailName": "main", **request})


def fields(**equals: object) -> dict[str, Any]:
    """Make an advanced selector of fields that have to have a value, or conditions of their own."""
    selectors = [
        {"field": name, **value} if isinstance(value, dict) else {"field": name, "equals": value}
        for name, value in equals.items()
    ]
    return {"name": "selector", "fieldSelectors": selectors}


MANAGEMENT = fields(eventCategory=["Management"])
BASIC = put(eventSelectors=[SAMPLE])
ADVANCED = put(
    advancedEventSelectors=[fields(eventCategory=["Data"], **{"resources.type": ["AWS::S3::Object"]})]
)


def test_names_the_trail_and_keeps_the_selectors() -> None:
    assert trail_events_excluded(BASIC) == [
        Violation(
            "user alice set selectors by which the trail main records no change any more",
            resource="main",
            evidence={"selectors": [SAMPLE]},
        )
    ]


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"eventSelectors": [{**SAMPLE, "includeManagementEvents": True}]},
        {"eventSelectors": [{**SAMPLE, "readWriteType": "All"}]},
        {"advancedEventSelectors": [fields(eventCategory=["Management"], readOnly=["true"])]},
        {
            "advancedEventSelectors": [
                fields(eventCategory=["Management"], eventSource={"notEquals": ["iam.amazonaws.com"]})
            ]
        },
        {
            "advancedEventSelectors": [
                fields(eventCategory=["Management"], eventSource={"notStartsWith": ["iam"]})
            ]
        },
        {"advancedEventSelectors": [fields(eventCategory=["Management"], eventName=["GetUser"])]},
    ],
)
def test_selectors_that_leave_changes_out(request_parameters: dict[str, object]) -> None:
    assert_violates(trail_events_excluded, put(**request_parameters))


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"eventSelectors": [{"readWriteType": "All", "includeManagementEvents": True}]},
        {"eventSelectors": [{}]},  # both are true unless something else is said
        {"eventSelectors": [SAMPLE, {"readWriteType": "WriteOnly"}]},
        {"eventSelectors": {"readWriteType": "WriteOnly", "includeManagementEvents": True}},
        {"advancedEventSelectors": [MANAGEMENT]},
        {"advancedEventSelectors": [fields(eventCategory=["Data"]), MANAGEMENT]},
        {"advancedEventSelectors": [fields(eventCategory=["Management"], readOnly=["false"])]},
        {
            "advancedEventSelectors": [
                fields(
                    eventCategory=["Management"],
                    eventSource={"notEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]},
                )
            ]
        },
        {"eventSelectors": [SAMPLE], "advancedEventSelectors": [MANAGEMENT]},
        {"eventSelectors": []},
        {},
    ],
)
def test_near_misses(request_parameters: dict[str, object]) -> None:
    assert_complies(trail_events_excluded, put(**request_parameters))


def test_the_trail_may_not_be_named() -> None:
    event = cloudtrail_event("cloudtrail:PutEventSelectors", request={"eventSelectors": [SAMPLE]})

    assert_violates(
        trail_events_excluded,
        event,
        reason="user alice set selectors by which the trail (not named) records no change any more",
    )
