"""An IAM user signed in without MFA, and not from the office."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import BaseModel
from trailguard import CloudTrailEvent, Match, Severity, Violation, rule


class Params(BaseModel, frozen=True):
    """The networks that people may sign in from without MFA: the office's."""

    known_networks: tuple[IPv4Network | IPv6Network, ...] = (
        IPv4Network("203.0.113.0/24"),
        IPv6Network("2001:db8:ac3e::/48"),
    )


@rule(
    on=Match("signin:ConsoleLogin", identity="IAMUser"),
    severity=Severity.HIGH,
    title="IAM user signed in without MFA from an unknown network",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1078.004"],
)
def signed_in_without_mfa(event: CloudTrailEvent, params: Params) -> Violation | None:
    """An IAM user signed in to the console with nothing but a password.

    Passwords are phished, and reused. In the office the door has asked for a badge
    already; elsewhere a password alone proves nothing.

    Known false positives: the office's address changed (known_networks). Not seen:
    people from IAM Identity Center, who use MFA there, and federated users.
    """
    address = event.source_ip
    if event.mfa or (address and any(address in one for one in params.known_networks)):
        return None
    return Violation(
        f"{event.actor} signed in without MFA from {address or 'an unknown address'}",
        resource=event.actor.arn,
    )
