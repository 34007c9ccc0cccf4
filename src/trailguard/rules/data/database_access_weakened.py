"""A database takes connections that it did not take before."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import items, text
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, is_false, named
from trailguard.verdict import Severity, Violation

_ENCRYPTION = {"rds.force_ssl", "require_secure_transport", "require_ssl", "tls", "neptune_enforce_ssl"}
_OFF = {"0", "off", "false", "disabled"}
_GROUPS = ("dbparametergroupname", "dbclusterparametergroupname", "parametergroupname")


@rule(
    on=[
        "rds:ModifyDBInstance",
        "rds:ModifyDBCluster",
        "rds:ModifyDBParameterGroup",
        "rds:ModifyDBClusterParameterGroup",
        "redshift:ModifyClusterParameterGroup",
    ],
    severity=Severity.LOW,
    title="Access to a database weakened",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
    ],
    tags=["mitre:T1556", "mitre:T1040"],
)
def database_access_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned off sign-in with IAM for a database, or its demand that connections are encrypted.

    Passwords that never end take the place of tokens, and whoever listens in the network reads them.

    Known false positives: applications that cannot do without yet; except their database or parameter group
    by ``resource``.
    """
    request = fields(event.request_parameters)
    weakened = [
        name
        for one in items(request.get("parameters"))
        if (name := text(one.get("parameterName"))) in _ENCRYPTION and _is_off(one.get("parameterValue"))
    ]
    if is_false(request.get("enableiamdatabaseauthentication")):
        weakened.append("sign-in with IAM")
    if not weakened:
        return None
    changed = named(event, (*_GROUPS, *DATABASE_NAMES))
    return Violation(
        f"{event.actor} turned off {', '.join(weakened)} of {changed or '(not named)'}", resource=changed
    )


def _is_off(value: object) -> bool:
    return (text(value) or "").lower() in _OFF
