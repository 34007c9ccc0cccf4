"""The `rule` decorator, and the value it makes of a function.

The decorator registers nothing: a module that defines rules can be imported for any reason. Everything
that can be wrong with a rule's declaration is found here, when it is defined, and names the rule.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ValidationError

from trailguard.errors import DefinitionError
from trailguard.match import Match, Outcome
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigurationItem, ScheduledRun
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup, Threshold

if TYPE_CHECKING:
    from trailguard.record import Kind

__all__ = ["Event", "Rule", "defaults_of", "rule"]

On = str | Match | Iterable[str | Match]
Finding = str | Violation
Result = Finding | Iterable[Finding] | None
Event = CloudTrailEvent | ConfigurationItem | ScheduledRun
"""What a rule may be asked about."""

E = TypeVar("E", CloudTrailEvent, ConfigurationItem, ScheduledRun)
Check = Callable[[E], Result] | Callable[[E, Any], Result]

_KINDS: dict[type[Event], Kind] = {
    CloudTrailEvent: "event",
    ConfigurationItem: "configuration item",
    ScheduledRun: "scheduled run",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: a function of one event, and what the engine and the catalogue need to know of it.

    Call it with an event, and with parameters if the defaults won't do, to see what it finds.

    Attributes:
        id: the function's name in kebab-case, as AWS Config names its managed rules.
        title: one line for people.
        severity: how bad a violation is unless the violation says otherwise.
        check: the function.
        on: what it listens to, as it was declared; `matches` works it out.
        outcome: of the plain patterns in ``on``.
        model: the event model the rule takes.
        parameters: the pydantic model of its parameters, if it has any.
        tags: such as ``mitre:T1562.007`` or ``cis:5.2``.
        references: URLs to read more.
        lint_ignore: codes of ``trailguard lint`` that do not apply to the rule.
        threshold: from how many events on it is a violation.
        dedup: of which violations only the first is told.
        documentation: the function's docstring: what it catches, why it matters, known false positives.
        module: where it is defined.
    """

    id: str
    title: str
    severity: Severity
    check: FunctionType
    on: On | Callable[[Any], On]
    outcome: Outcome | None = None
    model: type[Event] = CloudTrailEvent
    parameters: type[BaseModel] | None = None
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    lint_ignore: tuple[str, ...] = ()
    threshold: Threshold | None = None
    dedup: Dedup | None = None
    documentation: str = field(default="", repr=False)
    module: str = ""

    def __call__(self, event: Event, params: BaseModel | None = None) -> list[Violation]:
        """Return what the rule finds wrong with an event, whether it listens to such events or not."""
        return list(self.violations(event, params))

    def violations(self, event: Event, params: BaseModel | None) -> Iterable[Violation]:
        """Ask the rule what is wrong. What it yields is found one by one, as the result is read.

        Args:
            event: the event to judge.
            params: an instance of the rule's ``parameters``; None for the defaults.

        Raises:
            TypeError: when the rule takes another kind of event, or returns or yields something that is no
                finding.
        """
        if not isinstance(event, self.model):
            raise TypeError(f"rule {self.id} takes a {self.model.__name__}, not a {type(event).__name__}")
        if self.parameters is None:
            result = self.check(event)
        else:
            result = self.check(event, self.parameters() if params is None else params)
        if result is None:
            return ()
        if isinstance(result, _FINDING):
            return _violations((result,))
        if isinstance(result, Iterable) and not isinstance(result, Mapping):
            return _violations(result)
        raise TypeError(f"returned {type(result).__name__}; {_EXPECTED}")

    def blame(self, error: Exception) -> str:
        """Say what the rule raised, and on which of its own lines."""
        frames = traceback.extract_tb(error.__traceback__)
        file = self.check.__code__.co_filename
        frame = next((frame for frame in reversed(frames) if frame.filename == file), frames[-1])
        try:
            told = str(error)
        except Exception:  # noqa: BLE001  # exceptions are other people's code
            told = "an error that cannot be shown"
        return f"{type(error).__name__}: {told} ({frame.filename}:{frame.lineno}, in {frame.name})"

    def matches(self, params: BaseModel | None = None) -> tuple[Match, ...]:
        """Return what the rule listens to, which may depend on its parameters.

        Raises:
            ValueError: when ``on`` comes to something that is no match, or to one of another kind of event.
        """
        on = self.on
        if callable(on):
            on = on(defaults_of(self.parameters) if self.parameters and params is None else params)
        entries: list[object] = [on] if isinstance(on, str | Match) else list(on)
        patterns = [entry for entry in entries if not isinstance(entry, Match)]
        plain = (Match(*patterns, outcome=self.outcome),) if patterns else ()  # type: ignore[arg-type]  # Match refuses what is no text
        matches = plain + tuple(entry for entry in entries if isinstance(entry, Match))
        for match in matches:
            if match.kind != _KINDS[self.model]:
                other = next(model.__name__ for model, kind in _KINDS.items() if kind == match.kind)
                own = self.model.__name__
                raise ValueError(
                    f"{match.on[0]!r} is for a rule that takes a {other}; this one takes a {own}"
                )
        return matches


