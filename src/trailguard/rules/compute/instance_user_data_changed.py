"""What an instance runs when it starts was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:ModifyInstanceAttribute",
    severity=Severity.MEDIUM,
    title="User data of an instance changed",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    ],
    tags=["mitre:T1059.009", "mitre:T1578.005"],
)
def instance_user_data_changed(event: CloudTrailEvent) -> Violation | None:
    """Somebody changed the user data of an instance that is there: a script that runs as root when it starts.

    Stopped, changed and started again, the instance does what the script says, with the role that it has.

    Known false positives: Terraform, which by default stops an instance to change it, and administrators;
    except them by ``actor``. Not seen: what is in it, which CloudTrail hides.
    """
    request = event.request_parameters
    if "userData" not in request and request.get("attribute") != "userData":
        return None
    instance = first_text(request.get("instanceId"))
    return Violation(
        f"{event.actor} changed the user data of the instance {instance or '(not named)'}", resource=instance
    )
