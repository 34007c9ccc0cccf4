"""A database may use a role."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation


@rule(
    on=["rds:AddRoleToDBInstance", "rds:AddRoleToDBCluster", "redshift:ModifyClusterIamRoles"],
    severity=Severity.LOW,
    title="Role added to a database",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBInstance.html",
        "https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterIamRoles.html",
    ],
    tags=["mitre:T1098.003"],
)
def role_added_to_database(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody gave a database a role, with which its own statements reach S3, Lambda and other services.

    ``SELECT ... INTO OUTFILE S3`` and ``UNLOAD`` write whole tables to a bucket, and the database's users
    get whatever the role may do.

    Known false positives: databases that are set up to load from and write to buckets; except the pipeline
    by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    request = fields(event.request_parameters)
    roles = texts(request.get("rolearn")) + texts(request.get("addiamroles"))
    if not roles or not params.count(event):
        return None
    database = named(event, DATABASE_NAMES)
    return Violation(
        f"{event.actor} let the database {database or '(not named)'} use {', '.join(roles)}",
        resource=database,
        evidence={"roles": roles},
    )
