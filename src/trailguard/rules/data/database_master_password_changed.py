"""The password of a database's administrator was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "rds:ModifyDBInstance",
        "rds:ModifyDBCluster",
        "redshift:ModifyCluster",
        "redshift-serverless:UpdateNamespace",
        "docdb-elastic:UpdateCluster",
        "lightsail:UpdateRelationalDatabase",
    ],
    severity=Severity.MEDIUM,
    title="Master password of a database changed",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html"],
    tags=["mitre:T1098", "mitre:T1213.006"],
)
def database_master_password_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody gave the master user of a database another password, so they know it now.

    With it, whoever may modify a database may read all of it, without ever having been given a password. On a
    copy restored from a snapshot it is the last step before the data is read, and nobody's application
    stops working.

    Known false positives: passwords that are changed by a schedule or by Terraform; except who does it by
    ``actor``, or let Secrets Manager do it, which is no change in this sense.
    """
    request = fields(event.request_parameters)
    changed = first_text(request.get("masteruserpassword"), request.get("adminuserpassword"))
    if changed is None or not params.count(event):
        return None
    database = named(event, DATABASE_NAMES)
    return Violation(
        f"{event.actor} changed the master password of the database {database or '(not named)'}",
        resource=database,
    )
