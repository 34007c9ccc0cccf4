"""The calls that rules listen to, taken out of their matches one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from trailguard.filters._globs import includes, loosened
from trailguard.match import is_wild, service_in_cloudtrail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.listeners import Listener
    from trailguard.match import Match, Outcome

__all__ = ["READING", "Call", "calls", "calls_by_rule", "dated", "event_names", "event_sources"]

READING: Final = ("BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Search", "Select")
"""How the names of calls begin that read."""

_DATING: Final = frozenset({"cloudfront", "lambda"})


class Call(NamedTuple):
    """Calls that a rule listens to.

    Attributes:
        service: as CloudTrail names it; may have wildcards.
        action: may have wildcards. A date after it does not count.
        outcome: as `Match` has it.
        identity: only these types of identity, sorted; any, if there are none.
        error: only these error codes, sorted; may have wildcards. Then the outcome is a failure.
        read_only: only calls that CloudTrail marks so.
    """

    service: str
    action: str
    outcome: Outcome = "success"
    identity: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    read_only: bool | None = None

    @property
    def fails_without_a_code(self) -> bool:
        """Whether it takes failed sign-ins, which say so without an error code."""
        return self.outcome == "failure" and not self.error

    def covers(self, other: Call) -> bool:
        """Tell whether every event of the other is one of this."""
        return (
            includes(self.service, other.service)
            and includes(self.action, other.action)
            and self.outcome in {"any", other.outcome}
            and (not self.identity or (bool(other.identity) and set(other.identity) <= set(self.identity)))
            and (not self.error or _all_included(other.error, self.error))
            and self.read_only in {None, other.read_only}
        )


def _all_included(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    return bool(narrow) and all(any(includes(one, code) for one in wide) for code in narrow)


def calls(listeners: Iterable[Listener]) -> list[Call]:
    """Return the calls that rules listen to, sorted; none that another one covers.

    Args:
        listeners: rules as the settings have them, of whatever kind.
    """
    found = sorted({call for of_rule in calls_by_rule(listeners).values() for call in of_rule}, key=_order)
    by_place: dict[tuple[str, ...], list[Call]] = {}
    for call in found:
        by_place.setdefault(_place(call), []).append(call)
    left_out: set[Call] = set()
    for call in found:
        # What covers it has the same names, or wildcards.
        places: list[tuple[str, ...]] = [(call.service, call.action), (call.service,), ()]
        others = (other for place in places for other in by_place.get(place, ()))
        if any(other.covers(call) for other in others if other is not call and other not in left_out):
            left_out.add(call)
    return [call for call in found if call not in left_out]


def _place(call: Call) -> tuple[str, ...]:
    if is_wild(call.service):
        return ()
    return (call.service,) if is_wild(call.action) else (call.service, call.action)


def calls_by_rule(listeners: Iterable[Listener]) -> dict[str, list[Call]]:
    """Return the calls that each rule listens to, by its id."""
    return {
        listener.rule.id: [
            _call(pattern, match)
            for match in listener.matches
            if match.kind == "event"
            for pattern in match.on
        ]
        for listener in listeners
    }


def _call(pattern: str, match: Match) -> Call:
    service, _, action = pattern.partition(":")
    error = tuple(sorted({loosened(code) for code in match.error}))
    if "*" in error:
        error = ()  # it takes what has no code, too
    return Call(
        loosened(service_in_cloudtrail(service)),
        loosened(action),
        "failure" if error else match.outcome,
        tuple(sorted(set(match.identity))),
        error,
        match.read_only,
    )


def _order(call: Call) -> tuple[object, ...]:
    return (*call[:5], str(call.read_only))


def event_sources(service: str) -> list[str]:
    """Return the patterns that the event sources of a service have.

    They are as wide as the engine is, which takes ``ec2`` and ``ec2.amazonaws.com.cn`` for the service, too.
    """
    return [service] if service.endswith("*") else [service, f"{service}.amazonaws.com*"]


def dated(service: str) -> bool:
    """Tell whether a service is known to write its API's date after the names of calls."""
    return service in _DATING


def event_names(call: Call) -> list[str]:
    """Return the patterns that the event names of a call have, with an API's date and without.

    Lambda and CloudFront date the names of most of their calls. Of another service a name with a date would
    be a surprise, so one pattern for all of its calls will do.
    """
    if call.action.endswith("*"):
        return [call.action]
    dates = dated(call.service) or is_wild(call.action) or is_wild(call.service)
    return [call.action, f"{call.action}20*" if dates else "*20*"]
