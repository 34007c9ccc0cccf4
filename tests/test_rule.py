# Without "from __future__ import annotations": rules are written with it and without, and both are tried.
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from trailguard import (
    CloudTrailEvent,
    ConfigurationItem,
    Match,
    Rule,
    ScheduledRun,
    Severity,
    Violation,
    rule,
)
from trailguard.errors import DefinitionError
from trailguard.testing import cloudtrail_event, configuration_item, scheduled_run

EVENT = cloudtrail_event("ec2:RunInstances", request={"instanceType": "p5.48xlarge"})


class Params(BaseModel, frozen=True):
    """What the rules below may be told."""

    actions: tuple[str, ...] = ("ec2:RunInstances",)
    limit: int = 3


def declare(check: Any, **declaration: Any) -> Rule:
    """Declare a rule, of which everything but what is given is right."""
    right = {"on": "ec2:RunInstances", "severity": Severity.LOW, "title": "A rule"}
    return rule(**(right | declaration))(check)


def refused(check: Any, **declaration: Any) -> str:
    """Declare a rule wrongly; return what is said of it, after checking that it names the rule."""
    with pytest.raises(DefinitionError) as refusal:
        declare(check, **declaration)
    name = f"{check.__module__}.{check.__qualname__}"
    assert refusal.value.rule == name
    assert str(refusal.value).startswith(f"rule {name}: ")
    return str(refusal.value)


def returning(result: Any) -> Rule:
    def found(event: CloudTrailEvent) -> Any:  # noqa: ARG001  # it always says the same
        return result

    return declare(found)


def silent(event: CloudTrailEvent) -> None:
    """Find nothing, ever."""


# What a declaration comes to


def test_declaration_is_kept() -> None:
    @rule(
        on=["ec2:Run*", Match("iam:*", identity="Root")],
        severity=Severity.HIGH,
        title="Something was launched",
        tags=["mitre:T1578"],
        references=["https://docs.aws.amazon.com/ec2/"],
    )
    def instance_Launched_(event: CloudTrailEvent) -> None:  # noqa: N802  # any name makes an id
        """What it catches.

        Why it matters.
        """

    assert instance_Launched_.id == "instance-launched"
    assert instance_Launched_.title == "Something was launched"
    assert instance_Launched_.severity is Severity.HIGH
    assert instance_Launched_.tags == ("mitre:T1578",)
    assert instance_Launched_.references == ("https://docs.aws.amazon.com/ec2/",)
    assert instance_Launched_.documentation == "What it catches.\n\nWhy it matters."
    assert instance_Launched_.module == __name__
    assert instance_Launched_.model is CloudTrailEvent
    assert instance_Launched_.parameters is None


def test_what_may_be_left_out() -> None:
    def bare(event: CloudTrailEvent) -> None: ...

    found = declare(bare)

    assert (found.tags, found.references, found.documentation, found.outcome) == ((), (), "", None)


def test_rules_are_frozen_values() -> None:
    found = declare(silent)

    assert isinstance(found, Rule)
    with pytest.raises(AttributeError):
        found.id = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("ec2:RunInstances", (Match("ec2:RunInstances"),)),
        (["ec2:RunInstances", "iam:*"], (Match("ec2:RunInstances", "iam:*"),)),
        (("ec2:RunInstances",), (Match("ec2:RunInstances"),)),
        (Match("iam:*", outcome="any"), (Match("iam:*", outcome="any"),)),
        (["ec2:*", Match("iam:*", identity="Root")], (Match("ec2:*"), Match("iam:*", identity="Root"))),
        (lambda params: ["ec2:*"], (Match("ec2:*"),)),  # noqa: ARG005  # there are no parameters
        ((f"{service}:*" for service in ("ec2", "iam")), (Match("ec2:*", "iam:*"),)),
    ],
    ids=["text", "list", "tuple", "match", "mixed", "function", "generator"],
)
def test_on_is_one_or_several_patterns_or_matches(on: Any, expected: tuple[Match, ...]) -> None:
    """And stays so, however often it is asked for: each engine does."""
    found = declare(silent, on=on)

    assert found.matches() == expected
    assert found.matches() == expected


def test_outcome_is_that_of_the_plain_patterns() -> None:
    found = declare(silent, on=["ec2:*", Match("iam:*")], outcome="failure")

    assert found.matches() == (Match("ec2:*", outcome="failure"), Match("iam:*"))


