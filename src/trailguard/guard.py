"""`Guard`: settings, plugins, engine and notifiers put together; the only module that knows both ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from trailguard.decode import Payload, decode, decode_stream
from trailguard.engine import Engine, Seen
from trailguard.errors import ReadError, SettingsError, UnsupportedEvent, did_you_mean
from trailguard.notify import Notifier, deliver
from trailguard.objects import FetchedObject, S3Objects
from trailguard.plugins import BUILTIN_NOTIFIERS, Catalogue, collect, discover, load
from trailguard.record import Batch, Decoded, DecodeFailure, ObjectRef, Origin, ReadFailure, Record
from trailguard.report import Counts, DeadLetter, Failure, Notice, Report
from trailguard.respond import Fates, respond
from trailguard.settings import NotifierSettings, Settings, load_settings
from trailguard.verdict import RuleFailure, Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client

    from trailguard._rule import Rule
    from trailguard.sources import Source

__all__ = ["Guard"]

log = logging.getLogger("trailguard")

_Owed = tuple[Notice, str | None]
"""Something to be told, and the invoker's id of the message that it came from."""


class Guard:
    """Judges whatever AWS delivers and tells the notifiers.

    ``guard = Guard.from_settings()`` and ``handler = guard.handle`` make a Lambda function. Make one at
    module level: it is built once a cold start, and keeps nothing between invocations.

    Args:
        engine: what judges.
        notifiers: who is told by `handle`.
        dead_letter: who gets what will never be decoded, with its bytes, instead of the notifiers. What it
            took counts as handled, so that a message that nobody can read does not come back for ever.
        settings: limits of decoding, and answers to invokers.
        s3: the client that fetches log files; one is made when a message names a file, if left out.
    """

    def __init__(
        self,
        engine: Engine,
        notifiers: Iterable[Notifier] = (),
        *,
        dead_letter: Notifier | None = None,
        settings: Settings | None = None,
        s3: S3Client | None = None,
    ) -> None:
        self.engine = engine
        self.notifiers = tuple(notifiers)
        self.dead_letter = dead_letter
        self.settings = settings or Settings()
        self._objects = S3Objects(s3)

    @classmethod
    def from_settings(  # noqa: PLR0913  # each may stand in for what the settings say
        cls,
        settings: Settings | str | os.PathLike[str] | None = None,
        *,
        rules: Iterable[Rule] = (),
        plugins: Iterable[object] = (),
        notifiers: Iterable[Notifier] | None = None,
        dead_letter: Notifier | None = None,
        s3: S3Client | None = None,
        only: Iterable[str] | None = None,
    ) -> Guard:
        """Put a guard together from settings, the built-in rules and the installed plugins.

        Args:
            settings: a file, or settings made in code; the file that ``TRAILGUARD_SETTINGS`` names, or the
                defaults, if left out.
            rules: further rules.
            plugins: further plugins, as modules. This is how to register where the entry points were
                stripped from the package, as Lambda packers do.
            notifiers: who is told, instead of those in the settings; ``()`` for nobody, not even the dead
                letter of the settings. Where neither names any, verdicts are written to standard output.
            dead_letter: who gets what will never be decoded, instead of the one in the settings.
            s3: the client that fetches log files.
            only: judge by these rules alone, by id.

        Raises:
            SettingsError: when a setting is wrong.
            PluginError: when a plugin cannot be used.
            NoRulesError: when no rule is left.
        """
        if not isinstance(settings, Settings):
            settings = load_settings(settings)
        named = [(getattr(plugin, "__name__", repr(plugin)), plugin) for plugin in plugins]
        catalogue = collect([*named, *((str(found), load(found)) for found in discover())])
        engine = Engine([*catalogue.rules, *rules], settings, only=only)
        if notifiers is None:
            chosen = settings.notifiers or (NotifierSettings(type="stream"),)
            notifiers = [
                _notifier(f"notifiers.{n}", one, catalogue, settings) for n, one in enumerate(chosen)
            ]
        notifiers = tuple(notifiers)
        if notifiers and dead_letter is None and settings.dead_letter:
            dead_letter = _notifier("dead_letter", settings.dead_letter, catalogue, settings)
        return cls(engine, notifiers, dead_letter=dead_letter, settings=settings, s3=s3)

    def judge(self, payload: Payload) -> Report:
        """Judge a payload, and tell nobody.

        Args:
            payload: bytes (gzipped or not), text, or the object that Lambda passes to a handler. Log files in
                S3 that it names are fetched.

        Raises:
            UnsupportedEvent: when nobody knows the payload's shape.
        """
        counts = Counts()
        verdicts: list[Verdict] = []
        failures: list[Failure] = []
        for notice in self.engine.judge_all(self._items(payload), counts):
            if isinstance(notice, Verdict):
                verdicts.append(notice)
            else:
                failures.append(notice)
        return Report(tuple(verdicts), tuple(failures), counts)

    def scan(
        self,
        sources: Iterable[Source | ReadError],
        counts: Counts,
        on_read: Callable[[int], object] | None = None,
    ) -> Iterator[Notice]:
        """Judge files, one after the other; yield verdicts and failures as they come.

        Args:
            sources: what `trailguard.sources.find` found.
            counts: is counted up.
            on_read: called with the size of each chunk read, in bytes; for a progress bar.
        """
        seen: Seen = set()
        for source in sources:
            if isinstance(source, ReadError):
                items: Iterable[Decoded | ReadFailure] = [ReadFailure(source.source, source.problem)]
            else:
                chunks = _watched(source.chunks(), on_read)
                items = self._fetched(self._read(chunks, Origin.at(source.name)))
            yield from self.engine.judge_all(items, counts, seen)

    def handle(self, event: Payload, context: object = None) -> dict[str, Any]:  # noqa: ARG002  # Lambda passes it
        """Judge what invoked a Lambda function, tell the notifiers, and answer.

        Args:
            event: the invocation's event.
            context: Lambda's context.

        Returns:
            What the invoker is owed: a partial batch response for SQS and Kinesis, records for Firehose, else
            a summary: ``{"records": {"seen": …, "judged": …, …}, "verdicts": …, "failures": …}``.

        Raises:
            UnsupportedEvent: when nobody knows the event's shape; nothing was judged.
            UnfinishedError: when something could not be decoded, fetched or delivered and the answer has no
                place to say so, after everything else was. Lambda then tries again, or hands the event to a
                dead-letter queue. Verdicts that are delivered again bear the same ids.
        """
        counts, fates, owed = Counts(), Fates(), list[_Owed]()
        seen: Seen = set()
        for item in self._items(event):
            message_id = item.message_id
            fate = fates[message_id]
            fate.has_events |= isinstance(item, Record | Batch)
            for notice in self.engine.judge_all([item], counts, seen):
                fate.is_matched |= isinstance(notice, Verdict)
                owed.append((notice, message_id))
        self._settle(owed, fates)
        summary = _summary(counts)
        log.info("judged %d records: %d verdicts", counts.seen, summary["verdicts"], extra=summary)
        for problem in fates.problems:
            log.warning("not done: %s", problem)
        return respond(event, fates, summary, self.settings.answers)

    def _settle(self, owed: Iterable[_Owed], fates: Fates) -> None:
        """Tell everybody what they are to know; note in the fates what remains to be done."""
        told: list[_Owed] = []
        letters: list[_Owed] = []
        for notice, message_id in owed:
            if isinstance(notice, Verdict | RuleFailure):
                told.append((notice, message_id))
            elif isinstance(notice, ReadFailure) and notice.transient:
                fates[message_id].problems.append(f"{notice.origin}: {notice.error}")
            elif self.dead_letter:
                data = notice.data if isinstance(notice, DecodeFailure) else b""
                letters.append((DeadLetter(notice.origin, notice.error, data, message_id), message_id))
            else:
                fates[message_id].problems.append(f"{notice.origin}: {notice.error}")
                told.append((notice, message_id))
        _tell(told, self.notifiers, fates)
        _tell(letters, [self.dead_letter] if self.dead_letter else [], fates)

    def _items(self, payload: Payload) -> Iterator[Decoded | ReadFailure]:
        limits = self.settings.limits
        items = decode(payload, max_bytes=limits.max_bytes, max_depth=limits.max_depth)
        return self._fetched(items)

    def _fetched(self, items: Iterable[Decoded | ReadFailure]) -> Iterator[Decoded | ReadFailure]:
        """Put what is in the objects in S3 in the objects' places."""
        for item in self._objects.fetch(items):
            if not isinstance(item, FetchedObject):
                yield item
                continue
            for inner in self._read(item.chunks(), item.ref.inner):
                if isinstance(inner, ObjectRef):  # whoever can write a log file could have us read anything
                    error = "a file in S3 that a file in S3 names is not fetched"
                    yield DecodeFailure(str(inner.inner), error, b"", inner.message_id)
                else:
                    yield inner

    def _read(self, chunks: Iterable[bytes], origin: Origin) -> Iterator[Decoded | ReadFailure]:
        """Decode what is read of a file. Whatever is wrong with it stays with it."""
        limits = self.settings.limits
        try:
            yield from decode_stream(chunks, origin, max_bytes=limits.max_bytes, max_depth=limits.max_depth)
        except ReadError as error:
            yield ReadFailure(error.source, error.problem, origin.message_id, error.transient)
        except UnsupportedEvent as error:
            yield DecodeFailure(error.origin, error.problem, b"", origin.message_id)


