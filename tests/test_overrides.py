from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from trailguard import Guard
from trailguard.errors import SettingsError
from trailguard.overrides import overridden, source_of
from trailguard.settings import Settings, load_settings

TOPIC = "arn:aws:sns:eu-west-1:111122223333:security"
POSITION = "its position will do, too, from 0"
NO_TOML = "it begins with a bracket, but is no TOML"
NOTIFIERS: dict[str, Any] = {
    "notifiers": [
        {"type": "sns", "name": "On-Call", "topic_arn": "x"},
        {"type": "sns", "topic_arn": "y"},
        {"type": "stream"},
    ]
}


def table(variable: str, text: str, under: dict[str, Any] | None = None) -> dict[str, Any]:
    return overridden(under or {}, {variable: text}, Settings).table


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("TRAILGUARD__LIMITS__MAX_BYTES", "1_000", {"limits": {"max_bytes": 1000}}),
        ("trailguard__limits__max_bytes", "1000", {"limits": {"max_bytes": 1000}}),
        ("TRAILGUARD__CONFIG__ROLE", "execution", {"config": {"role": "execution"}}),
        ("TRAILGUARD__CONFIG__ROLE", '"execution"', {"config": {"role": "execution"}}),
        (
            "TRAILGUARD__RULES__EC2_BLOCKED_ACTION__SEVERITY",
            "high",
            {"rules": {"ec2-blocked-action": {"severity": "high"}}},
        ),
        ("TRAILGUARD__RULES__X__ENABLED", "false", {"rules": {"x": {"enabled": False}}}),
        (
            "TRAILGUARD__RULES__X__PARAMETERS__MAX_AGE",
            "1.5",
            {"rules": {"x": {"parameters": {"max_age": 1.5}}}},
        ),
        (
            "TRAILGUARD__RULES__X__PARAMETERS__ACTIONS",
            '["ec2:CreateVpc", "ec2:DeleteVpc"]',
            {"rules": {"x": {"parameters": {"actions": ["ec2:CreateVpc", "ec2:DeleteVpc"]}}}},
        ),
        ("TRAILGUARD__NOTIFIERS", '[{ type = "stream" }]', {"notifiers": [{"type": "stream"}]}),
        ("TRAILGUARD__NOTIFIERS__0__TYPE", "stream", {"notifiers": [{"type": "stream"}]}),
        (
            "TRAILGUARD__DEAD_LETTER__URL",
            '{ from = "env:HOOK" }',
            {"dead_letter": {"url": {"from": "env:HOOK"}}},
        ),
        (
            "TRAILGUARD__EXCEPTIONS__0__EXPIRES",
            "2027-01-31",
            {"exceptions": [{"expires": date(2027, 1, 31)}]},
        ),
    ],
)
def test_variable_sets_a_value(variable: str, text: str, expected: dict[str, Any]) -> None:
    assert table(variable, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOPIC, TOPIC),
        ("012345678901", "012345678901"),
        ("true story", "true story"),
        ("1\nother = 2", "1\nother = 2"),
        ("'a", "'a"),
        (" spaced out\n", "spaced out"),
        ('" spaced out "', " spaced out "),
        ("1", 1),
        ('"1"', "1"),
    ],
)
def test_what_is_no_toml_value_is_text(text: str, expected: object) -> None:
    """So that nobody has to quote twice; and a line break adds no second key."""
    assert table("TRAILGUARD__DEAD_LETTER__OPTION", text) == {"dead_letter": {"option": expected}}


@pytest.mark.parametrize("text", ["111122223333", "true", "2027-01-31", "[x]", '"111122223333"'])
def test_text_is_taken_as_it_is_where_only_text_may_stand(text: str) -> None:
    """An account id needs no quotes in a variable; they do no harm."""
    settings = load_settings(
        environ={
            "TRAILGUARD__EXCEPTIONS__0__RULE": "x",
            "TRAILGUARD__EXCEPTIONS__0__OWNER": "me",
            "TRAILGUARD__EXCEPTIONS__0__REASON": "so",
            "TRAILGUARD__EXCEPTIONS__0__ACCOUNT": text,
        }
    )

    assert settings.exceptions[0].account == text.strip('"')


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TRAILGUARD_LIMITS__MAX_BYTES", "1"),
        ("TRAILGUARD_SETTINGS", "1"),
        ("XTRAILGUARD__LIMITS__MAX_BYTES", "1"),
        ("TRAILGUARD__LIMITS__MAX_BYTES", ""),
        ("TRAILGUARD__LIMITS__MAX_BYTES", "  "),
    ],
)
def test_other_variables_and_empty_ones_set_nothing(variable: str, text: str) -> None:
    """A deployment template writes nothing rather than leave a variable out."""
    assert overridden({"a": 1}, {variable: text}, Settings) == ({"a": 1}, {})


def test_keys_of_the_file_are_met_as_they_are_written() -> None:
    under = {"rules": {"x": {"parameters": {"maxAge": 1, "by-region": {"eu-west-1": 2}}}}}

    assert table("TRAILGUARD__RULES__X__PARAMETERS__MAXAGE", "5", under)["rules"]["x"]["parameters"] == {
        "maxAge": 5,
        "by-region": {"eu-west-1": 2},
    }
    by_region = table("TRAILGUARD__RULES__X__PARAMETERS__BY_REGION__EU_WEST_1", "5", under)
    assert by_region["rules"]["x"]["parameters"]["by-region"] == {"eu-west-1": 5}


def test_file_is_not_changed() -> None:
    under = {"limits": {"max_bytes": 1}}

    assert table("TRAILGUARD__LIMITS__MAX_BYTES", "2", under) == {"limits": {"max_bytes": 2}}
    assert under == {"limits": {"max_bytes": 1}}


