"""Watches rules being tested, and says at the end what their tests leave open: the contract and coverage."""

from __future__ import annotations

import copy
import importlib
import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from trailguard._rule import Rule
from trailguard.explain import fell_off
from trailguard.listeners import Listener
from trailguard.plugins import rules_in
from trailguard.record import printable
from trailguard.testing import examples
from trailguard.testing.contract import PROMISES
from trailguard.testing.coverage import coverage_of
from trailguard.testing.network import NetworkBlockedError, blocked_network
from trailguard.watch import ABSENT

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import FunctionType

    from pydantic import BaseModel

    from trailguard._rule import Event
    from trailguard.testing.examples import Example
    from trailguard.verdict import Violation

__all__ = ["Promise", "RuleSession"]

_LEGEND: Final = (
    "A condition is pinned down by an event that complies for it alone: a test would fail if the rule did not"
    " look."
)
_TAKES_ALL: Final = "has examples"  # the promise that a rule may seem to break where only some tests run
_KEPT: Final = 100  # examples of a rule that violate, and as many that comply: hypothesis makes thousands
_WIDTH: Final = 60
_SHOWN: Final = 3


class RuleSession:
    """One run of pytest: which events the tests hand to which rule, and what came of them.

    Args:
        config: pytest's.

    Attributes:
        is_part: whether only some of the tests run, so that examples may be missing.
    """

    def __init__(self, config: pytest.Config) -> None:
        # With --lf, whole files may be left out of which nobody is told.
        self.is_part = bool(config.getoption("lf", default=False))
        self._config = config
        self._contract: list[Rule] = []
        # By the function, since a rule itself may hold what cannot be a key.
        self._examples: dict[FunctionType, dict[str, Example]] = {}
        self._counts: Counter[tuple[FunctionType, bool, bool]] = Counter()
        self._may_fail = False
        self._patch = pytest.MonkeyPatch()

    def of(self, rule: Rule) -> list[Example]:
        """Return the examples of a rule."""
        return list(self._examples.get(rule.check, {}).values())

    def pytest_sessionstart(self) -> None:
        """Begin to watch: `Rule` knows nothing of tests, so its call is wrapped."""
        call = Rule.__call__

        def watched(rule: Rule, event: Event, params: BaseModel | None = None) -> list[Violation]:
            __tracebackhide__ = True
            given: Any = None
            with suppress(Exception):  # whatever is odd about the event: the test is of the rule
                given = copy.deepcopy(event)  # a rule may change it, which the contract is to find
            found = call(rule, event, params)
            with suppress(Exception):
                listener = Listener(rule, params, rule.matches(params), severity=None)
                asked = fell_off(listener, given) is None
                examples.tell(rule, given, params, asked=asked, fires=bool(found))
            return found

        self._patch.setattr(Rule, "__call__", watched)
        examples.LISTENERS.append(self._keep)

    def pytest_sessionfinish(self) -> None:
        """Stop watching."""
        self._patch.undo()
        examples.LISTENERS.remove(self._keep)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Take note of a test that is marked to fail: what it says of its events is not so yet."""
        self._may_fail = item.get_closest_marker("xfail") is not None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Put the contract behind the tests, whose examples it needs, however these are selected and sorted.

        Raises:
            UsageError: when a package of the contract cannot be imported, or has no rules.
        """
        tests = len(items)
        if not (self._left_out or session.testsfailed):  # a test file that cannot be imported is told alone
            self._contract = list(_rules_of(self._config.getini("trailguard_contract")))
        items += [
            Promise.from_parent(session, rules=self, rule=rule, promise=promise)
            for rule in self._contract
            for promise in PROMISES
        ]
        result = yield
        items.sort(key=lambda item: isinstance(item, Promise))
        self.is_part |= sum(not isinstance(item, Promise) for item in items) < tests
        return result

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the coverage, if it was asked for, and why the contract was not checked, if it was not."""
        if self._left_out and self._config.getini("trailguard_contract"):
            terminalreporter.line(f"trailguard contract: not checked; {self._left_out}")
        if not self._config.getoption("--trailguard-coverage"):
            return
        terminalreporter.section("trailguard coverage")
        for line in self._coverage():
            terminalreporter.line(printable(line))

    @property
    def _left_out(self) -> str:
        """Why the contract is not checked; empty if it is."""
        if self._config.pluginmanager.hasplugin("dsession"):
            return _DISTRIBUTED
        if _takes_all(self._config):
            return ""
        places = ", ".join(self._config.getini("testpaths")) or "the root directory"
        return f"it takes all tests, those in {places}"

    def _coverage(self) -> Iterator[str]:
        if self._config.pluginmanager.hasplugin("dsession"):
            yield _DISTRIBUTED
            return
        tested = [next(iter(kept.values())).rule for kept in self._examples.values()]
        rules = tested if self.is_part else self._contract or tested
        if not rules:
            yield "no test calls a rule, or asserts something about one"
            return
        yield _LEGEND
        for rule in sorted(rules, key=lambda rule: rule.id):
            yield from _told(rule.id, self.of(rule))

    def _keep(self, example: Example) -> None:
        try:
            key = f"{json.dumps(example.document)} {example.params!r}"
        except (TypeError, ValueError, RecursionError):
            return  # AWS sends JSON, and the contract changes what is in it
        if self._may_fail:
            example = replace(example, expected=None)
        kind = example.rule.check, example.asked, example.fires
        if self._counts[kind] < _KEPT and key not in self._examples.get(example.rule.check, {}):
            self._examples.setdefault(example.rule.check, {})[key] = example
            self._counts[kind] += 1


class Promise(pytest.Item):
    """A promise of one rule, as an item that pytest runs."""

    def __init__(self, *, rule: Rule, promise: str, rules: RuleSession, **more: Any) -> None:  # noqa: ANN401  # pytest's
        name = f"{rule.id}: {promise}"
        super().__init__(name, nodeid=f"trailguard_contract::{name}", **more)
        self._rules = rules
        self._rule = rule
        self._promise = promise

    def runtest(self) -> None:
        """Check the promise, by the examples that the tests gave."""
        given = self._rules.of(self._rule)
        try:
            with blocked_network():
                problems = list(PROMISES[self._promise](self._rule, given))
        except NetworkBlockedError as error:
            problems = [f"it reaches for {error.host}; a rule judges what is in its event"]
        if self._rules.is_part and (self._promise == _TAKES_ALL if problems else not given):
            pytest.skip("only some of the tests ran, and others may have the examples that it needs")
        if problems:
            raise _BrokenPromiseError("\n".join(f"{self._rule.id}: {problem}" for problem in problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401  # pytest's
        """Say what is wrong with the rule; a traceback would be one of ours."""
        if isinstance(excinfo.value, _BrokenPromiseError):
            return "\n".join(map(printable, str(excinfo.value).splitlines()))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, int, str]:
        """Return where the rule is."""
        code = self._rule.check.__code__
        return code.co_filename, code.co_firstlineno - 1, f"contract of {self.name}"


class _BrokenPromiseError(Exception):
    """A rule does not keep a promise."""


_DISTRIBUTED: Final = "no process of pytest-xdist sees all tests"


def _rules_of(packages: list[str]) -> Iterator[Rule]:
    """Yield the rules that have to keep the contract, each once."""
    seen: set[FunctionType] = set()
    for name in packages:
        try:
            rules = rules_in(importlib.import_module(name))
        except (Exception, SystemExit) as error:  # a package is other people's code
            problem = f"cannot be imported: {type(error).__name__}: {error}"
            raise pytest.UsageError(f"trailguard_contract: {name} {problem}") from error
        if not rules:
            raise pytest.UsageError(f"trailguard_contract: {name} has no rules")
        yield from (rule for rule in rules if rule.check not in seen)
        seen |= {rule.check for rule in rules}


def _takes_all(config: pytest.Config) -> bool:
    """Tell whether pytest was asked for all of the tests, and not for some folders or files of them."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        return True
    asked = [(config.invocation_params.dir / arg).resolve() for arg in config.args]
    wanted = [(config.rootpath / path).resolve() for path in config.getini("testpaths") or ["."]]
    return all(any(path.is_relative_to(one) for one in asked) for path in wanted)


def _told(rule_id: str, given: list[Example]) -> Iterator[str]:
    if not given:
        yield f"{rule_id}: no example"
        return
    coverage = coverage_of(given)
    total, loose = len(coverage.conditions), coverage.loose
    pinned = f"{total - len(loose)} of {total} conditions pinned down" if total else "no condition found"
    yield f"{rule_id}: {coverage.fires} violate, {coverage.complies} comply, {pinned}"
    for condition in loose:
        value = "absent" if condition.value is ABSENT else printable(repr(condition.value))[:_WIDTH]
        yield f"  not pinned down: {condition.field} ({value} where the event violates)"
    for field, near in coverage.missed:
        if near:
            yield f"  no example has: {field}; did you mean {near}?"
    others = [field for field, near in coverage.missed if not near]
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield f"  no example has: {', '.join(others[:_SHOWN])}{more}"
