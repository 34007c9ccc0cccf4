"""Somebody called an EC2 action that is on the list of blocked ones."""

from __future__ import annotations

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import resource_of
from trailguard.rules.network._blocked_actions import BLOCKED_ACTIONS
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """The actions that nobody should call."""

    actions: tuple[str, ...] = BLOCKED_ACTIONS


@rule(
    on=lambda params: params.actions,
    severity=Severity.LOW,
    title="Blocked EC2 action",
    references=["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"],
    lint_ignore=["TG103"],  # the list is kept as it was given, with two permissions that are no calls
)
def ec2_blocked_action(event: CloudTrailEvent, params: Params) -> Violation:  # noqa: ARG001  # `on` reads them
    """A call that went through although its action is on the list of blocked ones.

    The list holds the actions that make, change or remove the parts of a network: VPCs, subnets, route
    tables, gateways, endpoints, peerings and the like. Where a platform team owns the network, everybody
    else's calls of them are mistakes or worse, and a service control policy that should have denied them has
    a hole. Raise the severity in the settings where the list is law; elsewhere these are ordinary changes.

    Known false positives: the platform team's own work and its pipelines, which want an exception. Calls
    that were denied are not reported. ``ec2:CreateTags`` and ``ec2:DeleteTags`` are on the list and are
    called for every kind of resource; leave them out of ``actions`` if that is too much.
    """
    resource = resource_of(event)
    named = f" on {resource}" if resource else ""
    return Violation(f"{event.actor} called {event.action}{named}, which is blocked", resource=resource)
