from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.file_system_deleted import file_system_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def windows(**more: Any) -> CloudTrailEvent:
    return cloudtrail_event("fsx:DeleteFileSystem", request={"fileSystemId": "fs-1", **more})


EFS = cloudtrail_event("elasticfilesystem:DeleteFileSystem", request={"fileSystemId": "fs-1"})
WINDOWS = windows(windowsConfiguration={"skipFinalBackup": True})


def test_no_last_backup_is_worse() -> None:
    assert file_system_deleted(WINDOWS) == [
        Violation(
            "user alice deleted the file system fs-1 by fsx:DeleteFileSystem without a last backup",
            resource="fs-1",
            severity=Severity.MEDIUM,
        )
    ]


@pytest.mark.parametrize("event", [EFS, windows(windowsConfiguration={"skipFinalBackup": False}), windows()])
def test_others_are_low(event: CloudTrailEvent) -> None:
    assert_violates(
        file_system_deleted,
        event,
        reason=f"user alice deleted the file system fs-1 by {event.action}",
        severity="low",
    )


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        file_system_deleted,
        cloudtrail_event("fsx:DeleteVolume"),
        reason="user alice deleted the file system (not named) by fsx:DeleteVolume",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        file_system_deleted,
        cloudtrail_event("elasticfilesystem:DeleteFileSystem", error="FileSystemInUse"),
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(file_system_deleted, cloudtrail_event("fsx:DeleteFileSystem"))
