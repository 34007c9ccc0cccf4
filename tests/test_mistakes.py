"""What people are told of mistakes in settings: each message in full, since it is all that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trailguard.errors import SettingsError
from trailguard.settings import load_settings, settings_from

if TYPE_CHECKING:
    from pathlib import Path

TABLES = "rule_sets, rules, notifiers, dead_letter, limits, answers, config, plugins, exceptions, state"
SEVERITIES = "'info', 'low', 'medium', 'high' or 'critical'"
QUOTES = ": put account ids in quotes, for some begin with 0"
A_DATE = "expected a date without quotes, such as 2027-01-31"
EXCEPTION = '[[exceptions]]\nrule = "x"\nowner = "web team"\nreason = "public pictures"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # tables and keys that there are not
        ("rule.x.enabled = false", "rule: no such setting (did you mean 'rules'?)"),
        ("colour = 'red'", f"colour: no such setting; there are {TABLES}"),
        ("source = 'elsewhere'", f"source: no such setting; there are {TABLES}"),
        ("origins = { x = 'elsewhere' }", f"origins: no such setting; there are {TABLES}"),
        ("rules.x.severty = 'low'", "rules.x.severty: no such setting (did you mean 'severity'?)"),
        ("rules.x.on = false", "rules.x.on: no such setting; there are enabled, severity, parameters"),
        ("[limits]\nmax_byte = 1", "limits.max_byte: no such setting (did you mean 'max_bytes'?)"),
        ("config.roles = 'execution'", "config.roles: no such setting (did you mean 'role'?)"),
        ("plugins.on_errors = 'skip'", "plugins.on_errors: no such setting (did you mean 'on_error'?)"),
        (
            "answers.partial_batch = true",
            "answers.partial_batch: no such setting (did you mean 'partial_batches'?)",
        ),
        ("state.tabel = 'x'", "state.tabel: no such setting (did you mean 'table'?)"),
        (
            '[[notifiers]]\ntype = "sns"\nroute.min_severty = "high"',
            "notifiers.0.route.min_severty: no such setting (did you mean 'min_severity'?)",
        ),
        (
            '[dead_letter]\ntype = "sns"\nroute.severity = "high"',
            "dead_letter.route.severity: no such setting (did you mean 'min_severity'?)",
        ),
        (f"{EXCEPTION}expire = 2027-01-31", "exceptions.0.expire: no such setting (did you mean 'expires'?)"),
        # what is missing, empty or twice there
        ('[[notifiers]]\ntopic_arn = "x"', "notifiers.0.type: is missing"),
        ('[dead_letter]\ntopic_arn = "x"', "dead_letter.type: is missing"),
        ('[[exceptions]]\nrule = "x"\nowner = "me"', "exceptions.0.reason: is missing"),
        (
            '[[exceptions]]\nrule = "x"\nowner = ""\nreason = "x"',
            "exceptions.0.owner: expected some text; it is empty",
        ),
        (
            '[[notifiers]]\ntype = "sns"\nname = "pager"\n[[notifiers]]\ntype = "slack"\nname = "pager"',
            "notifiers: 2 notifiers are called 'pager'; give each a name of its own",
        ),
        ('state.type = "sqlite"', "state: type 'sqlite' needs path"),
        ('state = { type = "dynamodb", table = "x", path = "y" }', "state: type 'dynamodb' has no path"),
        # values of which there are only some
        ("rules.x.severity = 'hihg'", f"rules.x.severity: expected {SEVERITIES} (did you mean 'high'?)"),
        ("rules.x.severity = 'HIHG'", f"rules.x.severity: expected {SEVERITIES} (did you mean 'high'?)"),
        ("rules.x.severity = 'dreadful'", f"rules.x.severity: expected {SEVERITIES}"),
        ("rules.x.severity = 3", f"rules.x.severity: expected {SEVERITIES}; it is an integer"),
        ("plugins.on_error = 'ignore'", "plugins.on_error: expected 'raise' or 'skip'"),
        (
            "answers.firehose_unmatched = 'dropp'",
            "answers.firehose_unmatched: expected 'keep' or 'drop' (did you mean 'drop'?)",
        ),
        ("state.type = 'redis'", "state.type: expected 'memory', 'sqlite' or 'dynamodb'"),
        ("limits.max_bytes = 0", "limits.max_bytes: expected more than 0"),
        ("state.remember_hours = 10_000", "state.remember_hours: expected at most 2160"),
        (
            "config.role = 'trailguard'",
            "config.role: expected execution, or the ARN of a role: arn:aws:iam::{account_id}:role/NAME",
        ),
        # values of another type
        ("rules.x.enabled = 'perhaps'", "rules.x.enabled: expected true or false; it is a string"),
        ("rules.x.enabled = [true]", "rules.x.enabled: expected true or false; it is an array"),
        (
            "rules.x = false",
            "rules.x: expected a table; it is a boolean: write enabled = true or false in it",
        ),
        ("rules.x = 'high'", "rules.x: expected a table; it is a string"),
        ("rules.x.parameters = ['a']", "rules.x.parameters: expected a table; it is an array"),
        ("rules = ['x']", "rules: expected a table; it is an array: write [rules], with one bracket"),
        ("limits.max_depth = 'deep'", "limits.max_depth: expected an integer; it is a string"),
        ("limits.max_depth = 1.5", "limits.max_depth: expected an integer; it is a float"),
        ("limits.max_depth = true", "limits.max_depth: expected an integer; it is a boolean"),
        ("state.remember_hours = '24'", "state.remember_hours: expected a number; it is a string"),
        (
            "config.external_id = 2027-01-31",
            "config.external_id: expected a string; it is a date: put it in quotes",
        ),
        ("notifiers = 'sns'", "notifiers: expected an array; it is a string"),
        ("notifiers = ['sns']", "notifiers.0: expected a table; it is a string"),
        (
            "[notifiers]\ntype = 'sns'",
            "notifiers: expected an array; it is a table: write [[notifiers]], with two brackets",
        ),
        (
            "[[dead_letter]]\ntype = 'sns'",
            "dead_letter: expected a table; it is an array: write [dead_letter], with one bracket",
        ),
        (
            "[[notifiers]]\ntype = 'a'\n[[notifiers]]\ntype = 7",
            "notifiers.1.type: expected a string; it is an integer: put it in quotes",
        ),
        (
            "[[notifiers]]\ntype = 'a'\nroute.rules = 'bucket-*'",
            "notifiers.0.route.rules: expected an array; it is a string: put it in brackets",
        ),
        (
            "[[notifiers]]\ntype = 'a'\nroute.accounts = ['444455556666', 111122223333]",
            f"notifiers.0.route.accounts.1: expected a string; it is an integer{QUOTES}",
        ),
        (
            f"{EXCEPTION}account = 111122223333",
            f"exceptions.0.account: expected a string; it is an integer{QUOTES}",
        ),
        (
            f"{EXCEPTION}expires = '2027-01-31'",
            f"exceptions.0.expires: {A_DATE}; it is a string",
        ),
        (
            f"{EXCEPTION}expires = 2027-01-31T12:00:00Z",
            f"exceptions.0.expires: {A_DATE}; it is a date with a time",
        ),
        (
            f"{EXCEPTION}expires = 20270131",
            f"exceptions.0.expires: {A_DATE}; it is an integer",
        ),
        (
            f"{EXCEPTION}expires = 12:00:00",
            f"exceptions.0.expires: {A_DATE}; it is a time",
        ),
    ],
)
def test_a_mistake_is_told_with_file_key_and_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(SettingsError) as mistake:
        load_settings(path, environ={})

    assert str(mistake.value) == f"{path}: {told}"
    assert (mistake.value.source, mistake.value.key) == (str(path), told.partition(": ")[0])


@pytest.mark.parametrize(
    "text",
    [
        "rules.x.severity = 'HIGH'",
        "rules.x.enabled = true",
        "state.remember_hours = 1",
        "config.role = 'arn:aws:iam::{account_id}:role/x'",
        'state = { type = "sqlite", path = "x" }',
        '[[notifiers]]\ntype = "sns"\n[[notifiers]]\ntype = "sns"',
        '[[notifiers]]\ntype = "sns"\nname = "pager"\n[[notifiers]]\ntype = "sns"\nname = "Pager"',
        f"{EXCEPTION}expires = 2027-01-31\naccount = '111122223333'",
        "[[notifiers]]\ntype = 'a'\nanything = { at = ['all'] }",
    ],
)
def test_what_only_looks_like_a_mistake_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text(text, "utf-8")

    load_settings(path, environ={})


def test_all_mistakes_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text(
        "[plugins]\non_error = 'ignore'\n"
        "[[notifiers]]\ntype = 'sns'\n"
        "[[notifiers]]\nroute.regions = 'eu-west-1'\nname = 7\n"
        "[rules.x]\nseverty = 'low'\nenabled = 'perhaps'\n"
        "[limit]\n",
        "utf-8",
    )

    with pytest.raises(SettingsError) as mistake:
        load_settings(path, environ={})

    assert str(mistake.value).splitlines() == [
        f"{path}: plugins.on_error: expected 'raise' or 'skip'",
        f"{path}: notifiers.1.route.regions: expected an array; it is a string: put it in brackets",
        f"{path}: notifiers.1.name: expected a string; it is an integer: put it in quotes",
        f"{path}: notifiers.1.type: is missing",
        f"{path}: rules.x.severty: no such setting (did you mean 'severity'?)",
        f"{path}: rules.x.enabled: expected true or false; it is a string",
        f"{path}: limit: no such setting (did you mean 'limits'?)",
    ]
    assert mistake.value.key == "plugins.on_error"


@pytest.mark.parametrize(
    "table",
    [
        {"notifiers": [{"webhook": "https://example.com/secret"}]},
        {"rules": {"x": {"parameters": "secret"}}},
        {"rules": {"x": {"severity": "secret"}}},
        {"config": {"role": "secret"}},
        {"state": {"type": "sqlite", "path": "x", "table": "secret"}},
    ],
)
def test_values_are_never_told(table: dict[str, Any]) -> None:
    """Settings hold webhooks and keys; start-up errors are logged, with what caused them."""
    with pytest.raises(SettingsError) as mistake:
        settings_from(table, "settings")

    assert "secret" not in str(mistake.value)
    assert mistake.value.__cause__ is None
    assert mistake.value.__suppress_context__
