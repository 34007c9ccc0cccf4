"""A trail was changed so that it records less, or elsewhere."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, text
from trailguard.verdict import Severity, Violation

_WEAKER = {
    "isMultiRegionTrail": "records one region only",
    "includeGlobalServiceEvents": "leaves out global services such as IAM",
    "enableLogFileValidation": "does not sign its files any more",
    "isOrganizationTrail": "leaves out the accounts of the organization",
}
_ELSEWHERE = {"s3BucketName": "writes to the bucket", "snsTopicName": "notifies the topic"}


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
    says what it sets, not what was set before: Terraform sends the bucket along each time, so that a change
    of the bucket alone is low.
    """
    request = event.request_parameters
    trail = first_text(request.get("name"))
    weaker = [words for name, words in _WEAKER.items() if request.get(name) is False]
    for name, words in (
        ("kmsKeyId", "encrypts with no key of its own"),
        ("cloudWatchLogsLogGroupArn", "has no log group"),
    ):
        if request.get(name) == "":
            weaker.append(words)
    elsewhere = [f"{words} {request[name]}" for name, words in _ELSEWHERE.items() if text(request.get(name))]
    if not weaker and not elsewhere:
        return None
    return Violation(
        f"{event.actor} changed the trail {trail or '(not named)'}: it {' and '.join(weaker + elsewhere)}",
        resource=trail,
        severity=None if weaker else Severity.LOW,
    )
