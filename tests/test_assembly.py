"""How a guard gets along without plugins that are skipped; why they are is in test_plugins.py."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, Guard, Rule, Severity, hookimpl, rule
from trailguard.errors import NoRulesError, PluginError, SettingsError
from trailguard.rule_sets import members
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from pathlib import Path

SKIP = 'plugins.on_error = "skip"\n'
PREFIX = "plugin acme: a setting that may be meant for it is left out, too: "


class Params(BaseModel, frozen=True):
    names: tuple[str, ...] = ()


class Pager:
    """A notifier of a plugin."""

    name = "pager"

    def send(self, notices: Any) -> None: ...


def plain_rule() -> Rule:
    @rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
    def bucket_deleted(_: CloudTrailEvent) -> str:
        return "gone"

    return bucket_deleted


def rule_with_parameters() -> Rule:
    @rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
    def bucket_deleted(_: CloudTrailEvent, params: Params) -> str:
        return f"{params.names}"

    return bucket_deleted


def plugin(name: str, *rules: Rule, **notifiers: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(
        trailguard_rules=hookimpl(lambda: list(rules)), trailguard_notifiers=hookimpl(lambda: notifiers)
    )
    return module


def broken(name: str = "acme") -> ModuleType:
    """Make a plugin that cannot be used: it has no hook."""
    return ModuleType(name)


@pytest.fixture(name="settings")
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that writes a settings file, ``s.toml`` for messages."""
    monkeypatch.chdir(tmp_path)

    def settings(text: str) -> str:
        (tmp_path / "s.toml").write_text(text, "utf-8")
        return "s.toml"

    return settings


def told(guard: Guard) -> list[str]:
    return [str(problem) for problem in guard.problems]


def test_plugins_are_not_skipped_unless_settings_say_so(settings: Any) -> None:
    for text in ("", 'plugins.on_error = "raise"\n'):
        with pytest.raises(PluginError, match="plugin acme: implements no hook"):
            Guard.from_settings(settings(text), plugins=[broken()])


