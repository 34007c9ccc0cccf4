"""What holds for every rule that leaves out the calls of AWS services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

if TYPE_CHECKING:
    from trailguard import Rule

__all__ = ["assert_services_do_not_count"]


def assert_services_do_not_count(
    rule: Rule,
    action: str,
    request: dict[str, Any] | None = None,
    response: dict[str, Any] | None = None,
    **params: Any,
) -> None:
    """Assert that a service's call violates where somebody says that such calls count, and only there.

    Each of the two calls is a service's for one reason alone: coverage wants to see them one by one.
    """
    service = {"type": "AWSService"}
    for event in (
        cloudtrail_event(action, request=request, response=response, actor=service, source_ip="198.51.100.7"),
        cloudtrail_event(action, request=request, response=response, source_ip="AWS Internal"),
    ):
        assert_complies(rule, event, params=params)
        assert_violates(rule, event, params=params | {"service_calls": True})
