"""`Guard`: settings, plugins, engine and notifiers put together; the only module that knows both ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from trailguard.decode import Payload, decode, decode_stream
from trailguard.engine import Engine
from trailguard.errors import ReadError, SettingsError, UnfinishedError, UnsupportedEvent, did_you_mean
from trailguard.notify import Notifier, deliver
from trailguard.plugins import BUILTIN_NOTIFIERS, Catalogue, collect, discover, load
from trailguard.record import DecodeFailure, Origin, ReadFailure
from trailguard.report import Counts, Failure, Notice, Report
from trailguard.settings import NotifierSettings, Settings, load_settings
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.sources import Source

__all__ = ["Guard"]

log = logging.getLogger("trailguard")


class Guard:
    """Judges whatever AWS delivers and tells the notifiers.

    ``guard = Guard.from_settings()`` and ``handler = guard.handle`` make a Lambda function. Make one at
    module level: it is built once a cold start, and keeps nothing between invocations.

    Args:
        engine: what judges.
        notifiers: who is told by `handle`.
    """

    def __init__(self, engine: Engine, notifiers: Iterable[Notifier] = ()) -> None:
        self.engine = engine
        self.notifiers = tuple(notifiers)

    @classmethod
    def from_settings(
        cls,
        settings: Settings | str | os.PathLike[str] | None = None,
        *,
        rules: Iterable[Rule] = (),
        plugins: Iterable[object] = (),
        notifiers: Iterable[Notifier] | None = None,
        only: Iterable[str] | None = None,
    ) -> Guard:
        """Put a guard together from settings, the built-in rules and the installed plugins.

        Args:
            settings: a file, or settings made in code; the file that ``TRAILGUARD_SETTINGS`` names, or the
                defaults, if left out.
            rules: further rules.
            plugins: further plugins, as modules. This is how to register where the entry points were
                stripped from the package, as Lambda packers do.
            notifiers: who is told, instead of those in the settings. Where neither names any, verdicts are
                written to standard output.
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
            notifiers = [_notifier(n, one, catalogue, settings) for n, one in enumerate(chosen)]
        return cls(engine, notifiers)

    def judge(self, payload: Payload) -> Report:
        """Judge a payload, and do nothing else.

        Args:
            payload: bytes (gzipped or not), text, or the object that Lambda passes to a handler.

        Raises:
            UnsupportedEvent: when nobody knows the payload's shape.
        """
        counts = Counts()
        verdicts: list[Verdict] = []
        failures: list[Failure] = []
        for notice in self.engine.judge_all(decode(payload), counts):
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
        for source in sources:
            try:
                if isinstance(source, ReadError):
                    raise source
                items = decode_stream(_watched(source.chunks(), on_read), Origin.at(source.name))
                yield from self.engine.judge_all(items, counts)
            except (ReadError, UnsupportedEvent) as error:
                failure: Failure
                if isinstance(error, ReadError):
                    failure = ReadFailure(error.source, error.problem)
                else:
                    failure = DecodeFailure(error.origin, error.problem, b"")
                counts.add(failure)
                yield failure

    def handle(self, event: Payload, context: object = None) -> dict[str, Any]:  # noqa: ARG002  # Lambda passes it
        """Judge what invoked a Lambda function, tell the notifiers, and answer.

        Args:
            event: the invocation's event.
            context: Lambda's context.

        Returns:
            A summary: ``{"records": {"seen": …, "judged": …, …}, "verdicts": …, "failures": …}``.

        Raises:
            UnsupportedEvent: when nobody knows the event's shape; nothing was judged.
            UnfinishedError: when a record could not be decoded or a notice not delivered, after everything
                else was. Lambda then tries again, or hands the event to a dead-letter queue. Verdicts that
                are delivered again bear the same ids.
        """
        report = self.judge(event)
        undelivered = deliver((*report.verdicts, *report.failures), self.notifiers)
        problems = [f"{f.origin}: {f.error}" for f in report.failures if isinstance(f, DecodeFailure)]
        problems += [f"notifier {u.notifier}: {u.error}" for u in undelivered]
        summary = _summary(report)
        log.info("judged %d records: %d verdicts", report.counts.seen, len(report.verdicts), extra=summary)
        if problems:
            raise UnfinishedError(problems)
        return summary


def _notifier(number: int, chosen: NotifierSettings, catalogue: Catalogue, settings: Settings) -> Notifier:
    """Make the notifier that settings ask for. Built-in ones are imported here, and only if asked for."""
    key = f"notifiers.{number}"
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


def _summary(report: Report) -> dict[str, Any]:
    counts = report.counts
    return {
        "records": {
            "seen": counts.seen,
            "unrouted": counts.unrouted,
            "judged": counts.judged,
            "ignored": counts.ignored,
            "failed": counts.failed,
        },
        "verdicts": len(report.verdicts),
        "failures": len(report.failures),
    }
