"""An instance of a kind that miners like was launched."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation

_GRAPHICS = "g2 g3 g3s g4ad g4dn g5 g5g g6 g6e g6f g7 g7e gr6 gr6f"
_TRAINING = "p2 p3 p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300 p6e-gb200 trn1 trn1n trn2 trn2u dl1 dl2q"
_OTHERS = "inf1 inf2 vt1 f1 f2"
_METAL = "metal metal-12xl metal-16xl metal-24xl metal-32xl metal-48xl metal-96xl"
_LARGEST = "24xlarge 32xlarge 48xlarge 56xlarge 64xlarge 96xlarge 112xlarge 224xlarge 480xlarge"


class Params(Callers, frozen=True, defer_build=True):
    """The unusual families and sizes of instances, and whether calls count that AWS services make."""

    families: frozenset[str] = frozenset(f"{_GRAPHICS} {_TRAINING} {_OTHERS}".split())
    sizes: frozenset[str] = frozenset(f"{_METAL} {_LARGEST}".split())


@rule(
    on=[
        Match("ec2:RunInstances"),
        Match(
            "ec2:RunInstances",
            error=[
                "*LimitExceeded",
                "*UnauthorizedOperation",
                "AccessDenied*",
                "*InsufficientInstanceCapacity",
            ],
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
    says so. Not seen: launches that failed by a template, which CloudTrail does not open.
    """
    launched = first(event.response_elements.get("instancesSet"))
    kind = first_text(event.request_parameters.get("instanceType"), launched.get("instanceType"))
    if kind is None or not params.count(event):
        return None
    family, _, size = kind.partition(".")
    if family not in params.families and size not in params.sizes:
        return None
    instance = first_text(launched.get("instanceId"))
    did = "launched" if event.succeeded else f"tried ({event.error_code}) to launch"
    named = f": {instance}" if instance else ""
    return Violation(
        f"{event.actor} {did} an instance of {kind}{named}",
        resource=instance,
        evidence={"instance_type": kind},
    )
