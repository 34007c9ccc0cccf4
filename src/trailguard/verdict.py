"""What judging an event comes to: who, what, where, why, how bad."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime  # noqa: TC003  # msgspec reads it at run time
from enum import Enum
from functools import total_ordering
from typing import Any

import msgspec

from trailguard.models.identity import Actor

__all__ = [
    "Compliance",
    "PluginFailure",
    "RuleFailure",
    "Severity",
    "Suppression",
    "Verdict",
    "Violation",
    "verdict_id",
]


@total_ordering
class Severity(Enum):
    """How bad a violation is. Severities compare: ``Severity.LOW < Severity.HIGH``."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        ranks = list(Severity)
        return ranks.index(self) < ranks.index(other)

    def __str__(self) -> str:
        return self.value


class Compliance(Enum):
    """The compliance types of AWS Config, in its spelling."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    def __str__(self) -> str:
        return self.value


class Violation(msgspec.Struct, frozen=True):
    """What a rule says when an event breaks it.

    Args:
        reason: why, in one line that names what the reader must know: ``"tcp 22 is open to 0.0.0.0/0"``.
        resource: the id or ARN of what is affected.
        resource_type: its type as AWS Config writes it, where that does not go without saying: a rule about
            a scheduled run says here what kind of resource it found.
        severity: when this violation is better or worse than the rule usually is.
        evidence: JSON facts for whoever acts on the verdict, such as the rule to revoke.

    Raises:
        TypeError: when one of them is of another type.
    """

    reason: str
    resource: str | None = None
    severity: Severity | None = None
    evidence: Mapping[str, Any] = {}
    resource_type: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.reason, str):
            raise TypeError(f"a violation's reason is {_type_of(self.reason)}; expected str")
        if self.resource is not None and not isinstance(self.resource, str):
            raise TypeError(f"a violation's resource is {_type_of(self.resource)}; expected str or None")
        if self.resource_type is not None and not isinstance(self.resource_type, str):
            raise TypeError(
                f"a violation's resource_type is {_type_of(self.resource_type)}; expected str or None"
            )
        if self.severity is not None and not isinstance(self.severity, Severity):
            raise TypeError(f"a violation's severity is {_type_of(self.severity)}; expected Severity or None")
        if not isinstance(self.evidence, Mapping):
            raise TypeError(f"a violation's evidence is {_type_of(self.evidence)}; expected a mapping")


def _type_of(value: object) -> str:
    return f"of type {type(value).__name__}"


class Suppression(msgspec.Struct, frozen=True):
    """Why a verdict is not to be told.

    Attributes:
        owner: who answers for it.
        reason: why it is all right.
        expires: the last day on which that holds; None for ever.
    """

    owner: str
    reason: str
    expires: date | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's judgement of one event about one resource.

    ``msgspec.json.encode(verdict)`` and ``msgspec.json.decode(text, type=Verdict)`` write and read it.

    Attributes:
        id: the same for the same rule, event and resource however often the event is delivered.
        compliance: what it comes to, in AWS Config's words.
        reason: why.
        event_id: the event's id; of a configuration item, what tells this state of it from others.
        event_time: when the event happened, or the resource was recorded, in UTC.
        event_source: ``ec2.amazonaws.com``, as CloudTrail writes it; None where there was no call.
        event_name: the call; None where there was none.
        actor: who did it.
        source_ip: from where; None when a service called.
        resource: the id or ARN of what is affected.
        resource_type: its type as AWS Config writes it, where that is known.
        origin: where the record was found, as a readable path.
        evidence: facts of the violation, for whoever acts on it.
        suppressed: whether a standing exception covers it. A suppressed verdict is still a verdict.
        suppression: the exception that covers it; or that did, where ``suppressed`` is false: it has expired.
    """

    id: str
    rule_id: str
    compliance: Compliance
    severity: Severity
    title: str
    reason: str
    account_id: str | None = None
    region: str | None = None
    event_id: str | None = None
    event_time: datetime | None = None
    event_source: str | None = None
    event_name: str | None = None
    actor: Actor = Actor()
    source_ip: str | None = None
    resource: str | None = None
    origin: str = ""
    tags: tuple[str, ...] = ()
    evidence: dict[str, Any] = {}
    suppressed: bool = False
    resource_type: str | None = None
    suppression: Suppression | None = None


class RuleFailure(msgspec.Struct, frozen=True):
    """A rule raised instead of judging. Never to be read as "complies".

    Attributes:
        rule_id: which rule.
        event_id: which event, if it has an id.
        event_name: the call, or the type of the resource.
        error: the exception and the line of the rule that raised it.
        origin: where the record was found.
    """

    rule_id: str
    event_id: str | None
    event_name: str
    origin: str
    error: str


class PluginFailure(msgspec.Struct, frozen=True):
    """A plugin, or part of it, is left out. Never to be read as "it has no rules".

    Attributes:
        plugin: which one: distribution, version and entry point.
        error: what is wrong with it.
    """

    plugin: str
    error: str

    @property
    def origin(self) -> str:
        """Where it comes from, as other failures say it."""
        return f"plugin {self.plugin}"


def verdict_id(rule_id: str, event_id: str, resource: str | None, nth: int = 0) -> str:
    """Return the stable id of a verdict: 32 hexadecimal digits.

    Args:
        rule_id: the rule's id.
        event_id: the event's id.
        resource: what the violation is about.
        nth: counts up when one rule finds several faults with one resource in one event.
    """
    again = f"\0{nth}" if nth else ""
    text = f"{rule_id}\0{event_id}\0{resource or ''}{again}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
