"""A machine image or instance was written to a bucket."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateStoreImageTask", "ec2:ExportImage", "ec2:CreateInstanceExportTask"],
    severity=Severity.MEDIUM,
    title="Machine image exported",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-store-restore.html",
        "https://docs.aws.amazon.com/vm-import/latest/userguide/vmexport.html",
    ],
    tags=["mitre:T1537", "mitre:T1530"],
)
def image_exported(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody had an image, or the disks of an instance, written to a bucket as a file.

    Whoever can read the bucket, which may be another account's, has the whole machine, and can start it at
    home.

    Known false positives: moves to another cloud, partition or data centre; except whoever does them by
    ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    request = request_of(event)
    exported = first_text(request.get("imageId"), request.get("instanceId"))
    bucket = first_text(
        request.get("bucket"),
        first(request.get("s3ExportLocation")).get("s3Bucket"),
        first(request.get("exportToS3")).get("s3Bucket"),
    )
    return Violation(
        f"{event.actor} exported {exported or 'an image'} to the bucket {bucket or '(not named)'}",
        resource=exported,
        evidence={"bucket": bucket},
    )