def test_on_may_depend_on_the_parameters() -> None:
    def listed(event: CloudTrailEvent, params: Params) -> None: ...

    found = declare(listed, on=lambda params: params.actions)

    assert found.matches() == (Match("ec2:RunInstances"),)
    assert found.matches(Params(actions=("iam:*", "s3:*"))) == (Match("iam:*", "s3:*"),)


def test_parameters_may_leave_nothing_to_listen_to() -> None:
    """Unlike an empty list in the declaration, that is somebody's choice."""

    def listed(event: CloudTrailEvent, params: Params) -> None: ...

    found = declare(listed, on=lambda params: params.actions)

    assert found.matches(Params(actions=())) == ()


# Annotations


def test_annotations_may_be_text() -> None:
    """As all are under ``from __future__ import annotations``."""

    def quoted(event: "CloudTrailEvent", params: "Params") -> "Nobody": ...  # type: ignore[name-defined]  # noqa: F821

    found = declare(quoted)

    assert (found.model, found.parameters) == (CloudTrailEvent, Params)


def test_parameters_may_be_local() -> None:
    """Tests define them beside the rule, inside a function, where module globals do not reach."""

    class Local(BaseModel, frozen=True):
        limit: int = 7

    @rule(on="ec2:*", severity=Severity.LOW, title="Text")
    def as_text(event: "CloudTrailEvent", params: "Local") -> str:
        return f"{event.event_name} {params.limit}"

    @rule(on="ec2:*", severity=Severity.LOW, title="Class")
    def as_class(event: CloudTrailEvent, params: Local) -> str:
        return f"{event.event_name} {params.limit}"

    assert as_text.parameters is as_class.parameters is Local
    assert as_text(EVENT) == as_class(EVENT) == [Violation("RunInstances 7")]


def test_arguments_may_have_any_name() -> None:
    def named(record: Annotated[CloudTrailEvent, "one"], settings: Params, /) -> str:
        return f"{record.event_name} {settings.limit}"

    assert declare(named)(EVENT, Params(limit=5)) == [Violation("RunInstances 5")]


# What is wrong is told at once, with the rule's name


def no_annotation(event) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001
def wrong_model(event: Params) -> None: ...
def wrong_kind(event: "str | int") -> None: ...
def list_of_events(event: list[CloudTrailEvent]) -> None: ...
def subclass(event: "type[CloudTrailEvent]") -> None: ...


@pytest.mark.parametrize("check", [no_annotation, wrong_model, wrong_kind, list_of_events, subclass])
def test_first_argument_is_an_event(check: Callable[..., None]) -> None:
    assert "expected CloudTrailEvent" in refused(check)


def test_missing_annotation_is_called_so() -> None:
    assert "annotates 'event' as nothing" in refused(no_annotation)


def unknown_name(event: "CloudTrailEvnt") -> None: ...  # type: ignore[name-defined]  # noqa: F821
def unknown_attribute(event: "pytest.CloudTrailEvent") -> None: ...  # type: ignore[name-defined]
def unknown_syntax(event: "CloudTrailEvent[") -> None: ...  # type: ignore[valid-type]  # noqa: F722
def impossible(event: "CloudTrailEvent | 7") -> None: ...  # type: ignore[valid-type]


@pytest.mark.parametrize("check", [unknown_name, unknown_attribute, unknown_syntax, impossible])
def test_annotation_that_means_nothing_is_refused(check: Callable[..., None]) -> None:
    """Text is only looked at when the rule is defined: whatever is wrong with it, the rule is named."""
    refused(check)


def test_unknown_annotation_is_named_with_a_hint() -> None:
    """The usual reason: a linter moved the import under TYPE_CHECKING."""
    told = refused(unknown_name)

    assert "CloudTrailEvnt" in told
    assert "TYPE_CHECKING" in told


def nothing() -> None: ...
def three(event: CloudTrailEvent, params: Params, more: int) -> None: ...
def by_keyword(event: CloudTrailEvent, *, params: Params) -> None: ...
def variadic(*event: CloudTrailEvent) -> None: ...
def all_keywords(event: CloudTrailEvent, **params: Any) -> None: ...


@pytest.mark.parametrize("check", [nothing, three, by_keyword, variadic, all_keywords])
def test_rule_takes_an_event_and_perhaps_parameters(check: Callable[..., None]) -> None:
    assert "expected (event: CloudTrailEvent) or (event: CloudTrailEvent, params: " in refused(check)


async def coroutine(event: CloudTrailEvent) -> None: ...


async def async_generator(event: CloudTrailEvent) -> AsyncIterator[str]:
    yield event.event_name


class Callables:
    """Things that can be called, and are no functions."""

    def __call__(self, event: CloudTrailEvent) -> None: ...


