"""An instance of a kind was launched that is made for mining."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items
from trailguard.verdict import Severity, Violation


class Params(Callers, frozen=True, defer_build=True):
    """The unusual families and sizes of instances, and whether calls count that AWS services make."""

    families: frozenset[str] = frozenset(
        {
            "p2",
            "p3",
            "p3dn",
            "p4d",
            "p4de",
            "p5",
            "p5e",
            "p5en",
            "g3",
            "g4ad",
            "g4dn",
            "g5",
            "g5g",
            "g6",
            "g6e",
            "inf1",
            "inf2",
        }
    )
    sizes: frozenset[str] = frozenset(
        {"metal", "metal-24xl", "metal-48xl", "24xlarge", "32xlarge", "48xlarge", "56xlarge"}
    )


@rule(
    on=[
        Match("ec2:RunInstances"),
        Match(
            "ec2:RunInstances", error=["*LimitExceeded", *["Client.UnauthorizedOperation", "AccessDenied*"]]
        ),
    ],
    severity=Severity.MEDIUM,
    title="Unusual instance launched",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html"],
    tags=["mitre:T1496.001", "mitre:T1578.002"],
)
def unusual_instance_launched(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody launched an instance with graphics processors, or one of the largest, or tried.

    Stolen keys are turned into money by mining, and these are what miners take: hundreds of euros an hour.

    Known false positives: teams that train models; take what they use out of ``families`` and ``sizes``, or
    except them by ``actor``. Services' calls, as of auto scaling, do not count unless ``service_calls``
    says so.
    """
    kind = first_text(event.request_parameters.get("instanceType"))
    if kind is None or not params.count(event):
        return None
    family, _, size = kind.partition(".")
    if family not in params.families and size not in params.sizes:
        return None
    made = items(event.response_elements.get("instancesSet"))
    instance = first_text(*(one.get("instanceId") for one in made))
    tried = "launched" if event.succeeded else "tried to launch"
    named = f": {instance}" if instance else ""
    return Violation(
        f"{event.actor} {tried} an instance of {kind}{named}",
        resource=instance,
        evidence={"instance_type": kind},
    )