def _tell(owed: Sequence[_Owed], notifiers: Iterable[Notifier], fates: Fates) -> None:
    """Deliver notices; what is not delivered is a problem of the message that it came from."""
    message_ids = {id(notice): message_id for notice, message_id in owed}
    for undelivered in deliver([notice for notice, _ in owed], notifiers):
        message_id = message_ids.get(id(undelivered.notice))
        fates[message_id].problems.append(f"notifier {undelivered.notifier}: {undelivered.error}")


def _notifier(key: str, chosen: NotifierSettings, catalogue: Catalogue, settings: Settings) -> Notifier:
    """Make the notifier that settings ask for. Built-in ones are imported here, and only if asked for."""
    try:
        match chosen.type:
            case "sns":
                from trailguard.notifiers.sns import SnsNotifier  # noqa: PLC0415

                return SnsNotifier(**_settable(chosen.options, "topic_arn"))
            case "stream":
                from trailguard.notifiers.stream import StreamNotifier  # noqa: PLC0415

                return StreamNotifier(**_settable(chosen.options))
            case other if other in catalogue.notifiers:
                return catalogue.notifiers[other](**chosen.options)
    except Exception as error:
        raise SettingsError(settings.source, key, f"{chosen.type}: {error}") from error
    known = [*BUILTIN_NOTIFIERS, *catalogue.notifiers]
    hint = f"{did_you_mean(chosen.type, known)}; there are {', '.join(known)}"
    raise SettingsError(settings.source, f"{key}.type", f"no notifier is called {chosen.type!r}{hint}")


def _settable(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Refuse options that only code can give, such as a client."""
    for name in options:
        if name not in names:
            raise ValueError(f"no such option {name!r}{did_you_mean(name, names)}")
    return options


def _watched(chunks: Iterable[bytes], on_read: Callable[[int], object] | None) -> Iterator[bytes]:
    for chunk in chunks:
        if on_read is not None:
            on_read(len(chunk))
        yield chunk


def _summary(counts: Counts) -> dict[str, Any]:
    return {
        "records": {
            "seen": counts.seen,
            "unrouted": counts.unrouted,
            "judged": counts.judged,
            "ignored": counts.ignored,
            "failed": counts.failed,
        },
        "ignored_because": dict(counts.ignored_because),
        "verdicts": counts.verdicts.total(),
        "failures": counts.failed + counts.rule_failures + counts.unread,
    }
