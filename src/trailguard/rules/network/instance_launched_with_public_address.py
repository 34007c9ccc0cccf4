"""An instance was launched with a public address."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import is_true, items, text
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:RunInstances",
    severity=Severity.MEDIUM,
    title="Instance launched with a public address",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html"],
)
def instance_launched_with_public_address(event: CloudTrailEvent) -> Iterator[Violation]:
    """Somebody launched instances and asked for public IPv4 addresses for them.

    Only security groups and network ACLs are left between such an instance and the internet.

    Known false positives: bastion hosts and public servers that are launched by hand. The request has to
    ask for the address: one that comes from the subnet's setting or from a launch template is not seen,
    because records of launches do not show the address that an instance gets.
    """
    interfaces = items(event.request_parameters.get("networkInterfaceSet"))
    if not any(is_true(interface.get("associatePublicIpAddress")) for interface in interfaces):
        return
    launched = items(event.response_elements.get("instancesSet"))
    for instance in [text(one.get("instanceId")) for one in launched] or [None]:
        yield Violation(
            f"{event.actor} launched {instance or 'an instance'} with a public address",
            resource=instance,
            evidence={"instance_id": instance},
        )
