from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.volume_snapshot_shared import volume_snapshot_shared
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

ACTION = "ec2:ModifySnapshotAttribute"
SNAPSHOT = "snap-0a1b2c3d4e5fEXAMPLE"
OTHER = "444455556666"


def attribute(how: str = "add", *entries: object) -> dict[str, Any]:
    return {
        "snapshotId": SNAPSHOT,
        "attributeType": "CREATE_VOLUME_PERMISSION",
        "createVolumePermission": {how: {"items": list(entries)}},
    }


def changed(how: str = "add", *entries: object, **more: Any) -> CloudTrailEvent:
    return cloudtrail_event(ACTION, request=attribute(how, *entries), **more)


PUBLIC = changed("add", {"userId": OTHER}, {"group": "all"})
SHARED = changed("add", {"userId": OTHER}, {"userId": "111122223333"}, {"userId": "777788889999"})
OLDER = cloudtrail_event(
    ACTION,
    request={"snapshotId": SNAPSHOT, "operationType": "add", "userId": {"items": [OTHER]}, "userGroup": []},
)


def test_everybody_is_worse_than_an_account() -> None:
    assert volume_snapshot_shared(PUBLIC) == [
        Violation(
            f"user alice shared the snapshot {SNAPSHOT} with everybody",
            resource=SNAPSHOT,
            severity=Severity.CRITICAL,
            evidence={"shared_with": ["everybody"]},
        )
    ]
    assert_violates(
        volume_snapshot_shared,
        SHARED,
        reason=f"user alice shared the snapshot {SNAPSHOT} with {OTHER}, 777788889999",
        severity="high",
    )


@pytest.mark.parametrize(
    ("older", "severity"),
    [({"userId": OTHER}, "high"), ({"userGroup": "all"}, "critical"), ({"userGroup": ["all"]}, "critical")],
)
def test_the_older_way_to_say_it(older: dict[str, Any], severity: str) -> None:
    request = {"operationType": "add", **older}

    assert_violates(
        volume_snapshot_shared, cloudtrail_event(ACTION, request=request), severity=severity, resource=None
    )
    assert_complies(
        volume_snapshot_shared, cloudtrail_event(ACTION, request=request | {"operationType": "remove"})
    )


@pytest.mark.parametrize(
    "event",
    [
        changed("remove", {"userId": OTHER}),
        changed("remove", {"group": "all"}),
        changed("add", {"userId": "111122223333"}),
        changed("add", {"group": "none"}),
        changed("add"),
        changed("add", {"group": "all"}, error="Client.UnauthorizedOperation"),
        cloudtrail_event(ACTION, request={"operationType": "add", "userGroup": "none"}),
        cloudtrail_event(ACTION, request={"operationType": "add", "userGroup": ["none"]}),
        cloudtrail_event(ACTION, request={"createVolumePermission": "all"}),
        cloudtrail_event(ACTION),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(volume_snapshot_shared, event)


def test_trusted_accounts_may_have_it() -> None:
    event = changed("add", {"userId": OTHER})

    assert_violates(volume_snapshot_shared, event)
    assert_complies(volume_snapshot_shared, event, params={"trusted_accounts": [OTHER]})


def test_services_may_share_with_accounts_but_not_with_everybody() -> None:
    assert_services_do_not_count(
        volume_snapshot_shared, cloudtrail_event(ACTION, request=attribute("add", {"userId": OTHER}))
    )
    assert_violates(
        volume_snapshot_shared, changed("add", {"group": "all"}, actor=aws_service()), severity="critical"
    )
