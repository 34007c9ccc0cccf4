"""Judges raw records: routes on two fields, parses only what some rule listens to, and isolates the rules.

Most records end after two dictionary look-ups. What the fast parser refuses takes a slow path that repairs
the record and sends it the same way, so that both give the same verdicts.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar

import msgspec
from pydantic import ValidationError

from trailguard.errors import DecodingError
from trailguard.listeners import Listener, listeners
from trailguard.match import Facts, Match, Router
from trailguard.mend import repair
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.record import Batch, Decoded, DecodeFailure, Head, Ignored, ObjectRef, ReadFailure, Record
from trailguard.report import REPEAT
from trailguard.settings import Settings
from trailguard.verdict import Compliance, RuleFailure, Verdict, Violation, verdict_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.report import Counts

__all__ = ["Engine", "Judgement", "Seen"]

K = TypeVar("K")
V = TypeVar("V")


class Judgement(NamedTuple):
    """What came of one record.

    Attributes:
        fate: ``unrouted``, ``judged``, ``ignored`` or ``failed``.
        verdicts: the violations found.
        failures: rules that raised, or the reason why the record could not be decoded.
        ignored: why it was ignored, if it was.
    """

    fate: Literal["unrouted", "judged", "ignored", "failed"]
    verdicts: tuple[Verdict, ...] = ()
    failures: tuple[RuleFailure | DecodeFailure | ReadFailure, ...] = ()
    ignored: Ignored | None = None


_UNROUTED: Final = Judgement("unrouted")

_head = msgspec.json.Decoder(Head)
_key: Callable[[Head], tuple[str, str]] = attrgetter("event_source", "event_name")
_whole = msgspec.json.Decoder(dict[str, Any])

# Records that are about activity rather than of it: they have no eventName, and no action to listen to.
_NO_ACTION: Final = {
    "AwsCloudTrailInsight": "a CloudTrail Insights event",
    "AwsAggregatedEvent": "a CloudTrail aggregated event",
}

# Where LookupEvents gives the record, it is a text.
_READ_ONLY: Final = {"true": True, "false": False}

# Hostile input could name endless actions; a memo that fills up is started afresh.
_MEMO_SIZE: Final = 20_000


_NO_LISTENER: Final = "a configuration item, to which no rule listens"

_Routes = tuple[tuple[Match, Listener], ...]
Seen = set[tuple[str, str]]
"""Which events were judged: their ``recipientAccountId`` and ``eventID``."""


class Engine:
    """Judges records by rules. It does no I/O, keeps nothing of what it judged, and may be used by threads.

    Args:
        rules: the rules to judge by.
        settings: which of them are on, with which parameters and severities; all, with their defaults, if
            left out.
        only: judge by these rules alone, by id, whether the settings have them on or not.

    Raises:
        NoRulesError: when no rule is left.
        DuplicateRuleError: when two rules bear one id.
        SettingsError: when the settings name an unknown rule or parameter, or a parameter's value is wrong.

    Attributes:
        listeners: the rules as the settings have them, sorted by id.
    """

    def __init__(
        self, rules: Iterable[Rule], settings: Settings | None = None, *, only: Iterable[str] | None = None
    ) -> None:
        settings = settings or Settings()
        self.listeners: Final = listeners(rules, settings, only)
        self._max_record_bytes = settings.limits.max_record_bytes
        self._router = Router((m, listener) for listener in self.listeners for m in listener.matches)
        self._routes: dict[tuple[str, str], _Routes] = {}
        self._admitted: dict[tuple[tuple[str, str], Facts], tuple[Listener, ...]] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules it judges by, sorted by id."""
        return tuple(listener.rule for listener in self.listeners)

    def judge_all(
        self, items: Iterable[Decoded | ReadFailure], counts: Counts, seen: Seen | None = None
    ) -> Iterator[Verdict | RuleFailure | DecodeFailure | ReadFailure]:
        """Judge what decoding yields; pass on its failures among the verdicts.

        AWS may deliver an event twice, or through two channels: it is judged once.

        Args:
            items: records, and what became of those that are none.
            counts: is counted up as the items go by.
            seen: the events that were judged; is added to. For several calls that belong together.
        """
        seen = set() if seen is None else seen
        for item in items:
            for judgement in self._judgements(item, counts, seen):
                if judgement.fate == "judged":
                    counts.judged += 1
                elif judgement.fate == "unrouted":
                    counts.unrouted += 1
                elif judgement.ignored:
                    counts.ignored_because[judgement.ignored.reason] += 1
                for notice in (*judgement.verdicts, *judgement.failures):
                    counts.add(notice)
                    yield notice

    def _judgements(self, item: Decoded | ReadFailure, counts: Counts, seen: Seen) -> Iterable[Judgement]:
        match item:
            case Batch():
                keys = list(map(_key, item.heads))
                listened = self._listened(keys)
                counts.unrouted += len(keys) - len(listened)
                records = item.records(listened) if listened else []
                return (self._judge(r, keys[n], seen) for n, r in zip(listened, records, strict=True))
            case Record():
                return (self.judge(item, seen),)
            case Ignored():
                return (Judgement("ignored", ignored=item),)
            case DecodeFailure() | ReadFailure():
                return (Judgement("failed", failures=(item,)),)
            case ObjectRef():
                unread = ReadFailure(str(item.inner), "nobody fetched it", item.message_id)
                return (Judgement("failed", failures=(unread,)),)

    def _listened(self, keys: list[tuple[str, str]]) -> list[int]:
        """Return which records of a batch have to be looked at: almost never any."""
        routes = self._routes
        # A key that is not in the memo yet is looked at, and remembered then.
        return [n for n, key in enumerate(keys) if routes.get(key, True)]

    def judge(self, record: Record, seen: Seen | None = None) -> Judgement:
        """Judge one record by every rule that listens to it.

        Never raises: what cannot be decoded, and rules that raise, are in the judgement.

        Args:
            record: the record.
            seen: the events that were judged before, if that matters; is added to.
        """
        if record.kind != "event":
            return Judgement("ignored", ignored=record.ignored(_NO_LISTENER))
        try:
            head = _head.decode(record.raw)
        except (ValueError, RecursionError):
            return self._judge_repaired(record, seen)
        return self._judge(record, _key(head), seen)

    def _judge(self, record: Record, key: tuple[str, str], seen: Seen | None) -> Judgement:
        routes = self._routes.get(key)
        if routes is None:
            if not all(key):
                return _without_action(record)
            routes = _remember(self._routes, key, self._router.find(*key))
        if not routes:
            return _UNROUTED
        if len(memoryview(record.raw)) > self._max_record_bytes:
            why = f"larger than the {self._max_record_bytes:,} bytes that a record may have"
            return Judgement("failed", failures=(record.failure(why),))
        try:
            data = _whole.decode(record.raw)
        except (ValueError, RecursionError):
            return self._judge_repaired(record, seen)
        listeners = self._admitted_listeners(key, routes, data)
        return self._ask_once(listeners, record, data, seen) if listeners else _UNROUTED

    def _ask_once(
        self, listeners: tuple[Listener, ...], record: Record, data: dict[str, Any], seen: Seen | None
    ) -> Judgement:
        event_id = _id_of(data)
        if seen is None or event_id is None:
            return self._ask(listeners, record, data)
        if event_id in seen:
            return Judgement("ignored", ignored=record.ignored(REPEAT))
        judgement = self._ask(listeners, record, data)
        if judgement.fate == "judged":
            seen.add(event_id)
        return judgement

    def _judge_repaired(self, record: Record, seen: Seen | None) -> Judgement:
        """Send a record that the fast parser refuses the same way again, repaired; once."""
        raw = bytes(record.raw)
        try:
            if record.repair:
                data = _whole.decode(raw)  # says why
                if data.get("eventName") is None or data.get("eventSource") is None:
                    return _without_action(record)
                _head.decode(raw)
            mended = self.judge(msgspec.structs.replace(record, raw=repair(raw), repair="repaired"), seen)
        except (DecodingError, ValueError, RecursionError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            failure = msgspec.structs.replace(record, repair=None).failure(why)
            return Judgement("failed", failures=(failure,))
        # Whoever looks into a failure wants the bytes that AWS sent.
        failures = [replace(f, data=raw) if isinstance(f, DecodeFailure) else f for f in mended.failures]
        return mended._replace(failures=tuple(failures))

    def _admitted_listeners(
        self, key: tuple[str, str], routes: _Routes, data: dict[str, Any]
    ) -> tuple[Listener, ...]:
        facts = _facts(data)
        at = (key, facts)
        known = self._admitted.get(at)
        if known is None:
            admitted = {id(listener): listener for match, listener in routes if match.admits(facts)}
            by_rule = sorted(admitted.values(), key=lambda listener: listener.rule.id)
            known = _remember(self._admitted, at, tuple(by_rule))
        return known

    def _ask(self, listeners: tuple[Listener, ...], record: Record, data: dict[str, Any]) -> Judgement:
        try:
            event = CloudTrailEvent.model_validate(data)
        except ValidationError as error:
            return Judgement("failed", failures=(record.failure(_mistakes(error)),))
        if record.account_id and not event.account_id:
            event = event.model_copy(update={"recipient_account_id": record.account_id})
        verdicts: list[Verdict] = []
        failures: list[RuleFailure] = []
        for listener in listeners:
            try:
                found: dict[str | None, int] = {}
                for violation in listener.rule.violations(event, listener.params):
                    nth = found.get(violation.resource, 0)
                    found[violation.resource] = nth + 1
                    verdicts.append(_verdict(listener, event, record, violation, nth))
            except Exception as error:  # noqa: BLE001  # a rule may raise anything; its neighbours go on
                failures.append(
                    RuleFailure(
                        listener.rule.id,
                        event.event_id,
                        event.event_name,
                        record.place,
                        _raised(listener.rule, error),
                    )
                )
        return Judgement("judged", tuple(verdicts), tuple(failures))


def _remember(memo: dict[K, V], key: K, value: V) -> V:
    if len(memo) >= _MEMO_SIZE:
        memo.clear()
    memo[key] = value
    return value


def _without_action(record: Record) -> Judgement:
    """Tell records that have no action by nature from those that lost theirs."""
    try:
        data = _whole.decode(record.raw)
    except (ValueError, RecursionError):
        data = {}
    kind = data.get("eventType")
    if isinstance(kind, str) and kind in _NO_ACTION:
        return Judgement("ignored", ignored=record.ignored(_NO_ACTION[kind]))
    missing = " and no ".join(field for field in ("eventName", "eventSource") if not data.get(field))
    failure = record.failure(f"not a CloudTrail record: it has no {missing}")
    return Judgement("failed", failures=(failure,))


def _id_of(data: dict[str, Any]) -> tuple[str, str] | None:
    """Return what a re-delivered event has in common with the first one; None if it has no id."""
    account_id = data.get("recipientAccountId") or data.get("recipientAccountID")
    event_id = data.get("eventID")
    if not isinstance(event_id, str) or not event_id:
        return None
    return account_id if isinstance(account_id, str) else "", event_id


def _facts(data: dict[str, Any]) -> Facts:
    """Read what matches ask for, from a record whose fields may be anything."""
    error = data.get("errorCode")
    identity = data.get("userIdentity")
    kind = identity.get("type") if isinstance(identity, dict) else None
    response = data.get("responseElements")
    refused = isinstance(response, dict) and response.get("ConsoleLogin") == "Failure"
    read_only = data.get("readOnly")
    return Facts(
        not error and not refused,
        str(error) if error else None,
        kind if isinstance(kind, str) else None,
        read_only if isinstance(read_only, bool) else _READ_ONLY.get(str(read_only)),
    )


def _verdict(
    listener: Listener, event: CloudTrailEvent, record: Record, violation: Violation, nth: int
) -> Verdict:
    rule = listener.rule
    event_id = event.event_id or hashlib.sha256(json.dumps(event.raw, sort_keys=True).encode()).hexdigest()
    return Verdict(
        id=verdict_id(rule.id, event_id, violation.resource, nth),
        rule_id=rule.id,
        compliance=Compliance.NON_COMPLIANT,
        severity=listener.severity or violation.severity or rule.severity,
        title=rule.title,
        reason=violation.reason,
        account_id=event.account_id,
        region=event.aws_region,
        event_id=event.event_id,
        event_time=event.event_time,
        event_source=event.event_source,
        event_name=event.event_name,
        actor=event.actor,
        source_ip=event.source_ip_address if event.source_ip else None,
        resource=violation.resource,
        origin=record.place,
        tags=rule.tags,
        evidence=dict(violation.evidence),
    )


def _mistakes(error: ValidationError) -> str:
    """Say which fields are wrong and how, without any of their content."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, d['loc']))}: {d['msg']}" for d in details)


def _raised(rule: Rule, error: Exception) -> str:
    """Say what a rule raised, and on which of its own lines."""
    frames = traceback.extract_tb(error.__traceback__)
    file = rule.check.__code__.co_filename
    frame = next((frame for frame in reversed(frames) if frame.filename == file), frames[-1])
    try:
        told = str(error)
    except Exception:  # noqa: BLE001  # exceptions are other people's code
        told = "an error that cannot be shown"
    return f"{type(error).__name__}: {told} ({frame.filename}:{frame.lineno}, in {frame.name})"
