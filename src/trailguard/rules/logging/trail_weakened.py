"""A trail was changed so that it records less, or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, text
from trailguard.verdict import Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

# The console sends along what a trail never had: those that most trails have not are medium beside others.
_OFF = {
    "isMultiRegionTrail": ("records one region only", Severity.HIGH),
    "includeGlobalServiceEvents": ("leaves out global services such as IAM", Severity.HIGH),
    "enableLogFileValidation": ("does not sign its files any more", Severity.HIGH),
    "isOrganizationTrail": ("leaves out the accounts of the organization", Severity.MEDIUM),
    "kmsKeyId": ("encrypts with no key of its own", Severity.MEDIUM),
    "cloudWatchLogsLogGroupArn": ("has no log group", Severity.MEDIUM),
}
_COMPANIONS = {"name", "s3KeyPrefix", "cloudWatchLogsRoleArn"}


@rule(
    on="cloudtrail:UpdateTrail",
    severity=Severity.HIGH,
    title="Trail weakened",
    references=["https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html"],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def trail_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody switched off part of a trail, or sent its files to another bucket.

    The trail goes on, so that whoever looks at its status sees nothing; but other regions, IAM, or
    everything is written where the defenders do not look, and changed files are not noticed any more.

    Known false positives: a trail that is rebuilt on purpose; except who does that by ``actor``. The call
    says what it sets, not what was set before, and the console sends all settings along: where others are
    set beside it, a bucket is low, and a key, log group or organization that is missing is medium.
    """
    request = event.request_parameters
    trail = first_text(request.get("name"))
    changes = list(_changes(event))
    if not changes:
        return None
    asked = {name for name, value in request.items() if value is not None} - _COMPANIONS
    made_for_it = len(asked) == 1 and asked != {"snsTopicName"}
    return Violation(
        f"{event.actor} changed the trail {trail or '(not named)'}: "
        f"it {' and '.join(words for words, _ in changes)}",
        resource=trail,
        severity=None if made_for_it else max(severity for _, severity in changes),
    )


def _changes(event: CloudTrailEvent) -> Iterator[tuple[str, Severity]]:
    request = event.request_parameters
    for name, change in _OFF.items():
        if request.get(name) is False or request.get(name) == "":
            yield change
    if bucket := text(request.get("s3BucketName")):
        yield f"writes to the bucket {bucket}", Severity.LOW
    if topic := text(request.get("snsTopicName")):
        yield f"notifies the topic {topic}", Severity.LOW
