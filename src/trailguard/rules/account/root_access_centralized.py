"""Who holds the root access of member accounts was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "iam:EnableOrganizationsRootCredentialsManagement",
        "iam:EnableOrganizationsRootSessions",
        "iam:DisableOrganizationsRootCredentialsManagement",
        "iam:DisableOrganizationsRootSessions",
    ],
    severity=Severity.MEDIUM,
    title="Central root access changed",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"],
    tags=["mitre:T1098", "mitre:T1548.005"],
)
def root_access_centralized(event: CloudTrailEvent) -> Violation:
    """Somebody switched on or off that the management account has root's access to member accounts.

    With it, sessions of root can be had in every account: a good thing to have central, and a powerful one.

    Known false positives: it is set up once, on purpose.
    """
    named = first_text(event.request_parameters.get("organizationId"))
    return Violation(
        f"{event.actor} called {event.action} for {named or 'an organization that is not named'}",
        resource=named,
    )
