from __future__ import annotations

from trailguard import CloudTrailEvent, Engine, Guard, Severity, rule
from trailguard.testing import cloudtrail_event, sqs_event
from trailguard.testing.notifier import RecordingNotifier
from trailguard.verdict import RuleFailure


@rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Bucket deleted")
def bucket_deleted(event: CloudTrailEvent) -> str:
    return f"{event.request_parameters['bucketName']} is gone"


def test_it_remembers_what_a_guard_tells() -> None:
    """In the order in which it was told; verdicts and failures apart, too."""
    notifier = RecordingNotifier()
    guard = Guard(Engine([bucket_deleted]), [notifier])
    named = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "one"})
    unnamed = cloudtrail_event("s3:DeleteBucket")

    guard.handle(sqs_event([unnamed, named]))
    guard.handle(cloudtrail_event("s3:DeleteBucket", request={"bucketName": "two"}).as_sqs())

    assert [verdict.reason for verdict in notifier.verdicts] == ["one is gone", "two is gone"]
    (failure,) = notifier.failures
    assert isinstance(failure, RuleFailure)
    assert notifier.notices == [failure, *notifier.verdicts]


def test_what_complies_is_not_told() -> None:
    notifier = RecordingNotifier()

    Guard(Engine([bucket_deleted]), [notifier]).handle(cloudtrail_event("s3:CreateBucket").as_sqs())

    assert (notifier.notices, notifier.verdicts, notifier.failures) == ([], [], [])


def test_each_has_a_memory_of_its_own() -> None:
    one, other = RecordingNotifier(), RecordingNotifier()

    Guard(Engine([bucket_deleted]), [one]).handle(cloudtrail_event("s3:DeleteBucket").as_sqs())

    assert one.failures
    assert other.notices == []
