from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, Engine, Guard, Severity, rule
from trailguard.errors import SettingsError
from trailguard.rules import BUILTIN_RULES
from trailguard.settings import RuleSettings, Settings
from trailguard.testing import cloudtrail_event, engine_with
from trailguard.testing.engines import installed_engine

if TYPE_CHECKING:
    from pathlib import Path

    from trailguard import Verdict


class Params(BaseModel, frozen=True):
    trusted: frozenset[str] = frozenset()
    told: str = "deleted"


@rule(on="s3:DeleteBucket", severity=Severity.LOW, title="Bucket deleted")
def bucket_deleted(event: CloudTrailEvent, params: Params) -> str | None:
    return None if event.request_parameters.get("bucketName") in params.trusted else params.told


@rule(on="s3:DeleteBucket", severity=Severity.INFO, title="Something deleted")
def something_deleted(event: CloudTrailEvent) -> str:
    return f"by {event.actor}"


def verdicts(engine: Engine) -> list[Verdict]:
    event = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "one"})
    return list(Guard(engine).judge(event.raw).verdicts)


def told(engine: Engine) -> list[tuple[str, str]]:
    return [(str(verdict.severity), verdict.reason) for verdict in verdicts(engine)]


SETTINGS: dict[str, Any] = {
    "rules": {"bucket-deleted": {"severity": "high", "parameters": {"told": "gone"}}},
}


def test_rules_are_on_with_their_defaults() -> None:
    engine = engine_with(bucket_deleted, something_deleted)

    assert [verdict.rule_id for verdict in verdicts(engine)] == ["bucket-deleted", "something-deleted"]
    assert told(engine)[0] == ("low", "deleted")


@pytest.mark.parametrize("form", ["mapping", "settings", "text", "path"])
def test_settings_come_in_every_form(form: str, tmp_path: Path) -> None:
    file = tmp_path / "trailguard.toml"
    file.write_text('[rules.bucket-deleted]\nseverity = "high"\nparameters.told = "gone"\n', encoding="utf-8")
    forms: dict[str, Any] = {
        "mapping": SETTINGS,
        "settings": Settings.model_validate(SETTINGS),
        "text": str(file),
        "path": file,
    }

    assert told(engine_with(bucket_deleted, settings=forms[form])) == [("high", "gone")]


def test_no_settings_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test is to come to the same on every machine."""
    monkeypatch.setenv("TRAILGUARD_SETTINGS", str(tmp_path / "missing.toml"))

    assert told(engine_with(bucket_deleted)) == [("low", "deleted")]
    assert installed_engine()


def test_parameters_stand_beside_what_settings_say() -> None:
    trusting = {"bucket-deleted": {"trusted": ["other"]}}

    assert told(engine_with(bucket_deleted, settings=SETTINGS, parameters=trusting)) == [("high", "gone")]


def test_parameters_win_over_settings() -> None:
    parameters = {"bucket-deleted": {"told": "no more"}}

    assert told(engine_with(bucket_deleted, settings=SETTINGS, parameters=parameters)) == [
        ("high", "no more")
    ]
    assert SETTINGS["rules"]["bucket-deleted"]["parameters"] == {"told": "gone"}


def test_parameters_do_without_settings() -> None:
    assert told(engine_with(bucket_deleted, parameters={"bucket-deleted": {"trusted": ["one"]}})) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"parameters": {"bucket-deletd": {}}}, r"rules\.bucket-deletd: no such rule \(did you mean"),
        ({"parameters": {"bucket-deleted": {"trustd": []}}}, r"trustd: no such parameter \(did you mean"),
        ({"parameters": {"bucket-deleted": {"told": 7}}}, r"told: .*it is of type int"),
        ({"settings": {"rules": {"bucket-deleted": {"enabld": True}}}}, r"rules\.bucket-deleted\.enabld: "),
        ({"settings": {"rulez": {}}}, "settings: rulez: "),
        ({"settings": "missing.toml"}, r"missing\.toml: cannot be read"),
    ],
)
def test_what_is_wrong_with_settings_is_told(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        engine_with(bucket_deleted, **given)


def test_without_rules_there_are_all_that_are_installed() -> None:
    """And settings hold for them, too."""
    off = {rule.id: RuleSettings(enabled=False) for rule in BUILTIN_RULES if rule.id != "ec2-blocked-action"}
    engine = engine_with(settings=Settings(rules=off))
    event = cloudtrail_event("ec2:DeleteVpc", request={"vpcId": "vpc-1"})

    assert [one.rule_id for one in Guard(engine).judge(event.raw).verdicts] == ["ec2-blocked-action"]
    assert [one.rule_id for one in Guard(installed_engine()).judge(event.raw).verdicts] == [
        "ec2-blocked-action"
    ]