@pytest.mark.parametrize("check", [coroutine, async_generator, Callables])
def test_rule_is_a_plain_function(check: Any) -> None:
    """A coroutine would be a violation that nobody awaits."""
    assert "plain function" in refused(check)


@pytest.mark.parametrize("check", [Callables(), functools.partial(silent), Callables().__call__, 7, None])
def test_other_things_are_no_rules(check: Any) -> None:
    with pytest.raises(DefinitionError, match="plain function"):
        declare(check)


def test_rule_of_a_rule_is_refused() -> None:
    with pytest.raises(DefinitionError, match="plain function"):
        declare(declare(silent))


class Thawed(BaseModel):
    limit: int = 3


class Needy(BaseModel, frozen=True):
    limit: int
    names: tuple[str, ...]
    colour: str = "red"


class Contradictory(BaseModel, frozen=True):
    limit: int = Field(default=3, gt=5, validate_default=True)


def test_parameters_are_frozen() -> None:
    """A rule that changes its parameters changes the next event's verdict."""

    def check(event: CloudTrailEvent, params: Thawed) -> None: ...

    told = refused(check)

    assert "Thawed is not frozen" in told
    assert "class Thawed(BaseModel, frozen=True)" in told


def test_parameters_have_defaults() -> None:
    """All that lack one are named, and no other."""

    def check(event: CloudTrailEvent, params: Needy) -> None: ...

    told = refused(check)

    assert "Needy needs defaults for limit, names" in told
    assert "colour" not in told


def test_defaults_are_valid() -> None:
    def check(event: CloudTrailEvent, params: Contradictory) -> None: ...

    assert "limit" in refused(check)


@pytest.mark.parametrize("annotation", [int, dict[str, str], CloudTrailEvent | None, "Params | None"])
def test_parameters_are_a_pydantic_model(annotation: Any) -> None:
    def check(event: CloudTrailEvent, params: Any) -> None: ...

    check.__annotations__["params"] = annotation

    assert "annotates 'params' as" in refused(check)


def test_parameters_are_annotated() -> None:
    def check(event: CloudTrailEvent, params) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    assert "annotates 'params' as nothing; expected a pydantic model" in refused(check)


@pytest.mark.parametrize(
    "on",
    ["RunInstances", "", "ec2:Run Instances", ["ec2:Run*", "AWS::EC2"], [7], ["ec2:*", None], b"ec2:*"],
)
def test_pattern_is_a_service_and_an_action(on: Any) -> None:
    assert "service:Action" in refused(silent, on=on)


@pytest.mark.parametrize(
    ("model", "on", "told"),
    [
        (
            CloudTrailEvent,
            "AWS::EC2::VPC",
            "'AWS::EC2::VPC' is for a rule that takes a ConfigurationItem; this one takes a CloudTrailEvent",
        ),
        (CloudTrailEvent, ["ec2:*", Match("schedule")], "'schedule' is for a rule that takes a ScheduledRun"),
        (ConfigurationItem, "ec2:*", "takes a CloudTrailEvent; this one takes a ConfigurationItem"),
        (ScheduledRun, "AWS::EC2::VPC", "this one takes a ScheduledRun"),
    ],
)
def test_pattern_is_of_what_the_rule_takes(model: Any, on: Any, told: str) -> None:
    def check(event: Any) -> None: ...

    check.__annotations__["event"] = model

    assert told in refused(check, on=on)


@pytest.mark.parametrize(
    ("model", "on", "event"),
    [
        (ConfigurationItem, "AWS::EC2::VPC", configuration_item("AWS::EC2::VPC")),
        (ScheduledRun, "schedule", scheduled_run()),
        (CloudTrailEvent, "ec2:*", cloudtrail_event("ec2:CreateVpc")),
    ],
)
def test_rule_takes_one_kind_of_event(model: Any, on: Any, event: Any) -> None:
    """Another one would fail in the middle of it, or worse, not at all."""

    def check(event: Any) -> str:
        return type(event).__name__

    check.__annotations__["event"] = model
    defined = declare(check, on=on)
    others = configuration_item("AWS::EC2::VPC"), scheduled_run(), cloudtrail_event("ec2:CreateVpc")

    assert defined.model is model
    assert len(defined(event)) == 1
    for other in others:
        if not isinstance(other, model):
            with pytest.raises(
                TypeError, match=f"rule check takes a {model.__name__}, not a {type(other).__name__}"
            ):
                defined(other)


