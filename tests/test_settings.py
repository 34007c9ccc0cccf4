from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from trailguard.decode import MAX_BYTES, MAX_DEPTH
from trailguard.errors import SettingsError
from trailguard.settings import (
    SETTINGS_VARIABLE,
    Answers,
    ConfigSettings,
    Limits,
    NotifierSettings,
    PluginSettings,
    RuleSettings,
    Settings,
    load_settings,
)
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have settings of their own."""
    monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)


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
    assert Settings().of_rule("anything") == RuleSettings(enabled=True, severity=None, parameters={})


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
    ("text", "key", "told"),
    [
        ("rule.x.enabled = false", "rule", "no such setting (did you mean 'rules'?)"),
        ("[[notifier]]\ntype = 'sns'", "notifier", "no such setting (did you mean 'notifiers'?)"),
        ("colour = 'red'", "colour", "no such setting"),
        ("source = 'elsewhere'", "source", "no such setting"),
        ("rules.x.enable = false", "rules.x.enable", "no such setting (did you mean 'enabled'?)"),
        ("rules.x.severty = 'low'", "rules.x.severty", "no such setting (did you mean 'severity'?)"),
        ("rules.x.parameter.a = 1", "rules.x.parameter", "no such setting (did you mean 'parameters'?)"),
        ("rules.x.actions = []", "rules.x.actions", "no such setting"),
        ("rules.x.enabled = 'perhaps'", "rules.x.enabled", "valid boolean"),
        ("rules.x.enabled = [true]", "rules.x.enabled", "it is of type list"),
        ("rules.x.severity = 'hihg'", "rules.x.severity", "'info', 'low', 'medium', 'high' or 'critical'"),
        ("rules.x.severity = 3", "rules.x.severity", "it is of type int"),
        ("rules.x.parameters = ['ec2:*']", "rules.x.parameters", "valid dictionary; it is of type list"),
        ("rules.x = false", "rules.x", "it is of type bool"),
        ("rules = ['x']", "rules", "valid dictionary; it is of type list"),
        ("notifiers = 'sns'", "notifiers", "it is of type str"),
        ("notifiers = ['sns']", "notifiers.0", "it is of type str"),
        ("[[notifiers]]\ntopic_arn = 'x'", "notifiers.0.type", "Field required"),
        ("[[notifiers]]\ntype = 'a'\n[[notifiers]]\ntype = 7", "notifiers.1.type", "it is of type int"),
    ],
)
def test_mistake_is_told_with_file_key_and_what_was_expected(
    write: Callable[[str], Path], text: str, key: str, told: str
) -> None:
    path = write(text)

    with pytest.raises(SettingsError) as mistake:
        load_settings(path)

    assert mistake.value.source == str(path)
    assert mistake.value.key == key
    assert str(mistake.value).startswith(f"{path}: {key}: ")
    assert told in str(mistake.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n\nrules = ]\n", "line 3"),
        ("[rules.x]\n[rules.x]\n", "line 2"),
        ("rules.x.severity = high", "line 1"),
        ("{}", "not TOML"),
    ],
)
def test_file_that_is_no_toml_is_told_with_the_line(
    write: Callable[[str], Path], text: str, told: str
) -> None:
    path = write(text)

    with pytest.raises(SettingsError) as mistake:
        load_settings(path)

    assert str(mistake.value).startswith(f"{path}: not TOML: ")
    assert told in str(mistake.value)


def test_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_bytes(b"\xff\xfe[\0r\0")

    with pytest.raises(SettingsError, match="not TOML"):
        load_settings(path)


def test_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when only the variable names it: settings that are silently not read judge nothing as meant."""
    path = tmp_path / "missing.toml"
    monkeypatch.setenv(SETTINGS_VARIABLE, str(path))

    for given in (path, str(path), None):
        with pytest.raises(SettingsError) as mistake:
            load_settings(given)
        assert str(mistake.value) == f"{path}: cannot be read: No such file or directory"


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    "text", ["[[notifiers]]\nwebhook = 'https://example.com/secret'", "rules.x.parameters = 'secret'"]
)
def test_values_are_never_told(write: Callable[[str], Path], text: str) -> None:
    """Settings hold webhooks and keys; start-up errors are logged."""
    with pytest.raises(SettingsError) as mistake:
        load_settings(write(text))

    assert "secret" not in str(mistake.value)
    assert mistake.value.__cause__ is None


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


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("[limit]\nmax_bytes = 1", "limit", "no such setting (did you mean 'limits'?)"),
        ("[limits]\nmax_byte = 1", "limits.max_byte", "no such setting (did you mean 'max_bytes'?)"),
        ("[config]\nroles = 'execution'", "config.roles", "no such setting (did you mean 'role'?)"),
        ("[limits]\nmax_bytes = 0", "limits.max_bytes", "Input should be greater than 0"),
        ('[limits]\nmax_depth = "deep"', "limits.max_depth", "it is of type str"),
        (
            "[answers]\npartial_batch = true",
            "answers.partial_batch",
            "no such setting (did you mean 'partial_batches'?)",
        ),
        ('[answers]\nfirehose_unmatched = "lose"', "answers.firehose_unmatched", "'keep' or 'drop'"),
        ('plugins.on_errors = "skip"', "plugins.on_errors", "no such setting (did you mean 'on_error'?)"),
        ('plugins.on_error = "ignore"', "plugins.on_error", "'raise' or 'skip'"),
        ('[plugin]\non_error = "skip"', "plugin", "no such setting (did you mean 'plugins'?)"),
        ('[dead_letter]\ntopic_arn = "x"', "dead_letter.type", "Field required"),
    ],
)
def test_mistake_is_named_with_the_nearest_right_key(
    write: Callable[[str], Path], text: str, key: str, problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(text))

    assert caught.value.key == key
    assert problem in str(caught.value)


def test_limits_are_those_of_decoding() -> None:
    """Said once, so that settings and decoding never differ."""
    assert (Limits().max_bytes, Limits().max_depth) == (MAX_BYTES, MAX_DEPTH)
