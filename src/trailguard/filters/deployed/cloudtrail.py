"""Event selectors of a trail that is in use.

Sources: "GetEventSelectors", "AdvancedFieldSelector" and "EventSelector" in the AWS CloudTrail API reference;
"How CloudTrail evaluates multiple conditions for a field" in the AWS CloudTrail user guide.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.errors import FilterError
from trailguard.filters._globs import disjoint, includes
from trailguard.filters.calls import calls_by_rule
from trailguard.filters.cases import told
from trailguard.filters.cloudtrail import DATA_EVENTS, data_events, is_management
from trailguard.filters.deployed import as_list, as_texts, loaded
from trailguard.match import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trailguard.filters.calls import Call
    from trailguard.listeners import Listener

__all__ = ["selector_gaps"]


class _Asked(NamedTuple):
    """What is asked of a field, in patterns: to be one of some, unless that is None, and none of others."""

    field: str
    some: list[str] | None
    none: list[str]

    def agrees(self, event: Mapping[str, str]) -> bool:
        """Tell whether every event that looks so is selected."""
        value = event.get(self.field)
        return (
            value is not None
            and (self.some is None or any(includes(pattern, value) for pattern in self.some))
            and all(disjoint(pattern, value) for pattern in self.none)
        )


# The patterns of the texts that an operator names.
_OPERATORS: Final = {"Equals": "{}", "StartsWith": "{}*", "EndsWith": "*{}"}
_ALL_RESOURCES: Final = {"arn:aws:dynamodb", "arn:aws:lambda", "arn:aws:s3"}
_MARKS: Final = {"ReadOnly": ["true"], "WriteOnly": ["false"], "All": ["true", "false"]}


def selector_gaps(listeners: Iterable[Listener], text: str, source: str) -> list[str]:
    """Return the calls that rules listen to and a trail does not log; a line for people for each.

    Args:
        listeners: rules as the settings have them.
        text: a JSON list of advanced event selectors; or what ``aws cloudtrail get-event-selectors`` prints.
        source: where the text is from, for errors.

    Raises:
        FilterError: when the text is none of this.
    """
    selectors = _selectors(loaded(text, source), source)
    return [
        f"{rule_id}: {told(call)}, {what}"
        for rule_id, of_rule in calls_by_rule(listeners).items()
        for call in of_rule
        for what, event in _events(call)
        if not any(all(asked.agrees(event) for asked in selector) for selector in selectors)
    ]


def _events(call: Call) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the fields of the events of a call that a trail has to log, and what they are."""
    for mark in _MARKS["All"] if call.read_only is None else [str(call.read_only).lower()]:
        reading = "reading" if mark == "true" else "writing"
        if is_management(call):
            source = f"{call.service}.amazonaws.com"
            event = {"eventCategory": "Management", "eventSource": source, "readOnly": mark}
            yield f"{reading} management events", event
        for resource_type in DATA_EVENTS:
            event = {"eventCategory": "Data", "resources.type": resource_type, "readOnly": mark}
            for name in sorted(data_events(call, resource_type)):
                yield f"{reading} data events {name} of {resource_type}", {**event, "eventName": name}


def _selectors(data: Any, source: str) -> list[list[_Asked]]:  # noqa: ANN401  # JSON of any shape
    if isinstance(data, dict) and ("EventSelectors" in data or "AdvancedEventSelectors" in data):
        data = [
            one
            for key in ("AdvancedEventSelectors", "EventSelectors")
            for one in as_list(data.get(key) or [])
        ]
    return [asked for one in as_list(data) for asked in _selector(one, source)]


def _selector(selector: Any, source: str) -> Iterator[list[_Asked]]:  # noqa: ANN401  # JSON of any shape
    """Read an advanced selector as it is, and a basic one as the advanced ones that it amounts to."""
    match selector:
        case {"FieldSelectors": [*fields]} if all(isinstance(one, dict) for one in fields):
            asked = [_asked(one, source) for one in fields]
            if "eventCategory" not in [one.field for one in asked]:
                raise _not_selectors(selector, source)
            yield asked
        case {"ReadWriteType": str(kind)} if kind in _MARKS:
            read_only = _Asked("readOnly", _MARKS[kind], [])
            if selector.get("IncludeManagementEvents", True):
                excluded = as_texts(selector.get("ExcludeManagementEventSources"), source)
                category = _Asked("eventCategory", ["Management"], [])
                yield [category, read_only, _Asked("eventSource", None, excluded)]
            for data in as_list(selector.get("DataResources") or []):
                if not isinstance(data, dict):
                    raise _not_selectors(data, source)
                # Others name single resources.
                if not _ALL_RESOURCES.isdisjoint(as_texts(data.get("Values"), source)):
                    which = _Asked("resources.type", [str(data.get("Type"))], [])
                    yield [_Asked("eventCategory", ["Data"], []), read_only, which]
        case _:
            raise _not_selectors(selector, source)


def _asked(field: dict[str, Any], source: str) -> _Asked:
    some, none = _named(field, "", source), _named(field, "Not", source)
    if some is None and none is None:
        raise FilterError(f"{source}: nothing is asked of the field {field.get('Field')}")
    return _Asked(str(field.get("Field")), some, none or [])


def _named(field: dict[str, Any], negation: str, source: str) -> list[str] | None:
    """Return what operators name, as patterns; None, if there are no such operators."""
    named = [
        (form, text)
        for operator, form in _OPERATORS.items()
        for text in as_texts(field.get(f"{negation}{operator}"), source)
    ]
    # To AWS, a star or a question mark is a character like any other: such a text names nothing.
    return [form.format(text) for form, text in named if not is_wild(text)] if named else None


def _not_selectors(found: object, source: str) -> FilterError:
    return FilterError(f"{source}: expected event selectors, not {json.dumps(found)[:60]}")