@pytest.mark.parametrize(
    ("part", "position"), [("0", 0), ("1", 1), ("ON_CALL", 0), ("on_call", 0), ("STREAM", 2)]
)
def test_notifier_is_named_by_its_position_its_name_or_its_type(part: str, position: int) -> None:
    changed = table(f"TRAILGUARD__NOTIFIERS__{part}__TOPIC_ARN", TOPIC, NOTIFIERS)

    assert [one.get("topic_arn") == TOPIC for one in changed["notifiers"]] == [
        n == position for n in range(3)
    ]


def test_tables_come_before_what_is_in_them_and_positions_are_numbers() -> None:
    environ = {f"TRAILGUARD__NOTIFIERS__{n}__TYPE": f"t{n}" for n in range(12)}
    environ |= {"TRAILGUARD__LIMITS__MAX_DEPTH": "3", "TRAILGUARD__LIMITS": "{ max_bytes = 7 }"}

    found = overridden({}, environ, Settings).table

    assert [one["type"] for one in found["notifiers"]] == [f"t{n}" for n in range(12)]
    assert found["limits"] == {"max_bytes": 7, "max_depth": 3}


@pytest.mark.parametrize(
    ("variable", "text", "told"),
    [
        ("TRAILGUARD__LIMITS__MAX_BYTE", "1", "limits.max_byte: no such setting (did you mean 'max_bytes'?)"),
        ("TRAILGUARD__LIMIT__MAX_BYTES", "1", "limit: no such setting (did you mean 'limits'?)"),
        (
            "TRAILGUARD__RULES__X__SEVERTY",
            "low",
            "rules.x.severty: no such setting (did you mean 'severity'?)",
        ),
        (
            "TRAILGUARD__NOTIFIERS__0__ROUTE__TAG",
            "[]",
            "notifiers.0.route.tag: no such setting (did you mean 'tags'?)",
        ),
        ("TRAILGUARD__NOTIFIERS__3__TOPIC_ARN", "x", "notifiers.3.type: is missing"),
        ("TRAILGUARD__LIMITS__MAX_BYTES", "many", "limits.max_bytes: expected an integer; it is a string"),
        (
            "TRAILGUARD__NOTIFIERS__7__TYPE",
            "sns",
            "notifiers: there are 3 in it, the first of which is 0; there is no 7",
        ),
        (
            "TRAILGUARD__NOTIFIERS__ON_CAL__TYPE",
            "sns",
            f"notifiers: none is called 'on_cal' (did you mean 'on_call'?); {POSITION}",
        ),
        (
            "TRAILGUARD__NOTIFIERS__PAGERDUTY__TYPE",
            "sns",
            f"notifiers: none is called 'pagerduty'; there are on_call, sns, stream; {POSITION}",
        ),
        (
            "TRAILGUARD__STATE__TYPE__X",
            "1",
            "state.type: it is no table, so that nothing can be set in it",
        ),
        (
            "TRAILGUARD__RULES__X__PARAMETERS__ACTIONS",
            "[ec2:*]",
            f"rules.x.parameters.actions: {NO_TOML}: Invalid value (at line 1, column 10)",
        ),
    ],
)
def test_mistake_is_told_with_the_variable(variable: str, text: str, told: str, tmp_path: Any) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text(
        "[[notifiers]]\ntype = 'sns'\nname = 'On-Call'\n"
        "[[notifiers]]\ntype = 'sns'\n[[notifiers]]\ntype = 'stream'\n"
        "[state]\ntype = 'memory'\n",
        "utf-8",
    )

    with pytest.raises(SettingsError) as mistake:
        load_settings(path, environ={variable: text})

    assert str(mistake.value) == f"environment variable {variable}: {told}"


def test_name_that_several_bear_is_told() -> None:
    under = {"notifiers": [{"type": "sns"}, {"type": "sns"}]}

    with pytest.raises(SettingsError, match="notifiers: several are called 'sns'; its position will do"):
        table("TRAILGUARD__NOTIFIERS__SNS__TOPIC_ARN", TOPIC, under)


def test_source_is_the_variable_that_set_a_value_or_made_the_table_around_it() -> None:
    environ = {"TRAILGUARD__RULES__X__ENABLED": "false", "TRAILGUARD__LIMITS__MAX_DEPTH": "3"}
    origins = overridden({"limits": {"max_bytes": 1}}, environ, Settings).origins

    assert (
        source_of("rules.x.enabled", origins, "file") == "environment variable TRAILGUARD__RULES__X__ENABLED"
    )
    assert source_of("rules.x", origins, "file") == "environment variable TRAILGUARD__RULES__X__ENABLED"
    assert (
        source_of("limits.max_depth", origins, "file") == "environment variable TRAILGUARD__LIMITS__MAX_DEPTH"
    )
    assert source_of("limits.max_bytes", origins, "file") == "file"
    assert source_of("limits", origins, "file") == "file"
    assert source_of("", origins, "file") == "file"


def test_rule_that_only_a_variable_names_is_told_with_the_variable() -> None:
    """Rules are looked up later, when the engine is made; it is the variable all the same."""
    settings = load_settings(environ={"TRAILGUARD__RULES__EC2_BLOCKD_ACTION__ENABLED": "false"})

    with pytest.raises(SettingsError) as mistake:
        Guard.from_settings(settings, notifiers=())
    assert str(mistake.value) == (
        "environment variable TRAILGUARD__RULES__EC2_BLOCKD_ACTION__ENABLED: rules.ec2-blockd-action:"
        " no such rule (did you mean 'ec2-blocked-action'?)"
    )
