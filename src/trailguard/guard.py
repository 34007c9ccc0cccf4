"""`Guard`: settings, plugins, engine and notifiers put together; the only module that knows both ends."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from trailguard.assembly import assemble
from trailguard.clients import ConfigClients
from trailguard.config_rules import chosen, invocation_of
from trailguard.engine import Engine, Judgement, Seen
from trailguard.errors import DecodingError, ReadError, StoreError
from trailguard.evaluations import Evaluation, evaluate, put, worst
from trailguard.intake import Intake
from trailguard.judged import JudgedFile
from trailguard.notify import Announcement, Notifier, Patience
from trailguard.once import Once, each_once
from trailguard.outbox import Owed, settle
from trailguard.record import (
    Batch,
    Decoded,
    Origin,
    ReadFailure,
    Record,
)
from trailguard.report import Counts, Failure, Notice, Report
from trailguard.respond import Fates, respond
from trailguard.review import Review
from trailguard.settings import Settings
from trailguard.stores.memory import MemoryStore
from trailguard.suppression import Suppressions
from trailguard.verdict import Compliance, PluginFailure, RuleFailure, Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_config import ConfigServiceClient
    from mypy_boto3_s3 import S3Client

    from trailguard._rule import Rule
    from trailguard.decode import Payload
    from trailguard.errors import PluginError
    from trailguard.models.config import ConfigRuleInvocation
    from trailguard.sources import Source
    from trailguard.stores import Store

__all__ = ["Guard"]

log = logging.getLogger("trailguard")

_LEFT_SCOPE: Final = "a resource to which the config rule does not apply any more"
_UNBOUNDED: Final = sys.maxsize
"""What is judged without telling anybody ends, and so does what has to be remembered of it."""

_TO_ANSWER: Final = 1.0
"""How many seconds of an invocation are kept for the answer."""

# There is an engine for each set of parameters that rules of AWS Config have: as many as there are rules.
_ENGINES: Final = 100


class Guard:
    """Judges whatever AWS delivers and tells the notifiers.

    ``guard = Guard.from_settings()`` and ``handler = guard.handle`` make a Lambda function. Make one at
    module level: it is built once a cold start, and keeps no event between invocations.

    Args:
        engine: what judges.
        notifiers: who is told by `handle`.
        dead_letter: who gets what will never be decoded, with its bytes, instead of the notifiers. What it
            took counts as handled, so that a message that nobody can read does not come back for ever.
        settings: limits of decoding, and answers to invokers.
        s3: the client that fetches log files; one is made when a message names a file, if left out.
        config: the client that tells AWS Config about evaluations, and fetches oversized items; by default
            one is made when it is needed, as the settings say.
        problems: why plugins, or parts of them, are left out. The notifiers are told once, by the first
            `handle`; a report's counts are never complete then.
        store: what remembers between invocations what was told, and what rules count; this process's
            memory, if left out. `judge` and `scan` tell nobody, and have a memory of their own.
    """

    def __init__(  # noqa: PLR0913  # each may stand in for what the settings say
        self,
        engine: Engine,
        notifiers: Iterable[Notifier] = (),
        *,
        dead_letter: Notifier | None = None,
        settings: Settings | None = None,
        s3: S3Client | None = None,
        config: ConfigServiceClient | None = None,
        problems: Iterable[PluginError] = (),
        store: Store | None = None,
    ) -> None:
        self.engine = engine
        self.notifiers = tuple(notifiers)
        self.dead_letter = dead_letter
        self.settings = settings or Settings.defaults()
        self.problems = tuple(problems)
        failures = [PluginFailure(problem.plugin, problem.problem) for problem in self.problems]
        self._announcement = Announcement(failures, self.notifiers)
        self._config = ConfigClients(self.settings.config, config)
        self._intake = Intake(self.settings.limits, s3, self._config)
        self._engines: dict[str, Engine] = {}
        store = MemoryStore() if store is None else store  # an empty one may be false
        remember = self.settings.state.remember_hours * 3600
        self._suppressions = Suppressions(self.settings.exceptions)
        self._review = self._reviewing(store)
        self._told = each_once(self.notifiers, store, remember)
        self._dead_letter = Once(dead_letter, store, remember, "dead letter") if dead_letter else None

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
        config: ConfigServiceClient | None = None,
        only: Iterable[str] | None = None,
        store: Store | None = None,
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
            config: the client that tells AWS Config about evaluations, and fetches oversized items.
            only: judge by these rules alone, by id.
            store: what remembers between invocations, instead of the state in the settings.

        Raises:
            SettingsError: when a setting is wrong.
            PluginError: when a plugin cannot be used. With ``plugins.on_error = "skip"`` in the settings, it
                is left out, logged, and kept in ``problems``.
            NoRulesError: when no rule is left.
        """
        parts = assemble(
            settings, rules=rules, plugins=plugins, notifiers=notifiers, dead_letter=dead_letter, only=only
        )
        return cls(
            parts.engine,
            parts.notifiers,
            dead_letter=parts.dead_letter,
            settings=parts.settings,
            s3=s3,
            config=config,
            problems=parts.problems,
            store=parts.store if store is None else store,
        )

    def judge(self, payload: Payload) -> Report:
        """Judge a payload, and tell nobody.

        Args:
            payload: bytes (gzipped or not), text, or the object that Lambda passes to a handler. Log files in
                S3 that it names are fetched.

        Raises:
            UnsupportedEvent: when nobody knows the payload's shape.
            SettingsError: when it is an invocation of a rule of AWS Config with wrong parameters.
        """
        verdicts: list[Verdict] = []
        failures: list[Failure] = []
        invocation = invocation_of(payload)
        counts = Counts(plugin_failures=self._unasked(invocation))
        engine = self._engine_of(invocation)
        review = self._reviewing(MemoryStore(max_entries=_UNBOUNDED))
        for found in engine.judge_all(self._intake.payload(payload, engine, invocation), counts):
            notice = review.admit(found, counts)
            if notice is None:
                continue
            if isinstance(notice, Verdict):
                verdicts.append(notice)
            else:
                failures.append(notice)
        return Report(tuple(verdicts), tuple(failures), counts)

    def scan(
        self,
        sources: Iterable[Source | ReadError | JudgedFile],
        counts: Counts,
        on_read: Callable[[int], object] | None = None,
    ) -> Iterator[Notice]:
        """Judge files, one after the other; yield verdicts and failures as they come.

        Args:
            sources: what `trailguard.sources.find` found, or what `trailguard.parallel.Workers` made of it.
            counts: is counted up.
            on_read: called with the size of each chunk read, in bytes; for a progress bar.
        """
        counts.plugin_failures = self._unasked()
        seen: Seen = set()
        review = self._reviewing(MemoryStore(max_entries=_UNBOUNDED))
        for source in sources:
            if isinstance(source, JudgedFile) and source.is_by(self.engine):
                notices: Iterable[Notice] = source.notices(counts, seen)
                if on_read is not None:
                    on_read(source.source.size)
            else:
                own = source.source if isinstance(source, JudgedFile) else source
                notices = self.engine.judge_all(self._items(own, on_read), counts, seen)
            for notice in notices:
                admitted = review.admit(notice, counts)
                if admitted is not None:
                    yield admitted

    def judge_file(self, source: Source) -> JudgedFile:
        """Judge a file for another process, whose `scan` takes it up among the others.

        Args:
            source: the file.
        """
        return JudgedFile.of(source, self._items(source), self.engine)

    def handle(self, event: Payload, context: object = None) -> dict[str, Any]:
        """Judge what invoked a Lambda function, tell the notifiers, and answer.

        Args:
            event: the invocation's event.
            context: Lambda's context, which knows how much time is left to deliver.

        Returns:
            What the invoker is owed: a partial batch response for SQS and Kinesis, records for Firehose, else
            a summary: ``{"records": {"seen": …, "judged": …, …}, "verdicts": …, …}``. AWS Config
            is told by PutEvaluations what its custom rule was invoked for; there the summary has
            ``evaluations``, too, by compliance type.

        Raises:
            UnsupportedEvent: when nobody knows the event's shape; nothing was judged.
            SettingsError: when the parameters of a rule of AWS Config name a rule or a parameter that nobody
                knows, or a value is wrong.
            UnfinishedError: when something could not be decoded, fetched or delivered and the answer has no
                place to say so, after everything else was. Lambda then tries again, or hands the event to a
                dead-letter queue. Verdicts that are delivered again bear the same ids.
        """
        patience = _patience(context)
        for undelivered in self._announcement.deliver(patience):
            log.warning("not done: notifier %s: %s", undelivered.notifier, undelivered.error)
        invocation = invocation_of(event)
        if invocation is not None:
            return self._run_rule(event, invocation, patience)
        counts, fates, owed = Counts(plugin_failures=self._unasked()), Fates(), list[Owed]()
        seen: Seen = set()
        silent: list[StoreError] = []
        for item in self._intake.payload(event, self.engine):
            message_id = item.message_id
            fate = fates[message_id]
            fate.has_events |= isinstance(item, Record | Batch)
            for found in self.engine.judge_all([item], counts, seen):
                fate.is_matched |= isinstance(found, Verdict)  # even if it is told to nobody
                notice = self._admitted(found, counts, fate.problems, silent)
                if notice is not None:
                    owed.append((notice, message_id))
        settle(owed, self._told, self._dead_letter, fates, patience)
        return self._answer(event, fates, counts.summary())

    def _run_rule(
        self, event: Payload, invocation: ConfigRuleInvocation, patience: Patience
    ) -> dict[str, Any]:
        """Evaluate what a rule of AWS Config was invoked for."""
        unasked = self._unasked(invocation)
        counts, fates, owed = Counts(plugin_failures=unasked), Fates(), list[Owed]()
        evaluations: list[Evaluation] = []
        engine = self._engine_of(invocation)
        problems = fates[None].problems
        silent: list[StoreError] = []
        for item in self._intake.payload(event, engine, invocation):
            for record, judged in _judgements(item, engine, invocation, counts):
                judgement = self._excepted(judged)
                found = (self._admitted(notice, counts, problems, silent) for notice in judgement.verdicts)
                owed += [(notice, None) for notice in (*found, *judgement.failures) if notice is not None]
                # Nobody else tells AWS Config that there is no evaluation.
                problems += [
                    f"{failure.origin}: rule {failure.rule_id} failed: {failure.error}"
                    for failure in judgement.failures
                    if isinstance(failure, RuleFailure)
                ]
                try:
                    evaluations += evaluate(record, judgement) if record else ()
                except DecodingError as error:
                    problems.append(f"{record.place if record else 'payload'}: {error}")
        settle(owed, self._told, self._dead_letter, fates, patience)
        evaluations = worst(evaluations)
        if unasked:
            problems.append("AWS Config is told of violations only: plugins are left out, see guard.problems")
            evaluations = [one for one in evaluations if one.compliance is Compliance.NON_COMPLIANT]
        if not invocation.result_token:
            problems.append("AWS Config is told nothing: the invocation has no resultToken")
        elif evaluations or (
            counts.complete and not problems
        ):  # nothing is no answer if something went wrong
            problems += put(partial(self._config.of_rule, invocation), evaluations, invocation.result_token)
        told = Counter(evaluation.compliance.value for evaluation in evaluations)
        return self._answer(event, fates, counts.summary() | {"evaluations": dict(told)})

    def _items(
        self, source: Source | ReadError, on_read: Callable[[int], object] | None = None
    ) -> Iterable[Decoded | ReadFailure]:
        if isinstance(source, ReadError):
            return [ReadFailure(source.source, source.problem)]
        chunks = _watched(source.chunks(), on_read)
        return self._intake.file(chunks, Origin.at(source.name), self.engine)

    def _reviewing(self, store: Store) -> Review:
        return Review(self.engine.rules, self._suppressions, store)

    def _admitted(
        self, notice: Notice, counts: Counts, problems: list[str], silent: list[StoreError]
    ) -> Notice | None:
        """Review a notice. Where nobody remembers, the event has to come again: nothing is dropped.

        A store that was silent once in an invocation is not asked again: the time is the notifiers'.
        """
        try:
            if silent and self._review.remembers(notice):
                raise silent[0]
            return self._review.admit(notice, counts)
        except StoreError as error:
            silent[:] = [error]
            problems.append(str(error))
            return None

    def _excepted(self, judgement: Judgement) -> Judgement:
        """Return a judgement as the standing exceptions leave it."""
        verdicts = tuple(map(self._review.suppressed, judgement.verdicts))
        return judgement._replace(verdicts=verdicts)

    def _answer(self, event: Payload, fates: Fates, summary: dict[str, Any]) -> dict[str, Any]:
        seen = summary["records"]["seen"]
        log.info("judged %d records: %d verdicts", seen, summary["verdicts"], extra=summary)
        for problem in fates.problems:
            log.warning("not done: %s", problem)
        return respond(event, fates, summary, self.settings.answers)

    def _unasked(self, invocation: ConfigRuleInvocation | None = None) -> int:
        """Count what is left out of what should be asked: nothing, if the rules are named and there."""
        return 0 if invocation and "rules" in invocation.rule_parameters else len(self.problems)

    def _engine_of(self, invocation: ConfigRuleInvocation | None) -> Engine:
        """Return what judges: for a rule of AWS Config by the rules that it asks, and by its parameters."""
        if invocation is None:
            return self.engine
        role = self._config.role(invocation.account_id, invocation)
        at = json.dumps([invocation.rule_parameters, role], sort_keys=True)
        engine = self._engines.get(at)
        if engine is None:
            asked = chosen(invocation, self.engine.listeners, self.engine.settings)
            if not asked.rules:
                return self.engine
            if len(self._engines) >= _ENGINES:
                self._engines.clear()
            clients = partial(self._config.any, role_arn=role)
            engine = Engine(self.engine.rules, asked.settings, only=asked.rules, clients=clients)
            self._engines[at] = engine
        return engine


def _judgements(
    item: Decoded | ReadFailure, engine: Engine, invocation: ConfigRuleInvocation, counts: Counts
) -> Iterable[tuple[Record | None, Judgement]]:
    """Judge what a rule of AWS Config was invoked for, unless the rule does not apply to it any more."""
    if invocation.event_left_scope and isinstance(item, Record):
        counts.ignored_because[_LEFT_SCOPE] += 1
        return [(item, Judgement("ignored", ignored=item.ignored(_LEFT_SCOPE)))]
    return engine.judgements([item], counts)


def _patience(context: object) -> Patience:
    """Return how long delivering may take: what the invocation has left, but for time to answer."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    return Patience(max(left() / 1000 - _TO_ANSWER, 0.0)) if callable(left) else Patience()


def _watched(chunks: Iterable[bytes], on_read: Callable[[int], object] | None) -> Iterator[bytes]:
    for chunk in chunks:
        if on_read is not None:
            on_read(len(chunk))
        yield chunk
