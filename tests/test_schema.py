from __future__ import annotations

import pytest

from trailguard.schema import annotation_at, keys_at, takes_text
from trailguard.settings import Limits, Route, Settings


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), Settings),
        (("limits",), Limits),
        (("limits", "max_depth"), int),
        (("notifiers", 3, "route"), Route),
        (("dead_letter", "route"), Route),
        (("notifiers", 0, "route", "tags", 1), str),
        (("rules", "rules", "enabled"), bool | None),
        (("limits", "max_dept"), None),
        (("limits", "max_depth", "x"), None),
        (("notifiers", 0, "topic_arn"), None),
        (("notifiers", 0, "topic_arn", "x"), None),
    ],
)
def test_type_at_a_path_is_found(path: tuple[str | int, ...], expected: object) -> None:
    """A rule may be called as a setting is; options of notifiers are anybody's."""
    assert annotation_at(Settings, path) == expected


def test_keys_of_a_table_are_found() -> None:
    assert keys_at(Settings, ["limits"]) == ("max_bytes", "max_record_bytes", "max_depth")
    assert keys_at(Settings, ["rules", "x"]) == ("enabled", "severity", "parameters")
    assert keys_at(Settings, ["dead_letter"]) == ("type", "name", "route")
    assert keys_at(Settings, ["rules"]) == ()
    assert keys_at(Settings, ["nothing", "here"]) == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("notifiers", 0, "type"), True),
        (("exceptions", 0, "account"), True),
        (("config", "role"), True),
        (("limits", "max_depth"), False),
        (("rules", "x", "severity"), False),
        (("exceptions", 0, "expires"), False),
        (("notifiers", 0, "topic_arn"), False),
    ],
)
def test_text_is_told_from_what_may_be_something_else(path: tuple[str | int, ...], *, expected: bool) -> None:
    assert takes_text(Settings, path) is expected
