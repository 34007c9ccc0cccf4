"""An IAM user was given credentials of another kind than keys and passwords."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UploadSSHPublicKey",
        "iam:UploadSigningCertificate",
    ],
    severity=Severity.MEDIUM,
    title="Service credentials created",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html",
    ],
    tags=["mitre:T1098.001", "cis:4.4"],
)
def service_credential_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made credentials of a service or a key for SSH for an IAM user. One's own is low.

    They are for CodeCommit, Keyspaces or Bedrock, and are seldom on the list when keys are rotated: an API
    key of Bedrock pays for anybody's models.

    Known false positives: developers who set up their access; except them by ``actor``.
    """
    if not params.count(event):
        return None
    user = first_text(event.request_parameters.get("userName")) or event.actor.user_name
    own = user is not None and user == event.actor.user_name
    return Violation(
        f"{event.actor} made credentials of a service for {user or '(not named)'}",
        resource=user,
        severity=Severity.LOW if own else None,
    )
