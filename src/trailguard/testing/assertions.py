"""Assertions about rules, whose failures say where an event fell off.

    assert_violates(bucket_made_public, event, reason="its ACL is public-read", severity="high")
    assert_complies(bucket_made_public, other_event)

Both ask as the engine does: a rule that does not listen to an event never violates.
"""

from __future__ import annotations

from collections.abc import Mapping
from re import Pattern
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from trailguard._rule import Event, Rule
from trailguard.explain import Explanation, explain, name_of
from trailguard.listeners import Listener, listeners
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigurationItem
from trailguard.record import printable
from trailguard.settings import RuleSettings, Settings
from trailguard.testing.examples import tell
from trailguard.verdict import Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.testing.examples import Expected

__all__ = ["assert_complies", "assert_violates"]

Parameters = BaseModel | Mapping[str, Any] | None


def assert_violates(  # noqa: PLR0913  # each of them is something to look at
    rule: Rule,
    event: Event,
    *,
    reason: str | Pattern[str] | None = None,
    severity: Severity | str | None = None,
    resource: str | None = None,
    params: Parameters = None,
) -> Violation:
    """Assert that a rule finds something wrong with an event.

    Args:
        rule: the rule.
        event: the event, from `cloudtrail_event`, `configuration_item` or `recorded_event`.
        reason: the reason it has to give: all of it, or a compiled pattern to search for.
        severity: how bad it has to be; the rule's own severity counts where the violation has none.
        resource: the resource that the violation has to name.
        params: the rule's parameters, as a model or as settings have them; the defaults if left out.

    Returns:
        The first violation that is as expected.

    Raises:
        AssertionError: when there is none; says where the event fell off, or what was found instead.
        SettingsError: when the parameters are wrong.
        TypeError: when they are a model that is not the rule's, or when rule or event are none.
        ValueError: when there is no such severity.
    """
    __tracebackhide__ = True
    wanted = {"reason": reason, "severity": _severity(severity), "resource": resource}
    explanation = _explained(rule, event, params, "violates")
    if explanation.fate == "failed":
        raise AssertionError(_told(explanation, event, f"fails on {name_of(event)}"))
    if explanation.fate != "violated":
        raise AssertionError(_told(explanation, event, f"does not find {name_of(event)} wrong"))
    for violation in explanation.violations:
        if not any(_differences(rule, violation, wanted)):
            return violation
    found = [
        f"{violation.reason!r}: {'; '.join(_differences(rule, violation, wanted))}"
        for violation in explanation.violations
    ]
    problem = f"finds {name_of(event)} wrong, but not as expected"
    raise AssertionError(_lines(f"{rule.id} {problem}", *(f"  found {one}" for one in found)))


def assert_complies(rule: Rule, event: Event, *, params: Parameters = None) -> None:
    """Assert that a rule finds nothing wrong with an event of those that it listens to.

    That it does not want the event for its outcome, its caller and the like is compliance, too. That it does
    not listen to such an action or resource at all is none: such a test would pass whatever the rule does.

    Args:
        rule: the rule.
        event: the event.
        params: the rule's parameters, as a model or as settings have them; the defaults if left out.

    Raises:
        AssertionError: when the rule finds something wrong, fails, or would never be asked.
        SettingsError: when the parameters are wrong.
        TypeError: when they are a model that is not the rule's, or when rule or event are none.
    """
    __tracebackhide__ = True
    explanation = _explained(rule, event, params, "complies")
    match explanation.fate:
        case "violated":
            raise AssertionError(_told(explanation, event, f"finds {name_of(event)} wrong"))
        case "failed":
            raise AssertionError(_told(explanation, event, f"fails on {name_of(event)}"))
        case "not named":
            raise AssertionError(_told(explanation, event, f"is never asked about {name_of(event)}"))


def _severity(severity: Severity | str | None) -> Severity | None:
    __tracebackhide__ = True
    try:
        return None if severity is None else Severity(severity)
    except ValueError:
        known = ", ".join(map(str, Severity))
        raise ValueError(f"no severity is called {severity!r}; there are {known}") from None


def _explained(rule: Rule, event: Event, params: Parameters, expected: Expected) -> Explanation:
    __tracebackhide__ = True
    if not isinstance(rule, Rule) or not isinstance(event, Event):
        given = f"{type(rule).__name__} and {type(event).__name__}"
        raise TypeError(f"expected a rule and an event, such as cloudtrail_event() makes, not {given}")
    listener = _listener(rule, params)
    explanation = explain(listener, event)
    if isinstance(event, rule.model):
        fires = explanation.fate == "violated"
        tell(rule, event, listener.params, asked=explanation.asked, fires=fires, expected=expected)
    return explanation


def _listener(rule: Rule, params: Parameters) -> Listener:
    __tracebackhide__ = True
    if isinstance(params, BaseModel):
        if rule.parameters is None or not isinstance(params, rule.parameters):
            expected = rule.parameters.__name__ if rule.parameters else "no parameters"
            raise TypeError(f"rule {rule.id} takes {expected}, not a {type(params).__name__}")
        return Listener(rule, params, rule.matches(params), severity=None)
    chosen = RuleSettings(parameters=dict(params or {}))
    return listeners([rule], Settings(rules={rule.id: chosen}, source="params"), only=[rule.id])[0]


def _differences(rule: Rule, violation: Violation, wanted: Mapping[str, Any]) -> Iterator[str]:
    """Say in what a violation differs from what was expected."""
    actual = {
        "reason": violation.reason,
        "severity": violation.severity or rule.severity,
        "resource": violation.resource,
    }
    for name, value in wanted.items():
        if isinstance(value, Pattern):
            if not value.search(violation.reason):
                yield f"{name} has no match of {value.pattern!r}"
        elif value is not None and value != actual[name]:
            yield f"{name} is {_written(actual[name])}, expected {_written(value)}"


def _written(value: object) -> str:
    """Write a severity as its name, and a text in quotation marks, which tell it from None."""
    return str(value) if isinstance(value, Severity) else repr(value)


def _told(explanation: Explanation, event: Event, problem: str) -> str:
    """Say what is wrong, and everything that helps to see why."""
    rule = explanation.rule
    lines = [f"{rule.id} {problem}", f"  the event: {_described(event)}"]
    if not explanation.asked:
        return _lines(*lines, f"  it was not asked: {explanation.why}")
    lines += [f"  it found: {violation.reason}" for violation in explanation.violations]
    if explanation.error:
        lines += ["  it raised:", *(f"  {line}" for line in explanation.error.splitlines())]
    read = [f"    {line}" for line in explanation.lines()]
    return _lines(*lines, "  it was asked, and read:" if read else "  it was asked, and read nothing", *read)


def _lines(*lines: str) -> str:
    """Put lines together; what attackers wrote into an event is shown, and not obeyed by a terminal."""
    return "\n".join(map(printable, lines))


def _described(event: Event) -> str:
    if isinstance(event, CloudTrailEvent):
        failed = event.error_code or event.error_message or ""
        outcome = "succeeded" if event.succeeded else f"failed ({failed})"
        return f"{event.action} by {event.actor} ({event.actor.type}), {outcome}"
    return (
        f"{event.resource_type} {event.resource}" if isinstance(event, ConfigurationItem) else name_of(event)
    )