def test_what_is_left_out_is_logged_and_kept(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Once, with the plugin as a field to search by. Whatever else there is judges."""
    guard = Guard.from_settings(settings(SKIP), plugins=[broken(), plugin("other", plain_rule())])

    [problem] = guard.problems
    [record] = caplog.records
    assert (record.name, record.levelno) == ("trailguard", logging.ERROR)
    assert record.getMessage() == f"left out: {problem}"
    assert vars(record)["plugin"] == problem.plugin == "acme"
    assert {one.id for one in guard.engine.rules} == members("default", BUILTIN_RULES) | {"bucket-deleted"}


def test_log_shows_what_a_hook_raised(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """With the line of the plugin, as the error would."""
    acme = plugin("acme")
    vars(acme)["trailguard_rules"] = hookimpl(lambda: 1 / 0)

    Guard.from_settings(settings(SKIP), plugins=[acme])

    assert "test_assembly.py" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_logged_where_nothing_is_left_out(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard.from_settings(settings(SKIP), plugins=[plugin("acme", plain_rule())])

    assert guard.problems == ()
    assert caplog.records == []


# Settings of rules


def test_settings_of_a_rule_that_is_missing_are_left_out(settings: Any) -> None:
    """And told, since nobody knows whether the name is only misspelt. Those of other rules hold."""
    path = settings(
        SKIP
        + """
        [rules.bucket-deleted]
        parameters.names = ["x"]
        [rules.ec2-blocked-acton]
        enabled = false
        [rules.ec2-blocked-action]
        severity = "info"
        """
    )

    guard = Guard.from_settings(path, plugins=[broken()])

    assert told(guard)[1:] == [
        f"{PREFIX}s.toml: rules.bucket-deleted: no such rule (did you mean 'log-bucket-deleted'?)",
        f"{PREFIX}s.toml: rules.ec2-blocked-acton: no such rule (did you mean 'ec2-blocked-action'?)",
    ]
    [blocked] = [one for one in guard.engine.listeners if one.rule.id == "ec2-blocked-action"]
    assert blocked.severity is Severity.INFO


def test_every_plugin_is_named_that_a_setting_may_be_meant_for(settings: Any) -> None:
    path = settings(SKIP + "rules.bucket-deleted.enabled = true")

    guard = Guard.from_settings(path, plugins=[broken("acme"), broken("other")])

    assert [problem.plugin for problem in guard.problems] == ["acme", "other", "acme or other"]


@pytest.mark.parametrize(
    ("text", "plugins"), [(SKIP, [plugin("acme")]), (SKIP, []), ("", [])], ids=["whole", "none", "strict"]
)
def test_misspelt_rule_is_an_error_where_nothing_is_left_out(
    settings: Any, text: str, plugins: list[Any]
) -> None:
    """A near miss: only a plugin that is missing may have it."""
    with pytest.raises(SettingsError, match=r"rules\.bucket-deleted: no such rule"):
        Guard.from_settings(settings(text + "rules.bucket-deleted.enabled = true"), plugins=plugins)


def test_chosen_rule_that_is_missing_is_an_error(settings: Any) -> None:
    """Whoever asks for one rule alone would be told of none."""
    with pytest.raises(SettingsError, match="the chosen rules: bucket-deleted: no such rule"):
        Guard.from_settings(settings(SKIP), plugins=[broken()], only=["bucket-deleted"])


def test_no_rule_left_is_an_error(settings: Any) -> None:
    off = "".join(f"rules.{one.id}.enabled = false\n" for one in BUILTIN_RULES)

    with pytest.raises(NoRulesError):
        Guard.from_settings(settings(SKIP + off), plugins=[broken()])


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ("parameters.names = ['x']", "rules.bucket-deleted.parameters: the rule takes no parameters"),
        ("", None),
    ],
)
def test_parameters_for_the_other_rule_of_an_id(settings: Any, parameters: str, error: str | None) -> None:
    """They do not fit the first one, which stays; what does fit holds."""
    path = settings(f'{SKIP}[rules.bucket-deleted]\nseverity = "low"\n{parameters}')
    first, second = plugin("first", plain_rule()), plugin("acme", rule_with_parameters())

    guard = Guard.from_settings(path, plugins=[first, second])

    assert told(guard)[1:] == ([f"{PREFIX}s.toml: {error}"] if error else [])
    [verdict] = guard.judge([cloudtrail_event("s3:DeleteBucket").raw]).verdicts
    assert (verdict.reason, verdict.severity) == ("gone", Severity.LOW)


def test_parameters_that_fit_the_first_rule_of_an_id(settings: Any) -> None:
    path = settings(SKIP + "rules.bucket-deleted.parameters.names = ['x']")
    first, second = plugin("first", rule_with_parameters()), plugin("acme", plain_rule())

    guard = Guard.from_settings(path, plugins=[first, second])

    [verdict] = guard.judge([cloudtrail_event("s3:DeleteBucket").raw]).verdicts
    assert (verdict.reason, len(guard.problems)) == ("('x',)", 1)


def test_wrong_parameters_of_another_rule_stay_an_error(settings: Any) -> None:
    """A near miss: that rule is there, and nobody disputes its id."""
    with pytest.raises(
        SettingsError, match=r"rules\.ec2-blocked-action\.parameters\.action: no such parameter"
    ):
        Guard.from_settings(
            settings(SKIP + "rules.ec2-blocked-action.parameters.action = []"), plugins=[broken()]
        )


# Notifiers


def test_notifier_that_is_missing_is_left_out(settings: Any) -> None:
    """The others are told; wrong options of theirs are an error that names their place in the file."""
    text = SKIP + '[[notifiers]]\ntype = "pager"\n[[notifiers]]\ntype = "chat"\n'
    chat = plugin("other", chat=Pager)

    guard = Guard.from_settings(settings(text), plugins=[broken(), chat])

    assert [type(one) for one in guard.notifiers] == [Pager]
    assert told(guard)[1:] == [f"{PREFIX}s.toml: notifiers.0.type: no notifier is called 'pager'"]
    with pytest.raises(SettingsError, match=r"notifiers\.1: chat: "):
        Guard.from_settings(settings(text + "colour = 1"), plugins=[broken(), chat])


def test_standard_output_stands_in_for_missing_notifiers(settings: Any) -> None:
    """A verdict that nobody is told is worse than one in the log."""
    guard = Guard.from_settings(settings(SKIP + '[[notifiers]]\ntype = "pager"'), plugins=[broken()])

    assert [one.name for one in guard.notifiers] == ["stream"]
    assert len(guard.problems) == 2


def test_dead_letter_that_is_missing_is_left_out(settings: Any) -> None:
    """Then what cannot be decoded is told to the notifiers, and comes again, as without one."""
    guard = Guard.from_settings(settings(SKIP + '[dead_letter]\ntype = "pager"'), plugins=[broken()])

    assert guard.dead_letter is None
    assert told(guard)[1:] == [f"{PREFIX}s.toml: dead_letter.type: no notifier is called 'pager'"]


def test_notifiers_of_the_settings_do_not_matter_where_others_are_given(settings: Any) -> None:
    """A near miss: nobody asks for the missing one."""
    path = settings(SKIP + '[[notifiers]]\ntype = "pager"\n[dead_letter]\ntype = "pager"')

    guard = Guard.from_settings(path, plugins=[broken()], notifiers=())

    assert len(guard.problems) == 1


@pytest.mark.parametrize("plugins", [[], [plugin("acme")]])
def test_unknown_notifier_is_an_error_where_nothing_is_left_out(settings: Any, plugins: list[Any]) -> None:
    with pytest.raises(SettingsError, match=r"notifiers\.0\.type: no notifier is called 'pager'"):
        Guard.from_settings(settings(SKIP + '[[notifiers]]\ntype = "pager"'), plugins=plugins)
