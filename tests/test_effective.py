from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, Severity, rule
from trailguard.effective import Value, effective
from trailguard.errors import SettingsError
from trailguard.settings import Settings, load_settings, settings_from


class Params(BaseModel, frozen=True):
    trusted: frozenset[str] = frozenset({"b", "a"})
    told: str = "deleted"


@rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Bucket deleted")
def bucket_deleted(event: CloudTrailEvent, params: Params) -> str:
    return f"{params.told} by {event.actor}"


def values(settings: Settings) -> dict[str, tuple[Any, str]]:
    return {key: (value, origin) for key, value, origin in effective(settings, [bucket_deleted])}


def options(**given: Any) -> dict[str, Any]:
    settings = settings_from({"notifiers": [{"type": "webhook", **given}]}, "mine")
    start = "notifiers.0."
    return {
        key.removeprefix(start): value
        for key, (value, _) in values(settings).items()
        if key.removeprefix(start) in given
    }


def test_every_setting_has_its_default() -> None:
    found = values(Settings())

    assert {origin for _, origin in found.values()} == {"default"}
    assert found["rules.bucket-deleted.enabled"] == (True, "default")
    assert found["rules.bucket-deleted.severity"] == ("low", "default")
    assert found["rules.bucket-deleted.parameters.trusted"] == (["a", "b"], "default")
    assert found["dead_letter"] == (None, "default")
    assert found["notifiers"] == ([], "default")
    assert found["plugins.on_error"] == ("raise", "default")
    assert "source" not in found
    assert "origins" not in found


def test_what_is_set_is_told_with_its_file() -> None:
    table = {
        "rules": {"bucket-deleted": {"severity": "high", "parameters": {"told": "gone"}}},
        "limits": {"max_depth": 3},
        "notifiers": [{"type": "sns", "topic_arn": "x", "route": {"min_severity": "high"}}],
        "exceptions": [{"rule": "*", "owner": "me", "reason": "so", "expires": date(2027, 1, 31)}],
    }
    found = values(settings_from(table, "mine"))

    assert {key: value for key, (value, origin) in found.items() if origin == "mine"} == {
        "rules.bucket-deleted.severity": "high",
        "rules.bucket-deleted.parameters.told": "gone",
        "limits.max_depth": 3,
        "notifiers.0.type": "sns",
        "notifiers.0.topic_arn": "x",
        "notifiers.0.route.min_severity": "high",
        "exceptions.0.rule": "*",
        "exceptions.0.owner": "me",
        "exceptions.0.reason": "so",
        "exceptions.0.expires": date(2027, 1, 31),
    }
    assert found["rules.bucket-deleted.enabled"] == (True, "default")
    assert found["rules.bucket-deleted.parameters.trusted"] == (["a", "b"], "default")
    assert found["notifiers.0.route.failures"] == (True, "default")


def test_what_a_variable_sets_is_told_with_the_variable() -> None:
    environ = {
        "TRAILGUARD__RULES__BUCKET_DELETED__PARAMETERS__TOLD": "gone",
        "TRAILGUARD__LIMITS": "{ max_depth = 3 }",
    }
    found = values(load_settings(environ=environ))

    assert found["rules.bucket-deleted.parameters.told"] == (
        "gone",
        "environment variable TRAILGUARD__RULES__BUCKET_DELETED__PARAMETERS__TOLD",
    )
    assert found["limits.max_depth"] == (3, "environment variable TRAILGUARD__LIMITS")
    assert found["limits.max_bytes"][1] == "default"


def test_rule_that_is_off_is_shown_as_well() -> None:
    found = values(settings_from({"rules": {"bucket-deleted": {"enabled": False}}}, "mine"))

    assert found["rules.bucket-deleted.enabled"] == (False, "mine")
    assert found["rules.bucket-deleted.parameters.told"] == ("deleted", "default")


def test_rule_that_there_is_not_is_shown_as_it_is_set() -> None:
    """It may be a plugin's that is left out."""
    found = values(settings_from({"rules": {"other": {"parameters": {"a": 1}}}}, "mine"))

    assert found["rules.other.parameters"] == ({"a": 1}, "mine")


def test_parameter_that_is_wrong_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"told: .*it is of type int"):
        values(settings_from({"rules": {"bucket-deleted": {"parameters": {"told": 7}}}}, "mine"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"url": {"from": "ssm:/slack"}}, {"url": {"from": "ssm:/slack"}}),
        ({"token": {"from": "ssm:/slack"}}, {"token": {"from": "ssm:/slack"}}),
        ({"url": "https://example.com/hush"}, {"url": "https://example.com/(not shown)"}),
        ({"url": "https://me:hush@example.com"}, {"url": "https://example.com"}),
        ({"url": "https://me:hush@example.com/x"}, {"url": "https://example.com/(not shown)"}),
        ({"url": "https://example.com?key=hush"}, {"url": "https://example.com/(not shown)"}),
        ({"routing_key": "hush"}, {"routing_key": "(not shown)"}),
        ({"secret": "hush"}, {"secret": "(not shown)"}),
        ({"headers": {"X-Team": "hush"}}, {"headers": {"X-Team": "(not shown)"}}),
        ({"headers": {"A": {"from": "env:A"}}}, {"headers": {"A": {"from": "env:A"}}}),
        ({"urls": ["https://example.com/hush"]}, {"urls": ["https://example.com/(not shown)"]}),
        # what is no secret
        ({"url": "https://example.com"}, {"url": "https://example.com"}),
        (
            {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:x"},
            {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:x"},
        ),
        (
            {"queue_url": "https://sqs.eu-west-1.amazonaws.com/111122223333/x"},
            {"queue_url": "https://sqs.eu-west-1.amazonaws.com/111122223333/x"},
        ),
        ({"keys": "a"}, {"keys": "a"}),
        ({"timeout": 3}, {"timeout": 3}),
    ],
)
def test_secrets_are_not_shown(given: dict[str, Any], shown: dict[str, Any]) -> None:
    assert options(**given) == shown
    assert "hush" not in str(options(**given))


def test_secrets_of_the_dead_letter_are_not_shown_either() -> None:
    found = values(settings_from({"dead_letter": {"type": "webhook", "secret": "hush"}}, "mine"))

    assert found["dead_letter.secret"] == ("(not shown)", "mine")


def test_only_options_are_taken_for_secrets() -> None:
    """A link in a reason is to be read."""
    reason = "see https://example.com/ticket"
    settings = settings_from({"exceptions": [{"rule": "*", "owner": "key", "reason": reason}]}, "mine")

    assert values(settings)["exceptions.0.reason"] == (reason, "mine")


def test_values_are_named() -> None:
    assert next(iter(effective(Settings(), [bucket_deleted]))) == Value(
        key="rules.bucket-deleted.enabled", value=True, origin="default"
    )
