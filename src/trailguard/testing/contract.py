"""What every rule of a package has to keep, tried out on the examples that its own tests give.

    problems = broken(rule, examples)

With the pytest plugin, one line in the settings of pytest turns this on for a package:
``trailguard_contract = ["acme_rules"]``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pydantic import ValidationError

from trailguard.errors import DecodingError
from trailguard.explain import fell_off
from trailguard.listeners import Listener
from trailguard.testing.changes import changed, general, odd_values
from trailguard.watch import ABSENT, document_of, path_text, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from trailguard._rule import Event, Rule
    from trailguard.testing.examples import Example
    from trailguard.verdict import Violation
    from trailguard.watch import Path

__all__ = ["PROMISES", "broken"]

_SHOWN: Final = 5


def broken(rule: Rule, examples: Sequence[Example]) -> list[str]:
    """Return the promises that a rule does not keep, each with what is wrong; empty when it keeps all.

    Args:
        rule: the rule.
        examples: events that tests handed to it.
    """
    return [
        f"{promise}: {problem}" for promise, check in PROMISES.items() for problem in check(rule, examples)
    ]


def _is_described(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:  # noqa: ARG001  # as all promises
    if not rule.documentation.strip():
        yield "the function has no docstring; say what it catches, why that matters, and what it gets wrong"
    if not rule.references:
        yield "it has no references; name a page to read more"
    for reference in rule.references:
        if not reference.startswith(("https://", "http://")):
            yield f"the reference {reference!r} is no URL"


def _has_examples(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        does = "violates" if example.fires else "complies"
        if example.expected not in {does, None}:
            yield f"{example.test} says that an event {example.expected}, and it {does}"
    fires = [example for example in examples if example.fires]
    if not fires:
        yield "no test has an event that it finds wrong"
    elif not any(example.asked for example in fires):
        _, why = _fell_off(rule, fires[0].event(), fires[0].params) or ("", "")
        yield f"it is never asked about any event that it finds wrong, as that of {fires[0].test}: {why}"
    if all(example.fires for example in examples):
        yield "no test has a near miss: an event that almost violates, and complies"


def _fell_off(rule: Rule, event: Event, params: BaseModel | None) -> tuple[str, str] | None:
    return fell_off(Listener(rule, params, rule.matches(params), severity=None), event)


def _never_raises(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:
    raised: dict[tuple[str, str], str] = {}
    tried: set[object] = set()
    for example in _repeatable(examples):
        for path in sorted(example.reads().visited, key=len, reverse=True):  # fields before what they are in
            key = (general(path), type(value_at(example.document, path)), example.fires)
            if key in tried:
                continue
            tried.add(key)
            for odd in odd_values(example.document, path):
                error = _raised(rule, example, path, odd)
                if error is not None:
                    told = rule.blame(error)
                    mistake = (
                        type(error).__name__,
                        told.rpartition(" (")[2],
                    )  # the line, whatever is odd there
                    raised.setdefault(mistake, f"it raises {told} where {path_text(path)} is {_written(odd)}")
    yield from list(raised.values())[:_SHOWN]


def _raised(rule: Rule, example: Example, path: Path, odd: Any) -> Exception | None:  # noqa: ANN401  # JSON of any shape
    """Return what a rule raises where one thing in an example is odd; None if it gets along."""
    try:
        event = example.event(changed(example.document, path, odd))
        if _fell_off(rule, event, example.params):
            return None
    except (LookupError, ValidationError, DecodingError):
        return None  # there is no such event, or it never reaches a rule
    try:
        list(rule.violations(event, example.params))
    except Exception as error:  # noqa: BLE001  # a rule may raise anything
        return error
    return None


def _changes_nothing(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:
    for example in _repeatable(examples):
        event, untouched = example.event(), example.event()
        found = _found(rule, event, example.params)
        if _all_of(event) != _all_of(untouched):
            yield f"it changes the event of {example.test}; others are to judge the same one"
            return
        if _found(rule, event, example.params) != found:
            yield f"asked twice about the event of {example.test}, it finds something else the second time"
            return
        if found is not None and example.asked and bool(found) != example.fires:
            finds = "finds something" if found else "finds nothing"
            yield f"asked again about the event of {example.test}, it {finds} wrong, other than in the test"
            return


def _all_of(event: Event) -> tuple[object, ...]:
    return event, event.raw, document_of(event)


def _found(rule: Rule, event: Event, params: BaseModel | None) -> list[Violation] | None:
    """Ask a rule; None where it raises, which is told elsewhere."""
    try:
        return list(rule.violations(event, params))
    except Exception:  # noqa: BLE001  # a rule may raise anything
        return None


def _gives_verdicts(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:
    """Evidence is the same after a way through JSON, which is how everybody gets it."""
    for example in _repeatable(examples):
        for violation in _found(rule, example.event(), example.params) or ():
            if not violation.reason.strip():
                yield f"it gives no reason for its violation in {example.test}"
                return
            if not _is_json(violation.evidence):
                evidence = ", ".join(f"{key}: {value!r}" for key, value in violation.evidence.items())
                yield f"the evidence in {example.test} is not the same after JSON: {evidence}"
                return


def _is_json(evidence: Mapping[str, Any]) -> bool:
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(dict(evidence))) == dict(evidence))
    except (TypeError, ValueError, RecursionError):  # what JSON has no word for
        return False


def _has_parameters(rule: Rule, examples: Sequence[Example]) -> Iterator[str]:  # noqa: ARG001  # as all promises
    if rule.parameters is None:
        return
    name, defaults = rule.parameters.__name__, rule.parameters()
    try:
        settings = json.loads(defaults.model_dump_json(warnings=False))
        again = rule.parameters.model_validate(settings)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        yield f"a default is not what settings may have: {name}.{field}: {first['msg']}"
    except ValueError as error:
        yield f"the defaults of {name} cannot be written as settings: {error}"
    else:
        if again != defaults:
            yield f"the defaults of {name} are not the same after JSON, in which settings have them"


def _repeatable(examples: Sequence[Example]) -> Iterator[Example]:
    return (example for example in examples if example.is_repeatable)


def _written(value: object) -> str:
    return "absent" if value is ABSENT else json.dumps(value)


PROMISES: Final[dict[str, Callable[[Rule, Sequence[Example]], Iterator[str]]]] = {
    "says what it is": _is_described,
    "has examples": _has_examples,
    "never raises": _never_raises,
    "changes nothing": _changes_nothing,
    "gives verdicts that can be written": _gives_verdicts,
    "has parameters that can be set": _has_parameters,
}
"""What a rule has to keep, with what finds out whether it does."""
