"""Judges raw records: routes on a field or two, parses what some rule listens to, and isolates the rules.

Most records end after two dictionary look-ups. What the fast parser refuses takes a slow path that repairs
the record and sends it the same way, so that both give the same verdicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar, cast

import msgspec

from trailguard.errors import DecodingError
from trailguard.feeds import FEEDS
from trailguard.listeners import Listener, listeners
from trailguard.match import Facts, Match, Router, glob
from trailguard.mend import repair
from trailguard.models.config import ScheduledRun
from trailguard.record import (
    Batch,
    Caller,
    Decoded,
    DecodeFailure,
    Ignored,
    ObjectRef,
    OversizedItem,
    ReadFailure,
    Record,
)
from trailguard.report import REPEAT
from trailguard.settings import Settings
from trailguard.verdict import Compliance, RuleFailure, Verdict, Violation, verdict_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.feeds import About, Feed, Key
    from trailguard.record import Head, Kind
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

    def add_to(self, counts: Counts) -> None:
        """Count the record, by its fate, and what was found."""
        if self.fate == "judged":
            counts.judged += 1
        elif self.fate == "unrouted":
            counts.unrouted += 1
        elif self.ignored:
            counts.ignored_because[self.ignored.reason] += 1
        for notice in (*self.verdicts, *self.failures):
            counts.add(notice)


_UNROUTED: Final = Judgement("unrouted")
_CLEAN: Final = Judgement("judged")

_whole = msgspec.json.Decoder(dict[str, Any])

# Hostile input could name endless actions; a memo that fills up is started afresh.
_MEMO_SIZE: Final = 20_000

_Routes = tuple[tuple[Match, Listener], ...]
Seen = set[str]
"""Which events were judged, by what they have in common with their re-deliveries."""


class Engine:
    """Judges records by rules. It does no I/O itself, keeps nothing of what it judged; threads may share it.

    Args:
        rules: the rules to judge by.
        settings: which of them are on, with which parameters and severities; all, with their defaults, if
            left out.
        only: judge by these rules alone, by id, whether the settings have them on or not.
        clients: makes the AWS clients of rules about scheduled runs, of a service's name; boto3 does, if left
            out.

    Raises:
        NoRulesError: when no rule is left.
        DuplicateRuleError: when two rules bear one id.
        SettingsError: when the settings name an unknown rule or parameter, or a parameter's value is wrong.

    Attributes:
        listeners: the rules as the settings have them, sorted by id.
        settings: the settings.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        settings: Settings | None = None,
        *,
        only: Iterable[str] | None = None,
        clients: Callable[[str], Any] | None = None,
    ) -> None:
        self.settings: Final = settings or Settings.defaults()
        self.listeners: Final = listeners(rules, self.settings, only)
        self._clients = clients
        self._max_record_bytes = self.settings.limits.max_record_bytes
        self._lanes = {kind: _Lane(feed, self.listeners, kind) for kind, feed in FEEDS.items()}

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
        for _, judgement in self.judgements(items, counts, seen):
            yield from judgement.verdicts
            yield from judgement.failures

    def judgements(
        self, items: Iterable[Decoded | ReadFailure], counts: Counts, seen: Seen | None = None
    ) -> Iterator[tuple[Record | None, Judgement]]:
        """Judge as `judge_all` does; yield what came of each record.

        Yields:
            A record with its judgement; None in its place for what is no record. Those records of a file are
            left out, though counted, to which no rule listens.
        """
        seen = set() if seen is None else seen
        for item in items:
            for record, judgement in self._judged(item, counts, seen):
                judgement.add_to(counts)
                if judgement.fate != "unrouted" or not isinstance(item, Batch):
                    yield record, judgement

    def _judged(
        self, item: Decoded | ReadFailure, counts: Counts, seen: Seen
    ) -> Iterable[tuple[Record | None, Judgement]]:
        match item:
            case Batch():
                lane = self._lanes[item.kind]
                keys = lane.feed.keys(item.heads)
                listened = lane.listened(keys, item)
                counts.unrouted += len(keys) - len(listened)
                records = item.records(listened) if listened else []
                return (
                    (r, self._judge(r, lane, keys[n], seen)) for n, r in zip(listened, records, strict=True)
                )
            case Record():
                return ((item, self.judge(item, seen)),)
            case Ignored():
                return ((None, Judgement("ignored", ignored=item)),)
            case DecodeFailure() | ReadFailure():
                return ((None, Judgement("failed", failures=(item,))),)
            case ObjectRef() | OversizedItem():
                unread = ReadFailure(item.place, "nobody fetched it", item.message_id)
                return ((None, Judgement("failed", failures=(unread,))),)

    def listens_to(self, record: Record) -> bool:
        """Tell whether `judge` would ask any rule about a record, or fail to.

        Of a configuration item the summary will do, which has everything but the configuration.
        """
        lane = self._lanes[record.kind]
        try:
            (key,) = lane.feed.keys([lane.feed.head.decode(record.raw)])
            routes = lane.routes(key) if all(key) else None
            return routes is None or bool(lane.admitted(key, routes, _whole.decode(record.raw)))
        except (ValueError, RecursionError):
            return True

    def judge(self, record: Record, seen: Seen | None = None) -> Judgement:
        """Judge one record by every rule that listens to it.

        Never raises: what cannot be decoded, and rules that raise, are in the judgement.

        Args:
            record: the record.
            seen: the events that were judged before, if that matters; is added to.
        """
        lane = self._lanes[record.kind]
        try:
            (key,) = lane.feed.keys([lane.feed.head.decode(record.raw)])
        except (ValueError, RecursionError):
            return self._judge_repaired(record, lane, seen)
        return self._judge(record, lane, key, seen)

    def _judge(self, record: Record, lane: _Lane, key: Key, seen: Seen | None) -> Judgement:
        routes = lane.known_routes.get(key)
        if routes is None:
            if not all(key):
                return _keyless(record, lane.feed)
            routes = lane.routes(key)
        if not routes:
            return _UNROUTED
        if len(memoryview(record.raw)) > self._max_record_bytes:
            why = f"larger than the {self._max_record_bytes:,} bytes that a record may have"
            return Judgement("failed", failures=(record.failure(why),))
        try:
            data = _whole.decode(record.raw)
        except (ValueError, RecursionError):
            return self._judge_repaired(record, lane, seen)
        listeners = lane.admitted(key, routes, data)
        return self._ask_once(listeners, record, lane.feed, data, seen) if listeners else _UNROUTED

    def _ask_once(
        self,
        listeners: tuple[Listener, ...],
        record: Record,
        feed: Feed,
        data: dict[str, Any],
        seen: Seen | None,
    ) -> Judgement:
        event_id = feed.id_of(data, record)
        if seen is None or event_id is None:
            return self._ask(listeners, record, feed, data, has_id=event_id is not None)
        if event_id in seen:
            return Judgement("ignored", ignored=record.ignored(REPEAT))
        judgement = self._ask(listeners, record, feed, data, has_id=True)
        if judgement.fate == "judged":
            seen.add(event_id)
        return judgement

    def _judge_repaired(self, record: Record, lane: _Lane, seen: Seen | None) -> Judgement:
        """Send a record that the fast parser refuses the same way again, repaired; once."""
        raw = bytes(record.raw)
        try:
            if record.repair:
                if _missing(lane.feed, _whole.decode(raw)):
                    return _keyless(record, lane.feed)
                lane.feed.head.decode(raw)  # says why
            mended = self.judge(msgspec.structs.replace(record, raw=repair(raw), repair="repaired"), seen)
        except (DecodingError, ValueError, RecursionError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            failure = msgspec.structs.replace(record, repair=None).failure(why)
            return Judgement("failed", failures=(failure,))
        # Whoever looks into a failure wants the bytes that AWS sent.
        failures = [
            msgspec.structs.replace(f, data=raw) if isinstance(f, DecodeFailure) else f
            for f in mended.failures
        ]
        return mended._replace(failures=tuple(failures))

    def _ask(
        self,
        listeners: tuple[Listener, ...],
        record: Record,
        feed: Feed,
        data: dict[str, Any],
        *,
        has_id: bool,
    ) -> Judgement:
        try:
            event = feed.event(data, record)
        except DecodingError as error:
            return Judgement("failed", failures=(record.failure(str(error)),))
        if isinstance(event, ScheduledRun) and self._clients is not None:
            event = event.with_clients(self._clients)
        # A rule may change what it should only read, and that shall not become part of an id.
        about = None if has_id else feed.about(event)
        verdicts: list[Verdict] = []
        failures: list[RuleFailure] = []
        for listener in listeners:
            try:
                found: dict[str | None, int] = {}
                for violation in listener.rule.violations(event, listener.params):
                    about = about or feed.about(event)
                    nth = found.get(violation.resource, 0)
                    found[violation.resource] = nth + 1
                    verdicts.append(_verdict(listener, about, record, violation, nth))
            except Exception as error:  # noqa: BLE001  # a rule may raise anything; its neighbours go on
                about = about or feed.about(event)
                failures.append(_rule_failure(listener, about, record, error))
        return Judgement("judged", tuple(verdicts), tuple(failures)) if verdicts or failures else _CLEAN


class _Lane:
    """The way of one kind of record to the rules that listen to it, with a memo of who listens to what."""

    def __init__(self, feed: Feed, listeners: Iterable[Listener], kind: Kind) -> None:
        self.feed = feed
        self.known_routes: dict[Key, _Routes] = {}
        routes = [(m, one) for one in listeners for m in one.matches if m.kind == kind]
        self._router = Router(routes)
        # Not among these is who listens to all that failed, or that some identity did: see `listened`.
        self._narrow_routes: dict[Key, _Routes] = {}
        wide = self._wide = {id(match): match for match, _ in routes if match.is_wide}
        self._of_errors = [glob(error) for match in wide.values() for error in match.error]
        self._of_identities = [one for match in wide.values() if not match.error for one in match.identity]
        self._admitted: dict[tuple[Key, Facts], tuple[Listener, ...]] = {}

    def listened(self, keys: list[Key], batch: Batch) -> list[int]:
        """Return which records of a batch have to be looked at: almost never any."""
        routes = self._narrow_routes
        # A key that is not in the memo yet is looked at, and remembered then.
        found = [n for n, key in enumerate(keys) if routes.get(key, True)]
        if not self._wide:
            return found
        # For whoever listens to all services, each record would have to be looked at, were it not for these.
        heads, identities, errors = cast("list[Head]", batch.heads), self._of_identities, self._of_errors
        others = [
            n
            for n, head in enumerate(heads)
            if (isinstance(who := head.user_identity, Caller) and who.type in identities)
            or (head.error_code and any(error.fullmatch(str(head.error_code)) for error in errors))
        ]
        return sorted({*found, *others}) if others else found

    def routes(self, key: Key) -> _Routes:
        """Return who may listen to the records of a key."""
        known = self.known_routes.get(key)
        if known is None:
            known = _remember(self.known_routes, key, self._router.find(*key))
            narrow = tuple(route for route in known if id(route[0]) not in self._wide)
            _remember(self._narrow_routes, key, narrow)
        return known

    def admitted(self, key: Key, routes: _Routes, data: dict[str, Any]) -> tuple[Listener, ...]:
        """Return who listens to a record."""
        facts = self.feed.facts(data)
        at = (key, facts)
        known = self._admitted.get(at)
        if known is None:
            admitted = {id(listener): listener for match, listener in routes if match.admits(facts)}
            by_rule = sorted(admitted.values(), key=lambda listener: listener.rule.id)
            known = _remember(self._admitted, at, tuple(by_rule))
        return known


def _remember(memo: dict[K, V], key: K, value: V) -> V:
    if len(memo) >= _MEMO_SIZE:
        memo.clear()
    memo[key] = value
    return value


def _keyless(record: Record, feed: Feed) -> Judgement:
    """Tell records that have no key by nature from those that lost theirs."""
    try:
        data = _whole.decode(record.raw)
    except (ValueError, RecursionError):
        data = {}
    if reason := feed.keyless(data):
        return Judgement("ignored", ignored=record.ignored(reason))
    why = f"not {feed.noun}: it has no {' and no '.join(_missing(feed, data))}"
    return Judgement("failed", failures=(record.failure(why),))


def _missing(feed: Feed, data: dict[str, Any]) -> list[str]:
    return [field for field in feed.keyed_by if data.get(field) in (None, "")]


def _rule_failure(listener: Listener, about: About, record: Record, error: Exception) -> RuleFailure:
    rule = listener.rule
    return RuleFailure(rule.id, about.fields["event_id"], about.name, record.place, rule.blame(error))


def _verdict(listener: Listener, about: About, record: Record, violation: Violation, nth: int) -> Verdict:
    rule = listener.rule
    resource = violation.resource or about.resource
    resource_type = {"resource_type": violation.resource_type} if violation.resource_type else {}
    return Verdict(
        id=verdict_id(rule.id, about.event_id, resource, nth),
        rule_id=rule.id,
        compliance=Compliance.NON_COMPLIANT,
        severity=listener.severity or violation.severity or rule.severity,
        title=rule.title,
        reason=violation.reason,
        resource=resource,
        origin=record.place,
        tags=rule.tags,
        evidence=dict(violation.evidence),
        **about.fields | resource_type,
    )
