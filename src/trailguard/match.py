"""What a rule listens to, said so plainly that routing tables and delivery filters are compiled from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from trailguard.models.cloudtrail import operation_of, service_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Facts", "Match", "Outcome", "Router"]

Outcome = Literal["success", "failure", "any"]
T = TypeVar("T")

_PATTERN = re.compile(r"[A-Za-z0-9.*?_-]+:[A-Za-z0-9*?_-]+")

# Where IAM's name of a service is not the one CloudTrail writes (CloudTrail user guide: CloudWatch logs as
# monitoring.amazonaws.com).
_CLOUDTRAIL_NAME = {"cloudwatch": "monitoring"}


@dataclass(frozen=True, slots=True, init=False)
class Match:
    """What a rule listens to.

    ``Match("iam:Create*", "iam:Put*", identity="Root")`` listens to what the root user creates or puts.

    Args:
        on: actions as IAM policies write them, ``service:Action``, with ``*`` and ``?``. The API date that
            Lambda and CloudFront append to event names may be left out.
        outcome: ``success`` (the default: a denied call changed nothing), ``failure`` or ``any``.
        identity: only these identity types, such as ``Root`` or ``IAMUser``.
        error: only calls that failed with these error codes (``*`` and ``?`` allowed); implies failures.
        read_only: only calls that CloudTrail marks as read-only (True) or as not (False).

    Raises:
        ValueError: for a pattern that is not of the form ``service:Action``, or an unknown outcome.
    """

    on: tuple[str, ...]
    outcome: Outcome
    identity: tuple[str, ...]
    error: tuple[str, ...]
    read_only: bool | None

    def __init__(
        self,
        *on: str,
        outcome: Outcome | None = None,
        identity: str | Iterable[str] = (),
        error: str | Iterable[str] = (),
        read_only: bool | None = None,
    ) -> None:
        if not on:
            raise ValueError("a Match needs at least one service:Action pattern")
        for pattern in on:
            if not isinstance(pattern, str) or not _PATTERN.fullmatch(pattern):
                raise ValueError(
                    f"{pattern!r} is not of the form service:Action, such as 'ec2:RunInstances' or 'iam:*'"
                )
            if ".amazonaws.com:" in pattern:
                short = pattern.replace(".amazonaws.com:", ":")
                raise ValueError(f"{pattern!r} names an event source; write {short!r}, as IAM policies do")
        errors = _texts(error)
        if outcome is None:
            outcome = "failure" if errors else "success"
        if outcome not in ("success", "failure", "any"):
            raise ValueError(f"outcome is {outcome!r}; it can be 'success', 'failure' or 'any'")
        if errors and outcome == "success":
            raise ValueError("a call with an error code never succeeded; drop error= or outcome=")
        object.__setattr__(self, "on", tuple(on))
        object.__setattr__(self, "outcome", outcome)
        object.__setattr__(self, "identity", _texts(identity))
        object.__setattr__(self, "error", errors)
        object.__setattr__(self, "read_only", read_only)

    def admits(self, facts: Facts) -> bool:
        """Tell whether an event of a listened action has the asked outcome, identity and so on."""
        return (
            (self.outcome == "any" or facts.succeeded == (self.outcome == "success"))
            and (not self.identity or facts.identity in self.identity)
            and (not self.error or any(_glob(e).fullmatch(facts.error or "") for e in self.error))
            and (self.read_only is None or facts.read_only is self.read_only)
        )


class Facts(NamedTuple):
    """The fields of a record, beyond its action, that a `Match` may ask for."""

    succeeded: bool = True
    error: str | None = None
    identity: str | None = None
    read_only: bool | None = None


class Router(Generic[T]):
    """Finds who listens to an action; a thousand listeners cost what ten do.

    Args:
        routes: pairs of a match and who listens by it.
    """

    def __init__(self, routes: Iterable[tuple[Match, T]]) -> None:
        self._exact: dict[str, list[tuple[Match, T]]] = {}
        self._globs: list[tuple[re.Pattern[str], Match, T]] = []
        for match, listener in routes:
            for pattern in match.on:
                service, _, action = pattern.partition(":")
                pattern = f"{_CLOUDTRAIL_NAME.get(service, service)}:{action}"  # noqa: PLW2901
                if "*" in pattern or "?" in pattern:
                    self._globs.append((_glob(pattern), match, listener))
                else:
                    self._exact.setdefault(pattern, []).append((match, listener))

    def find(self, event_source: str, event_name: str) -> tuple[tuple[Match, T], ...]:
        """Return every match, with its listener, that names this action."""
        service = service_of(event_source)
        names = dict.fromkeys((f"{service}:{event_name}", f"{service}:{operation_of(event_name)}"))
        found = [route for name in names for route in self._exact.get(name, ())]
        found += [
            (match, listener)
            for glob, match, listener in self._globs
            if any(glob.fullmatch(name) for name in names)
        ]
        return tuple(found)


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _glob(pattern: str) -> re.Pattern[str]:
    """Compile IAM's wildcards (``*`` and ``?`` alone; brackets mean nothing to IAM)."""
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(char) or re.escape(char) for char in pattern), re.DOTALL)