def _violations(findings: Iterable[Finding]) -> Iterator[Violation]:
    for finding in findings:
        if isinstance(finding, str):
            yield Violation(finding)
        elif isinstance(finding, Violation):
            yield finding
        else:
            raise TypeError(f"yielded {type(finding).__name__}; {_EXPECTED}")


_FINDING = (str, Violation)
_EXPECTED = "a rule gives None, a str (the reason), a Violation, or an iterable of these"


def rule(  # noqa: PLR0913  # all of it is declaration, and by keyword
    *,
    on: On | Callable[[Any], On],
    severity: Severity,
    title: str,
    outcome: Outcome | None = None,
    tags: Iterable[str] = (),
    references: Iterable[str] = (),
    lint_ignore: Iterable[str] = (),
    threshold: Threshold | None = None,
    dedup: Dedup | None = None,
) -> Callable[[Check[E]], Rule]:
    """Make a `Rule` of a function of one event.

    The function takes a `CloudTrailEvent`, a `ConfigurationItem` or a `ScheduledRun` (its annotation says
    which) and, if it wants parameters, a frozen pydantic model whose fields all have defaults. It returns
    None when nothing is wrong, a ``str`` (the reason), a `Violation`, or yields several. It keeps nothing
    between calls and does no I/O, except for what a scheduled run's clients are for.

    Args:
        on: patterns, `Match` values, or a function of the parameters that gives them. ``service:Action`` for
            events, resource types such as ``AWS::EC2::Instance`` for items, ``schedule`` for scheduled runs.
        severity: how bad a violation is.
        title: one line for people.
        outcome: of the plain patterns in ``on``: ``success`` (the default), ``failure`` or ``any``.
        tags: such as ``mitre:T1562.007``.
        references: URLs to read more.
        lint_ignore: codes of ``trailguard lint`` that do not apply to the rule, such as ``TG103``.
        threshold: from how many events on within a window it is a violation; of calls alone.
        dedup: of which violations within a window only the first is told.

    Raises:
        DefinitionError: when anything about the declaration is wrong.
    """
    # As pydantic does: annotations may name classes that are local to the function the rule is defined in.
    scope = sys._getframe(1).f_locals  # noqa: SLF001

    def declare(check: Check[E]) -> Rule:
        name = f"{getattr(check, '__module__', '?')}.{getattr(check, '__qualname__', check)}"
        is_async = inspect.iscoroutinefunction(check) or inspect.isasyncgenfunction(check)
        if not inspect.isfunction(check) or is_async:
            raise DefinitionError(name, "is not a plain function (def)")
        if not isinstance(severity, Severity):
            raise DefinitionError(name, f"severity is {severity!r}; expected a Severity")
        if not isinstance(title, str) or not title.strip():
            raise DefinitionError(name, "has no title")
        rule_id = check.__name__.strip("_").replace("_", "-").lower()
        if not rule_id:
            raise DefinitionError(name, "has no name to make an id of")
        if outcome not in (None, "success", "failure", "any"):
            raise DefinitionError(name, f"outcome is {outcome!r}; it can be 'success', 'failure' or 'any'")
        model, parameters = _signature(check, name, scope)
        _require_windows(threshold, dedup, model, name)
        listens = tuple(on) if isinstance(on, Iterator) else on
        defined = Rule(
            id=rule_id,
            title=title,
            severity=severity,
            check=check,
            on=listens,
            outcome=outcome,
            model=model,
            parameters=parameters,
            tags=_texts(tags, name, "tags"),
            references=_texts(references, name, "references"),
            lint_ignore=_texts(lint_ignore, name, "lint_ignore"),
            threshold=threshold,
            dedup=dedup,
            documentation=inspect.getdoc(check) or "",
            module=check.__module__,
        )
        try:
            matches = defined.matches()
        except Exception as error:
            raise DefinitionError(name, f"on: {error}") from error
        if not matches and not callable(on):
            raise DefinitionError(name, "on is empty: the rule would never be asked")
        return defined

    return declare