@pytest.mark.parametrize("on", [[], (), {}, iter([])])
def test_rule_that_would_never_be_asked_is_refused(on: Any) -> None:
    assert "on is empty" in refused(silent, on=on)


@pytest.mark.parametrize(
    "on", [None, 7, object(), lambda: "ec2:*", lambda params: params.nothing, lambda _: 7]
)
def test_on_that_comes_to_nothing_is_refused(on: Any) -> None:
    assert "on: " in refused(silent, on=on)


def test_patterns_of_the_default_parameters_are_checked() -> None:
    def listed(event: CloudTrailEvent, params: Params) -> None: ...

    assert "'3'" in refused(listed, on=lambda params: [str(params.limit)])


@pytest.mark.parametrize("outcome", ["sucess", "", "ANY", True])
@pytest.mark.parametrize("on", ["ec2:*", Match("ec2:*")])
def test_outcome_is_one_of_three(on: Any, outcome: Any) -> None:
    """Also where no plain pattern asks for it."""
    assert "'success', 'failure' or 'any'" in refused(silent, on=on, outcome=outcome)


@pytest.mark.parametrize("severity", ["high", "HIGH", 4, None, Severity])
def test_severity_is_a_severity(severity: Any) -> None:
    assert "expected a Severity" in refused(silent, severity=severity)


@pytest.mark.parametrize("title", ["", "  \n", None, 7, b"title"])
def test_title_says_something(title: Any) -> None:
    assert "title" in refused(silent, title=title)


@pytest.mark.parametrize("what", ["tags", "references"])
@pytest.mark.parametrize("odd", ["mitre:T1562", [7], ["a", None], None, 7])
def test_tags_and_references_are_lists_of_text(what: str, odd: Any) -> None:
    """A lone text would be taken for its letters."""
    assert f"{what} is {odd!r}; expected a list of str" in refused(silent, **{what: odd})


def test_rule_has_a_name() -> None:
    """The id is what settings and exceptions call it by; an empty one cannot be called."""

    def _(event: CloudTrailEvent) -> None: ...

    refused(_)


# What a rule finds


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (None, []),
        ("because", [Violation("because")]),
        (Violation("because", "sg-1"), [Violation("because", "sg-1")]),
        ([], []),
        ((), []),
        (["a", Violation("b")], [Violation("a"), Violation("b")]),
        (iter(["a"]), [Violation("a")]),
        ((reason for reason in ("a", "b")), [Violation("a"), Violation("b")]),
    ],
    ids=str,
)
def test_rule_answers_in_several_ways(result: Any, expected: list[Violation]) -> None:
    assert returning(result)(EVENT) == expected


def test_rule_may_yield() -> None:
    @rule(on="ec2:*", severity=Severity.LOW, title="Yields")
    def yields(event: CloudTrailEvent) -> Iterator[Violation | str]:
        if event.succeeded:
            yield "a"
            yield Violation("b", resource=event.search("requestParameters.instanceType"))

    assert yields(EVENT) == [Violation("a"), Violation("b", "p5.48xlarge")]
    assert yields(cloudtrail_event("ec2:RunInstances", error="AccessDenied")) == []


@pytest.mark.parametrize("result", [True, False, 0, 7, 1.5, object()])
def test_other_answers_are_a_mistake(result: Any) -> None:
    """Above all True and False, which mean opposite things to different people."""
    with pytest.raises(TypeError, match=f"returned {type(result).__name__}; a rule gives None, a str"):
        returning(result)(EVENT)


@pytest.mark.parametrize("result", [[None], ["a", 7], b"because", [["because"]]])
def test_other_things_among_the_answers_are_a_mistake(result: Any) -> None:
    with pytest.raises(TypeError, match=r"yielded .*; a rule gives None, a str"):
        returning(result)(EVENT)


def test_dictionary_is_no_list_of_reasons() -> None:
    """Its keys are not what the author meant."""
    with pytest.raises(TypeError):
        returning({"reason": "because", "resource": "sg-1"})(EVENT)


def test_rule_is_called_with_its_defaults_or_others() -> None:
    @rule(on="ec2:*", severity=Severity.LOW, title="Limited")
    def limited(event: CloudTrailEvent, params: Params) -> str | None:
        return "too many" if len(event.event_name) > params.limit else None

    assert limited(EVENT) == [Violation("too many")]
    assert limited(EVENT, Params(limit=100)) == []


def test_rule_may_be_asked_about_any_event() -> None:
    """What it listens to is the engine's business; a test of the rule may ask it directly."""
    assert returning("because")(cloudtrail_event("iam:CreateUser")) == [Violation("because")]
