import pytest

from trailguard import Severity, Violation
from trailguard.rules.logging.trail_weakened import trail_weakened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

REGION = cloudtrail_event(
    "cloudtrail:UpdateTrail", request={"name": "main", "isMultiRegionTrail": False, "s3BucketName": "other"}
)
ELSEWHERE = cloudtrail_event("cloudtrail:UpdateTrail", request={"name": "main", "snsTopicName": "other"})
KEY = cloudtrail_event("cloudtrail:UpdateTrail", request={"kmsKeyId": ""})


def test_says_in_what_it_is_weaker() -> None:
    assert trail_weakened(REGION) == [
        Violation(
            "user alice changed the trail main: it records one region only and writes to the bucket other",
            resource="main",
        )
    ]


def test_another_place_alone_may_be_the_same_as_before() -> None:
    assert_violates(
        trail_weakened,
        ELSEWHERE,
        reason="user alice changed the trail main: it notifies the topic other",
        severity=Severity.LOW,
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("includeGlobalServiceEvents", False, "leaves out global services such as IAM"),
        ("enableLogFileValidation", False, "does not sign its files any more"),
        ("isOrganizationTrail", False, "leaves out the accounts of the organization"),
        ("kmsKeyId", "", "encrypts with no key of its own"),
        ("cloudWatchLogsLogGroupArn", "", "has no log group"),
    ],
)
def test_each_of_its_strengths(name: str, value: object, words: str) -> None:
    event = cloudtrail_event("cloudtrail:UpdateTrail", request={name: value})

    assert_violates(
        trail_weakened,
        event,
        reason=f"user alice changed the trail (not named): it {words}",
        severity=Severity.HIGH,
    )


@pytest.mark.parametrize(
    "request_parameters",
    [
        None,
        {"name": "main"},
        {"isMultiRegionTrail": True, "enableLogFileValidation": True, "kmsKeyId": "alias/trail"},
        {"isMultiRegionTrail": None, "s3BucketName": "", "cloudWatchLogsLogGroupArn": "arn"},
    ],
)
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(trail_weakened, cloudtrail_event("cloudtrail:UpdateTrail", request=request_parameters))
