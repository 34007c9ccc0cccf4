"""A database takes statements by AWS's API, past the network."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import is_true
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation


@rule(
    on=["rds:EnableHttpEndpoint", "rds:ModifyDBCluster"],
    severity=Severity.LOW,
    title="Data API of a database enabled",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html"],
    tags=["mitre:T1213.006"],
)
def database_data_api_enabled(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody turned on the Data API of a cluster that was there already.

    From then on, statements come by HTTPS from anywhere, with a permission and a secret: no security group
    keeps them out.

    Known false positives: functions without a VPC, and the console's query editor, which need it; except
    their cluster by ``resource``. Services' calls do not count unless ``service_calls`` says so.
    """
    is_enabled = is_true(fields(event.request_parameters).get("enablehttpendpoint"))
    if not (is_enabled or event.event_name == "EnableHttpEndpoint") or not params.count(event):
        return None
    cluster = named(event, ("resourcearn", *DATABASE_NAMES))
    return Violation(
        f"{event.actor} turned on the Data API of the database {cluster or '(not named)'}", resource=cluster
    )