def _require_windows(threshold: object, dedup: object, model: type[Event], name: str) -> None:
    """Check what a rule declares that needs memory."""
    if not isinstance(threshold, Threshold | None):
        raise DefinitionError(name, f"threshold is {threshold!r}; expected a Threshold")
    if not isinstance(dedup, Dedup | None):
        raise DefinitionError(name, f"dedup is {dedup!r}; expected a Dedup")
    if threshold and model is not CloudTrailEvent:
        raise DefinitionError(name, f"a threshold counts calls; this rule takes a {model.__name__}")


def _signature(
    check: Callable[..., Any], name: str, scope: dict[str, Any]
) -> tuple[type[Event], type[BaseModel] | None]:
    """Read off a rule's function which event model and which parameters it takes."""
    expected = "expected (event: CloudTrailEvent) or (event: CloudTrailEvent, params: YourParameters)"
    accepted = list(inspect.signature(check).parameters.values())
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if len(accepted) not in {1, 2} or any(p.kind not in positional for p in accepted):
        raise DefinitionError(name, f"takes {inspect.signature(check)}; {expected}")
    # The return annotation is left out: it is nobody's business at run time, and often not importable.
    annotations = {p.name: p.annotation for p in accepted if p.annotation is not p.empty}
    try:
        hints = get_type_hints(SimpleNamespace(__annotations__=annotations), check.__globals__, scope)
    except NameError as error:
        raise DefinitionError(
            name, f"{error}: import what the parameters are annotated with outside TYPE_CHECKING"
        ) from error
    except Exception as error:  # an annotation is code, and may raise anything
        raise DefinitionError(name, f"an annotation means nothing: {error}") from error
    model = hints.get(accepted[0].name)
    if model not in _KINDS:
        known = " or ".join(m.__name__ for m in _KINDS)
        raise DefinitionError(name, f"annotates {accepted[0].name!r} as {_name_of(model)}; expected {known}")
    if len(accepted) == 1:
        return model, None
    return model, _parameters(hints.get(accepted[1].name), accepted[1].name, name)


def _parameters(model: object, argument: str, name: str) -> type[BaseModel]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise DefinitionError(name, f"annotates {argument!r} as {_name_of(model)}; expected a pydantic model")
    if not model.model_config.get("frozen"):
        raise DefinitionError(
            name,
            f"{model.__name__} is not frozen; write class {model.__name__}(BaseModel, frozen=True)",
        )
    try:
        missing = [field for field, info in model.model_fields.items() if info.is_required()]
        if not missing:
            defaults_of(model)
    except ValidationError as error:
        missing = [".".join(map(str, one["loc"])) for one in error.errors()]
    if missing:
        raise DefinitionError(name, f"{model.__name__} needs defaults for {', '.join(missing)}")
    return model


def defaults_of(model: type[BaseModel]) -> BaseModel:
    """Return a rule's parameters if nothing is set.

    A model with ``defer_build`` is not built for that: pydantic takes a millisecond or two for each, of which
    there are many at a cold start, and does not check defaults either.
    """
    return model.model_construct() if model.model_config.get("defer_build") else model()


def _name_of(annotation: object) -> str:
    return "nothing" if annotation is None else getattr(annotation, "__name__", str(annotation))


def _texts(values: Iterable[str], name: str, what: str) -> tuple[str, ...]:
    texts = tuple(values) if isinstance(values, Iterable) else (None,)
    if isinstance(values, str) or not all(isinstance(text, str) for text in texts):
        raise DefinitionError(name, f"{what} is {values!r}; expected a list of str")
    return texts
