from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from trailguard import settings as module
from trailguard.decode import MAX_BYTES, MAX_DEPTH
from trailguard.errors import SettingsError
from trailguard.overrides import PREFIX
from trailguard.schema import keys_at
from trailguard.settings import (
    SETTINGS_VARIABLE,
    Answers,
    ConfigSettings,
    Limits,
    NotifierSettings,
    PluginSettings,
    Route,
    RuleSettings,
    Settings,
    StandingException,
    StateSettings,
    load_settings,
    settings_from,
)
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHOLE = """\
[rules.ec2-blocked-action]
severity = "high"
parameters.actions = ["ec2:CreateVpc", "ec2:DeleteVpc"]

[rules.internet-gateway-attached]
enabled = false

[[notifiers]]
type = "sns"
topic_arn = "arn:aws:sns:eu-west-1:111122223333:security"

[[notifiers]]
type = "stream"

[dead_letter]
type = "sns"
topic_arn = "arn:aws:sns:eu-west-1:111122223333:undecodable"

[limits]
max_bytes = 1_000_000
max_record_bytes = 10_000
max_depth = 3

[answers]
partial_batches = false
firehose_unmatched = "drop"

[plugins]
on_error = "skip"
"""


VARIABLE = "TRAILGUARD__LIMITS__MAX_BYTES"
EXAMPLE = str(module.__doc__).partition("```toml\n")[2].partition("```")[0]


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have settings of their own."""
    for name in [SETTINGS_VARIABLE, *(name for name in os.environ if name.upper().startswith(PREFIX))]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "trailguard.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_file_is_read(write: Callable[[str], Path]) -> None:
    path = write(WHOLE)

    settings = load_settings(path)

    assert settings.of_rule("ec2-blocked-action") == RuleSettings(
        severity=Severity.HIGH, parameters={"actions": ["ec2:CreateVpc", "ec2:DeleteVpc"]}
    )
    assert not settings.of_rule("internet-gateway-attached").enabled
    assert [notifier.type for notifier in settings.notifiers] == ["sns", "stream"]
    assert settings.notifiers[0].options == {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:security"}
    assert settings.notifiers[1].options == {}
    assert settings.dead_letter is not None
    assert settings.dead_letter.options == {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:undecodable"}
    assert settings.limits == Limits(max_bytes=1_000_000, max_record_bytes=10_000, max_depth=3)
    assert settings.answers == Answers(partial_batches=False, firehose_unmatched="drop")
    assert settings.plugins == PluginSettings(on_error="skip")
    assert settings.source == str(path)


def test_role_for_aws_config_is_read(write: Callable[[str], Path]) -> None:
    path = write('[config]\nrole = "arn:aws:iam::{account_id}:role/x"\nexternal_id = "shared"\n')

    assert load_settings(path).config == ConfigSettings(
        role="arn:aws:iam::{account_id}:role/x", external_id="shared"
    )


def test_empty_file_changes_nothing(write: Callable[[str], Path]) -> None:
    path = write("# nothing yet\n")

    assert load_settings(path) == Settings(source=str(path))


def test_without_a_file_all_is_as_it_comes() -> None:
    assert load_settings() == Settings()
    assert Settings().plugins.on_error == "raise"
    assert Settings().of_rule("anything") == RuleSettings(enabled=None, severity=None, parameters={})


def test_variable_names_the_file(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTINGS_VARIABLE, str(write(WHOLE)))

    assert load_settings() == load_settings(write(WHOLE))


def test_given_file_goes_before_the_variable(
    write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTINGS_VARIABLE, "/no/such/file")

    assert len(load_settings(write(WHOLE)).notifiers) == 2


def test_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deployment templates set a variable to nothing rather than leave it out."""
    monkeypatch.setenv(SETTINGS_VARIABLE, "")

    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "wrong",
    [{"rules": {"x": {"enable": False}}}, {"rule": {}}, {"rules": {"x": {"severity": "hihg"}}}],
)
def test_settings_made_in_code_are_checked_as_well(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_settings_are_frozen() -> None:
    """An engine is built from them once; a later change would do nothing."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().source = "else"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        RuleSettings().enabled = False  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        NotifierSettings(type="sns").type = "stream"  # type: ignore[misc]


def test_one_mistake_does_not_hide_the_error_of_another(write: Callable[[str], Path]) -> None:
    """A file's mistakes and those of variables are told together, each with where it is to be mended."""
    path = write("limits.max_depth = 0\n")

    with pytest.raises(SettingsError) as mistake:
        load_settings(path, environ={VARIABLE: "many"})

    assert str(mistake.value).splitlines() == [
        f"{path}: limits.max_depth: expected more than 0",
        f"environment variable {VARIABLE}: limits.max_bytes: expected an integer; it is a string",
    ]


def test_variables_go_over_the_file(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILGUARD__LIMITS__MAX_DEPTH", "4")
    path = write(WHOLE)

    settings = load_settings(path)

    assert settings.limits == Limits(max_bytes=1_000_000, max_record_bytes=10_000, max_depth=4)
    assert settings.source_of("limits.max_depth") == "environment variable TRAILGUARD__LIMITS__MAX_DEPTH"
    assert settings.source_of("limits.max_bytes") == str(path)


def test_variables_do_without_a_file() -> None:
    settings = load_settings(environ={"TRAILGUARD__STATE": '{ type = "sqlite", path = "state.sqlite" }'})

    assert settings.state == StateSettings(type="sqlite", path="state.sqlite")
    assert settings.source_of("state.path") == "environment variable TRAILGUARD__STATE"
    assert settings.source_of("limits.max_depth") == "settings"


def test_environment_may_be_handed_in(write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILGUARD__LIMITS__MAX_DEPTH", "4")
    monkeypatch.setenv(SETTINGS_VARIABLE, "/no/such/file")

    assert load_settings(environ={}) == Settings()
    assert load_settings(environ={SETTINGS_VARIABLE: str(write(WHOLE))}).limits.max_depth == 3


def test_settings_are_made_of_what_may_stand_in_a_file(write: Callable[[str], Path]) -> None:
    path = write(WHOLE)

    assert settings_from(tomllib.loads(WHOLE), str(path)) == load_settings(path, environ={})


def test_settings_from_a_table_take_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAILGUARD__LIMITS__MAX_DEPTH", "4")

    assert settings_from({}, "mine") == Settings(source="mine")


def test_routes_exceptions_and_state_are_read(write: Callable[[str], Path]) -> None:
    settings = load_settings(write(EXAMPLE))

    assert settings.notifiers[0].route == Route(min_severity=Severity.HIGH, accounts=("111122223333",))
    assert settings.notifiers[0].options == {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:security"}
    assert settings.exceptions == (
        StandingException(
            rule="bucket-*",
            resource="amzn-s3-demo-website",
            owner="web team",
            reason="the shop's pictures are public",
            expires=date(2027, 1, 31),
        ),
    )
    assert settings.state == StateSettings(type="dynamodb", table="trailguard")


@pytest.mark.parametrize("written", ["high", "HIGH", "High"])
def test_severity_may_be_in_capitals(written: str) -> None:
    """As people write it in tickets; nothing else can be meant."""
    settings = settings_from(
        {
            "rules": {"x": {"severity": written}},
            "notifiers": [{"type": "sns", "route": {"min_severity": written}}],
        },
        "settings",
    )

    assert settings.of_rule("x").severity is Severity.HIGH
    assert settings.notifiers[0].route.min_severity is Severity.HIGH


def test_limits_are_those_of_decoding() -> None:
    """Said once, so that settings and decoding never differ."""
    assert (Limits().max_bytes, Limits().max_depth) == (MAX_BYTES, MAX_DEPTH)


def test_page_about_settings_has_every_table_and_key() -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text("utf-8")

    def keys(path: tuple[str, ...]) -> Iterator[str]:
        for key in keys_at(Settings, path):
            if key in {"source", "origins"}:
                continue
            yield key
            # The part after it stands for any rule, or any position.
            yield from keys((*path, key))
            if not keys_at(Settings, (*path, key)):
                yield from keys((*path, key, "0"))

    found = set(keys(()))
    assert {"parameters", "min_severity", "expires", "remember_hours", "on_error"} <= found
    assert [key for key in sorted(found) if not re.search(rf"[`\[.]{key}[`\].]", page)] == []


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            {"type": "stream", "route": {"failures": False}},
            "it takes whatever nobody can read, and has no route",
        ),
        ({"type": "slack", "url": "https://example.com/x"}, "slack does not keep bytes"),
        ({"type": "metrics"}, "metrics does not keep bytes"),
    ],
)
def test_dead_letter_keeps_everything(table: dict[str, Any], problem: str) -> None:
    """A near miss: a stream without a route does."""
    with pytest.raises(SettingsError, match=problem):
        settings_from({"dead_letter": table}, "trailguard.toml")

    assert settings_from({"dead_letter": {"type": "stream"}}, "trailguard.toml").dead_letter
