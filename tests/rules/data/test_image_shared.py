from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.image_shared import image_shared
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ACTION = "ec2:ModifyImageAttribute"
IMAGE = "ami-0a1b2c3d4e5fEXAMPLE"
OTHER = "444455556666"
ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-example"
UNIT = "arn:aws:organizations::111122223333:ou/o-example/ou-example"


def permission(how: str, *entries: object) -> dict[str, Any]:
    return {
        "imageId": IMAGE,
        "attributeType": "launchPermission",
        "launchPermission": {how: {"items": list(entries)}},
    }


def changed(how: str, *entries: object, **more: Any) -> CloudTrailEvent:
    return cloudtrail_event(ACTION, request=permission(how, *entries), **more)


def fpga(**entry: str) -> CloudTrailEvent:
    request = {"FpgaImageId": "afi-1", "LoadPermission": {"Add": {"tag": 1, **entry}}}
    return cloudtrail_event(
        "ec2:ModifyFpgaImageAttribute", request={"ModifyFpgaImageAttributeRequest": request}
    )


PUBLIC = changed("add", {"group": "all"})
SHARED = changed("add", {"userId": OTHER}, {"organizationArn": ORGANIZATION})
ORGANIZED = changed("add", {"organizationArn": ORGANIZATION})
UNIT_ONLY = changed("add", {"organizationalUnitArn": UNIT})
FPGA = fpga(UserId=OTHER)


@pytest.mark.parametrize(
    ("event", "whom", "severity", "image"),
    [
        (PUBLIC, "everybody", Severity.HIGH, IMAGE),
        (SHARED, OTHER, Severity.MEDIUM, IMAGE),
        (ORGANIZED, ORGANIZATION, Severity.LOW, IMAGE),
        (UNIT_ONLY, UNIT, Severity.LOW, IMAGE),
        (FPGA, OTHER, Severity.MEDIUM, "afi-1"),
    ],
)
def test_says_with_whom(event: CloudTrailEvent, whom: str, severity: Severity, image: str) -> None:
    assert image_shared(event) == [
        Violation(
            f"user alice shared the image {image} with {whom}",
            resource=image,
            severity=severity,
            evidence={"shared_with": [whom]},
        )
    ]


@pytest.mark.parametrize(
    "event",
    [
        changed("remove", {"group": "all"}),
        changed("add", {"userId": "111122223333"}),
        changed("add", {"group": "none"}),
        changed("add", {"organizationArn": None}),
        changed("add", {"organizationalUnitArn": ""}),
        changed("add", {"group": "all"}, error="Client.UnauthorizedOperation"),
        fpga(UserId="111122223333"),
        cloudtrail_event(ACTION, request=FPGA.request_parameters),
        cloudtrail_event(ACTION, request={"imageId": IMAGE, "description": {"value": "all"}}),
        cloudtrail_event(ACTION),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(image_shared, event)


def test_trusted_accounts_may_have_it() -> None:
    assert_complies(image_shared, changed("add", {"userId": OTHER}), params={"trusted_accounts": [OTHER]})


@pytest.mark.parametrize("entry", [{"userId": OTHER}, {"organizationArn": ORGANIZATION}])
def test_services_count_where_somebody_says_so(entry: dict[str, str]) -> None:
    assert_services_do_not_count(image_shared, cloudtrail_event(ACTION, request=permission("add", entry)))


def test_no_name_is_no_crash() -> None:
    event = cloudtrail_event(ACTION, request={"launchPermission": {"add": [{"group": "all"}]}})

    assert_violates(image_shared, event, reason="user alice shared the image (not named) with everybody")
