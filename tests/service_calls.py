"""What holds for every rule that leaves out the calls of AWS services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard import CloudTrailEvent
from trailguard.testing import assert_complies, assert_violates

if TYPE_CHECKING:
    from trailguard import Rule

__all__ = ["assert_services_do_not_count"]


def assert_services_do_not_count(rule: Rule, event: CloudTrailEvent, **params: Any) -> None:
    """Assert that a call would not violate if a service had made it, unless somebody says that it counts.

    It is made a service's for one reason at a time: coverage wants to see each.

    Args:
        rule: one that takes the parameter ``service_calls``.
        event: one that violates it.
        **params: its other parameters.
    """
    identity = {**event.raw["userIdentity"], "type": "AWSService"}
    for change in ({"userIdentity": identity}, {"sourceIPAddress": "AWS Internal"}):
        changed = CloudTrailEvent.model_validate({**event.raw, **change})
        assert_complies(rule, changed, params=params)
        assert_violates(rule, changed, params=params | {"service_calls": True})
