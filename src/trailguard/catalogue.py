"""A rule's page for terminals and documents: what it catches, why, how bad that is, and what it takes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pydantic import BaseModel

from trailguard.attack import TECHNIQUES
from trailguard.match import glob, service_in_cloudtrail
from trailguard.rule_sets import NAMED, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

    from trailguard._rule import Rule
    from trailguard.match import Match

__all__ = ["Page", "Parameter", "listens_to_service", "page_of"]

_OUTCOMES: Final = {"success": "", "failure": ", where they fail", "any": ", whether they succeed or fail"}
_SHOWN: Final = 12


class Parameter(msgspec.Struct, frozen=True):
    """What may be set of a rule.

    Attributes:
        name: its key under ``parameters``.
        default: what counts if nothing is set, as JSON; cut short where it is long.
    """

    name: str
    default: str


class Page(msgspec.Struct, frozen=True):
    """What there is to know of a rule.

    Attributes:
        id: the rule's id.
        title: one line.
        severity: how bad it usually is.
        paragraphs: of its documentation: what it catches, why it matters, what it gets wrong.
        listens: what it is asked about, in words, one for each `Match`.
        sets: the named sets of rules that it is in, the one of all rules last.
        techniques: ids of MITRE ATT&CK, each with its name, or the id alone where that is not known.
        controls: of the CIS AWS Foundations Benchmark, such as ``4.5``.
        tags: all other tags.
        windows: what it declares that needs memory, in words.
        parameters: what may be set.
        about_parameters: what their model says of them.
        references: URLs.
    """

    id: str
    title: str
    severity: str
    paragraphs: tuple[str, ...]
    listens: tuple[str, ...]
    sets: tuple[str, ...]
    techniques: tuple[tuple[str, str], ...]
    controls: tuple[str, ...]
    tags: tuple[str, ...]
    windows: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    about_parameters: str
    references: tuple[str, ...]

    def markdown(self, example: str | None = None) -> str:
        """Return the page as a section of a document.

        Args:
            example: a reason that the rule gave.
        """
        facts = [f"**{self.severity}**", *(f"`{one}`" for one in self.sets[:-1] or self.sets)]
        lines = [f"### {self.id}", "", f"{self.title} · {' · '.join(facts)}", ""]
        for paragraph in self.paragraphs:
            lines += [paragraph.replace("``", "`"), ""]
        lines += [f"- {head}: {text}" for head, text in self.facts(example)]
        return "\n".join([*lines, ""])

    def facts(self, example: str | None = None) -> Iterator[tuple[str, str]]:
        """Yield what there is beside the paragraphs, each with what it is: in Markdown.

        Args:
            example: a reason that the rule gave.
        """
        yield "Is asked about", "; ".join(self.listens)
        for window in self.windows:
            yield "Remembers", window
        if self.techniques:
            yield "MITRE ATT&CK", ", ".join(f"{one} ({name})" for one, name in self.techniques)
        if self.controls:
            yield "CIS AWS Foundations Benchmark", ", ".join(self.controls)
        if self.parameters:
            each = ", ".join(f"`{one.name}` (`{one.default}`)" for one in self.parameters)
            yield "Parameters", f"{self.about_parameters} {each}".strip()
        if example:
            yield "Example", example
        yield "Read more", ", ".join(f"<{url}>" for url in self.references)


def page_of(rule: Rule) -> Page:
    """Return a rule's page, with its defaults."""
    fields = rule.parameters.model_fields if rule.parameters else {}
    mitre = [tag.removeprefix("mitre:") for tag in rule.tags if tag.startswith("mitre:")]
    return Page(
        id=rule.id,
        title=rule.title,
        severity=rule.severity.value,
        paragraphs=tuple(" ".join(part.split()) for part in rule.documentation.split("\n\n")),
        listens=tuple(_in_words(match) for match in rule.matches()),
        sets=tuple(name for name in NAMED if members(name, [rule])),
        techniques=tuple((one, TECHNIQUES.get(one, one)) for one in mitre),
        controls=tuple(tag.removeprefix("cis:") for tag in rule.tags if tag.startswith("cis:")),
        tags=tuple(tag for tag in rule.tags if not tag.startswith(("mitre:", "cis:"))),
        windows=tuple(_windows(rule)),
        parameters=tuple(_parameter(name, field) for name, field in fields.items()),
        about_parameters=_about(rule.parameters) if rule.parameters else "",
        references=rule.references,
    )


def listens_to_service(matches: Iterable[Match], service: str) -> bool:
    """Tell whether what a rule listens to has to do with a service.

    Args:
        matches: what it listens to.
        service: as IAM policies write it, such as ``ec2``; with ``*`` and ``?``.
    """
    wanted = service_in_cloudtrail(service.lower())
    for match in matches:
        for pattern in match.on:
            separator = "::" if match.kind == "configuration item" else ":"
            parts = pattern.split(separator)
            own = parts[1].lower() if match.kind == "configuration item" else service_in_cloudtrail(parts[0])
            if glob(wanted).fullmatch(own) or glob(own).fullmatch(wanted):
                return True
    return False


def _in_words(match: Match) -> str:
    shown = [f"`{pattern}`" for pattern in match.on[:_SHOWN]]
    more = [f"{len(match.on) - _SHOWN} more"] if len(match.on) > _SHOWN else []
    words = ", ".join(shown + more)
    if match.kind != "event":
        return f"{words}, also those that are gone" if match.deleted else words
    words += _OUTCOMES[match.outcome]
    if match.error:
        words += f" with {', '.join(match.error)}"
    if match.identity:
        words += f", by {', '.join(match.identity)}"
    if match.read_only is not None:
        words += ", where they only read" if match.read_only else ", where they write"
    return words


def _windows(rule: Rule) -> Iterator[str]:
    if rule.threshold:
        yield f"tells from {rule.threshold.counted} within {rule.threshold} on"
    if rule.dedup:
        yield f"tells the first within {rule.dedup}"


def _about(parameters: type[BaseModel]) -> str:
    """Return what a model says of itself, or the model that it was made of."""
    own = next((one for one in parameters.__mro__ if one.__doc__), BaseModel)
    said = "" if own is BaseModel else inspect.cleandoc(own.__doc__ or "")
    return " ".join(said.partition("\n\n")[0].split()).replace("``", "`")


def _parameter(name: str, field: FieldInfo) -> Parameter:
    default = _plain(field.get_default(call_default_factory=True))
    if isinstance(default, list) and len(default) > _SHOWN:
        shown = f"{json.dumps(default[:_SHOWN])[:-1]}, and {len(default) - _SHOWN} more]"
    else:
        shown = json.dumps(default)
    return Parameter(name, shown)


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever a parameter may be
    match value:
        case Enum():
            return value.value
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case AbstractSet():
            return sorted(map(_plain, value), key=str)
        case list() | tuple():
            return [_plain(one) for one in value]
        case bool() | int() | float() | str() | None:
            return value
        case _:
            return str(value)
