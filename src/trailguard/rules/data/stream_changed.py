"""A stream was deleted, or leads to somewhere else."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("deliverystreamname", "streamname", "streamarn")


@rule(
    on=[
        "firehose:UpdateDestination",
        "firehose:DeleteDeliveryStream",
        "kinesis:DeleteStream",
        "kinesis:DecreaseStreamRetentionPeriod",
    ],
    severity=Severity.LOW,
    title="Stream deleted or led elsewhere",
    references=[
        "https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html",
    ],
    tags=["mitre:T1020", "mitre:T1562.008"],
)
def stream_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed where a delivery stream leads, deleted a stream, or had it keep its data shorter.

    Logs come by streams. One that leads elsewhere feeds somebody else; one that is gone leaves no trace.

    Known false positives: Terraform, and applications that are taken down; except the pipeline by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    stream = named(event, _NAMES)
    return Violation(
        f"{event.actor} called {event.action} for {stream or 'one that is not named'}", resource=stream
    )
