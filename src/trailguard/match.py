"""What a rule listens to, said so plainly that routing tables and delivery filters are compiled from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

import msgspec

from trailguard.models.cloudtrail import operation_of, service_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.record import Kind

__all__ = ["SCHEDULE", "Facts", "Match", "Outcome", "Router", "glob", "is_wild", "service_in_cloudtrail"]

Outcome = Literal["success", "failure", "any"]
T = TypeVar("T")

SCHEDULE: Final = "schedule"
"""What a rule listens to that is to be asked whenever a periodic rule of AWS Config runs."""

_ACTION = re.compile(r"[A-Za-z0-9.*?_-]+:[A-Za-z0-9*?_-]+")
_RESOURCE_TYPE = re.compile(r"[A-Za-z0-9*?]+(::[A-Za-z0-9*?]+){2}")

# Where IAM's name of a service is not the one CloudTrail writes (CloudTrail user guide: CloudWatch logs as
# monitoring.amazonaws.com).
_CLOUDTRAIL_NAME = {"cloudwatch": "monitoring"}


@dataclass(frozen=True, slots=True, init=False)
class Match:
    """What a rule listens to.

    ``Match("iam:Create*", "iam:Put*", identity="Root")`` listens to what the root user creates or puts, and
    ``Match("AWS::EC2::Instance", deleted=True)`` to instances, whether they are there or gone.

    Args:
        on: actions as IAM policies write them, ``service:Action``; or resource types as AWS Config writes
            them, ``AWS::EC2::Instance``; both with ``*`` and ``?``. Or ``schedule``. The API date that Lambda
            and CloudFront append to event names may be left out.
        outcome: ``success`` (the default: a denied call changed nothing), ``failure`` or ``any``.
        identity: only these identity types, such as ``Root`` or ``IAMUser``.
        error: only calls that failed with these error codes (``*`` and ``?`` allowed); implies failures.
        read_only: only calls that CloudTrail marks as read-only (True) or as not (False).
        deleted: of resource types, also the items that say that a resource was deleted. What AWS Config does
            not record never comes to a rule.

    Raises:
        ValueError: for a pattern of no such form, for patterns of different ones, for an unknown outcome, and
            for what does not go with the patterns.
    """

    on: tuple[str, ...]
    outcome: Outcome
    identity: tuple[str, ...]
    error: tuple[str, ...]
    read_only: bool | None
    deleted: bool

    def __init__(
        self,
        *on: str,
        outcome: Outcome | None = None,
        identity: str | Iterable[str] = (),
        error: str | Iterable[str] = (),
        read_only: bool | None = None,
        deleted: bool = False,
    ) -> None:
        if not on:
            raise ValueError("a Match needs at least one service:Action pattern or resource type")
        kinds = {pattern: _kind_of(pattern) for pattern in on}
        if len(set(kinds.values())) > 1:
            told = ", ".join(f"{pattern!r} ({kind})" for pattern, kind in kinds.items())
            raise ValueError(f"one Match listens to one kind of thing, not to {told}")
        identities, errors = _texts(identity), _texts(error)
        if "" in identities or "" in errors:
            raise ValueError("no event has an empty identity or error; leave it out to take any")
        kind = next(iter(kinds.values()))
        if kind != "event" and (outcome or identity or errors or read_only is not None):
            raise ValueError(
                f"{on[0]!r} is no call: outcome, identity, error and read_only say nothing of it"
            )
        if kind != "configuration item" and deleted:
            raise ValueError(f"{on[0]!r} is no resource type; deleted is of resources")
        if outcome is None:
            outcome = "failure" if errors else "success"
        if outcome not in ("success", "failure", "any"):
            raise ValueError(f"outcome is {outcome!r}; it can be 'success', 'failure' or 'any'")
        if errors and outcome == "success":
            raise ValueError("a call with an error code never succeeded; drop error= or outcome=")
        object.__setattr__(self, "on", tuple(on))
        object.__setattr__(self, "outcome", outcome)
        object.__setattr__(self, "identity", identities)
        object.__setattr__(self, "error", errors)
        object.__setattr__(self, "read_only", read_only)
        object.__setattr__(self, "deleted", deleted)

    @property
    def kind(self) -> Kind:
        """What kind of record it listens to."""
        return _kind_of(self.on[0])

    @property
    def is_wide(self) -> bool:
        """Whether it listens to all services, but only to what failed in some way, or some identity did."""
        services = [pattern.partition(":")[0] for pattern in self.on]
        return self.kind == "event" and bool(self.error or self.identity) and all(map(is_wild, services))

    def admits(self, facts: Facts) -> bool:
        """Tell whether an event of a listened action has the asked outcome, identity and so on."""
        return self.refusal(facts) is None

    def refusal(self, facts: Facts) -> str | None:
        """Say why it does not want an event of a listened action; None if it does."""
        if self.outcome != "any" and facts.succeeded != (self.outcome == "success"):
            failed = f"failed with {facts.error}" if facts.error else "failed"
            return f"the call {'succeeded' if facts.succeeded else failed}; outcome is {self.outcome!r}"
        if self.identity and facts.identity not in self.identity:
            return f"the caller is of type {facts.identity}; identity is {', '.join(self.identity)}"
        if self.error and not any(glob(error).fullmatch(facts.error or "") for error in self.error):
            return f"the call failed with {facts.error}; error is {', '.join(self.error)}"
        if self.read_only is not None and facts.read_only is not self.read_only:
            return f"the call has readOnly={facts.read_only}; read_only is {self.read_only}"
        if facts.resource == "not recorded" or (facts.resource == "deleted" and not self.deleted):
            return f"the resource is {facts.resource}"
        return None


class Facts(msgspec.Struct, frozen=True):
    """The fields of a record, beyond its action, that a `Match` may ask for."""

    succeeded: bool = True
    error: str | None = None
    identity: str | None = None
    read_only: bool | None = None
    resource: Literal["exists", "deleted", "not recorded"] = "exists"


class Router(Generic[T]):
    """Finds who listens to an action or a resource type; a thousand listeners cost what ten do.

    Args:
        routes: pairs of a match and who listens by it. All of them listen to the same kind of record.
    """

    def __init__(self, routes: Iterable[tuple[Match, T]]) -> None:
        self._exact: dict[str, list[tuple[Match, T]]] = {}
        # By what is before the first colon: most have their wildcards after it, and are tried for the actions
        # of one service alone. The others are under the empty text.
        self._globs: dict[str, list[tuple[re.Pattern[str], Match, T]]] = {}
        for match, listener in routes:
            for pattern in match.on:
                service, colon, action = pattern.partition(":")
                service = service_in_cloudtrail(service)
                pattern = f"{service}{colon}{action}"  # noqa: PLW2901
                if is_wild(pattern):
                    place = "" if is_wild(service) else service
                    # No wildcard of a service reaches into the action.
                    compiled = re.compile(
                        f"{glob(service, '[^:]').pattern}{colon}{glob(action).pattern}", re.DOTALL
                    )
                    self._globs.setdefault(place, []).append((compiled, match, listener))
                else:
                    self._exact.setdefault(pattern, []).append((match, listener))

    def find(self, *key: str) -> tuple[tuple[Match, T], ...]:
        """Return every match, with its listener, that names something.

        Args:
            key: an action's event source and event name; or a resource type alone, or ``schedule``.
        """
        names = _action_names(*key) if len(key) > 1 else key
        found = [route for name in names for route in self._exact.get(name, ())]
        places = dict.fromkeys([*(name.partition(":")[0] for name in names), ""])
        found += [
            (match, listener)
            for place in places
            for compiled, match, listener in self._globs.get(place, ())
            if any(compiled.fullmatch(name) for name in names)
        ]
        return tuple(found)


def _action_names(event_source: str, event_name: str) -> Iterable[str]:
    service = service_of(event_source)
    return dict.fromkeys((f"{service}:{event_name}", f"{service}:{operation_of(event_name)}"))


def _kind_of(pattern: object) -> Kind:
    """Tell by its form what a pattern speaks of.

    Raises:
        ValueError: when it has none of the forms.
    """
    text = pattern if isinstance(pattern, str) else ""
    if ".amazonaws.com:" in text:
        short = text.replace(".amazonaws.com:", ":")
        raise ValueError(f"{pattern!r} names an event source; write {short!r}, as IAM policies do")
    if _ACTION.fullmatch(text):
        return "event"
    if _RESOURCE_TYPE.fullmatch(text):
        return "configuration item"
    if text == SCHEDULE:
        return "scheduled run"
    raise ValueError(
        f"{pattern!r} is not of the form service:Action, such as 'ec2:RunInstances' or 'iam:*', nor a"
        " resource type, such as 'AWS::EC2::Instance' or 'AWS::EC2::*'"
    )


def service_in_cloudtrail(service: str) -> str:
    """Return what CloudTrail calls a service that a pattern names as IAM does; a glob is left as it is."""
    return _CLOUDTRAIL_NAME.get(service, service)


def is_wild(pattern: str) -> bool:
    """Tell whether a pattern has wildcards."""
    return "*" in pattern or "?" in pattern


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def glob(pattern: str, any_character: str = ".") -> re.Pattern[str]:
    """Compile IAM's wildcards (``*`` and ``?`` alone; brackets mean nothing to IAM).

    Args:
        pattern: with wildcards or without.
        any_character: the regular expression of what ``?`` stands for, and ``*`` for any number of.
    """
    wild = {"*": f"{any_character}*", "?": any_character}
    return re.compile("".join(wild.get(char) or re.escape(char) for char in pattern), re.DOTALL)
