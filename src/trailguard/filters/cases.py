"""What the events of a call look like, as far as a filter can ask; and which of them a filter keeps back.

A filter that was compiled takes all that the engine does. One that is in use is asked for no more than what
AWS sends: sources such as ``ec2.amazonaws.com``, and dates after the names of services that date them.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from trailguard.filters._globs import includes
from trailguard.filters.calls import Call, calls_by_rule, dated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailguard.listeners import Listener

__all__ = ["Case", "gaps", "told"]

Case = dict[str, str | bool | None]
"""By the dotted path of a field, what it is: a pattern of texts, a truth value, or None where there is none.
What is in a field without an entry is unknown."""

_FAILED_SIGN_IN: Final[Case] = {
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "responseElements.ConsoleLogin": "Failure",
}


def gaps(listeners: Iterable[Listener], lets_through: Callable[[Case], bool]) -> list[str]:
    """Return what rules listen to and a filter keeps back; a line for people for each.

    Args:
        listeners: rules as the settings have them.
        lets_through: tells whether the filter lets all events of a case through.
    """
    return [
        f"{rule_id}: {told(call)}"
        for rule_id, of_rule in calls_by_rule(listeners).items()
        for call in of_rule
        if not all(map(lets_through, _cases(call)))
    ]


def _cases(call: Call) -> Iterator[Case]:
    source = f"{call.service}.amazonaws.com"
    cases: list[Case] = [
        {"eventSource": source, "eventName": name, "errorCode": error}
        for name, error in product(_names(call), _errors(call))
    ]
    signs_in = includes(call.service, "signin") and includes(call.action, "ConsoleLogin")
    if signs_in and call.outcome != "success" and not call.error:
        cases.append(_FAILED_SIGN_IN)
    marked: Case = {} if call.read_only is None else {"readOnly": call.read_only}
    by: list[Case] = [{"userIdentity.type": one} for one in call.identity] or [{}]
    for case, caller in product(cases, by):
        yield case | caller | marked


def _names(call: Call) -> tuple[str, ...]:
    return (call.action, f"{call.action}20*") if dated(call.service) else (call.action,)


def _errors(call: Call) -> tuple[str | None, ...]:
    some = call.error or ("*",)
    return {"success": (None,), "failure": some, "any": (None, "*")}[call.outcome]


def told(call: Call) -> str:
    """Say for people what a call is."""
    conditions = [
        {"success": "", "failure": "failed", "any": "failed or not"}[call.outcome],
        f"with {' or '.join(call.error)}" if call.error else "",
        f"by {' or '.join(call.identity)}" if call.identity else "",
        "" if call.read_only is None else f"readOnly {str(call.read_only).lower()}",
    ]
    some = ", ".join(one for one in conditions if one)
    return f"{call.service}:{call.action}{f' ({some})' if some else ''}"
