"""Something was made in a region that nobody is to use."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation

_MAKING = (
    "ec2:RunInstances",
    "ec2:CreateVpc",
    "ec2:ImportKeyPair",
    "ec2:CreateKeyPair",
    "lambda:CreateFunction",
    "ecs:CreateCluster",
    "eks:CreateCluster",
    "sagemaker:CreateNotebookInstance",
    "lightsail:CreateInstances",
    "rds:CreateDBInstance",
)


class Params(Callers, frozen=True, defer_build=True):
    """The regions that are used, such as eu-west-1; none says that nobody is to look."""

    regions: frozenset[str] = frozenset()


def _listens(params: Params) -> tuple[str, ...]:
    return _MAKING if params.regions else ()


@rule(
    on=_listens,
    severity=Severity.MEDIUM,
    title="Unused region used",
    references=["https://docs.aws.amazon.com/general/latest/gr/rande-manage.html"],
    tags=["mitre:T1535"],
)
def unused_region_used(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody made an instance, a function, a cluster or the like in a region that is not in use.

    Miners go where nobody looks. A service control policy that denies other regions is better; this tells
    that it is missing.

    Known false positives: tests of a new region (put it into ``regions``). Without ``regions`` the rule is
    never asked. Global services are in us-east-1, and none of them is looked at.
    """
    if event.aws_region is None or event.aws_region in params.regions or not params.count(event):
        return None
    return Violation(
        f"{event.actor} called {event.action} in {event.aws_region}, which nobody uses",
        resource=event.aws_region,
    )
