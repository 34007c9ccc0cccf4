"""An instance's credentials are used from two places."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


@rule(
    on=Match(
        "ssm:UpdateInstanceInformation",
        "sts:GetCallerIdentity",
        "s3:ListBuckets",
        "iam:ListUsers",
        "iam:ListRoles",
        "secretsmanager:ListSecrets",
        outcome="any",
    ),
    severity=Severity.MEDIUM,
    title="Credentials of an instance used elsewhere",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html",
        "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html",
    ],
    tags=["mitre:T1552.005", "mitre:T1078.004", "strict"],
    threshold=Threshold(2, within="1h", by="actor", distinct="source_ip"),
)
def instance_credentials_used_elsewhere(event: CloudTrailEvent) -> Violation | None:
    """The credentials of one EC2 instance were used from two addresses within an hour.

    An instance talks from one address. Whoever took its credentials from the metadata service uses them at
    home, while the agent of Systems Manager on the instance goes on.

    Known false positives: networks that leave by several addresses at a time; except their roles by
    ``actor``. Calls through VPC endpoints, and by IPv6, which instances have beside IPv4, do not count. Not
    seen: instances without the agent, if they make none of the calls.
    """
    of_instance = _INSTANCE.fullmatch(event.actor.session_name or "")
    address = event.source_ip
    if not of_instance or event.vpc_endpoint_id or address is None or address.version != 4:
        return None
    return Violation(f"{event.actor} called {event.action} from {address}", resource=event.actor.session_name)
