from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from distributions import install
from trailguard.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

RULE = "internet-gateway-attached"
ALL = ["eventbridge", "cloudwatch-logs", "config", "cloudtrail"]
THROUGH = "lets through all that the rules listen to\n"

PLUGIN = """
from trailguard import CloudTrailEvent, ConfigurationItem, Match, Severity, hookimpl, rule


@rule(on=[{on}], severity=Severity.LOW, title="Acme")
def acme({takes}) -> None: ...


@hookimpl
def trailguard_rules():
    return [acme]
"""


def filters(*arguments: object, given: bytes | str | None = None) -> Result:
    result = CliRunner().invoke(
        cli, ["filters", *map(str, arguments)], input=given, env={"TRAILGUARD_SETTINGS": None}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def printed(*arguments: object) -> Any:
    result = filters(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def only(folder: Path, *rule_ids: str) -> Path:
    """Write settings that turn all rules off but these."""
    rules = json.loads(CliRunner().invoke(cli, ["rules", "--format", "json"]).stdout)
    off = [f"[rules.{rule['id']}]\nenabled = false\n" for rule in rules if rule["id"] not in rule_ids]
    settings = folder / "trailguard.toml"
    settings.write_text("".join(off), "utf-8")
    return settings


def import_from(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Have a plugin installed, whose module no other test has imported."""
    monkeypatch.syspath_prepend(install(folder, source, module=f"{folder.name}_plugin"))


@pytest.mark.parametrize("what", ALL)
def test_what_is_printed_passes_when_checked(what: str, tmp_path: Path) -> None:
    """From a file and from standard input, as some shells write it, too."""
    found = filters(what)
    file = tmp_path / "filters.json"
    file.write_text(found.stdout, "utf-8-sig")
    from_file, from_input = (
        filters(what, "--check", file),
        filters(what, "--check", "-", given=file.read_bytes()),
    )

    assert found.exit_code == 0
    assert isinstance(json.loads(found.stdout), list)
    assert (from_file.exit_code, from_file.stdout, from_file.stderr) == (
        0,
        "",
        f"trailguard: {file} {THROUGH}",
    )
    assert (from_input.exit_code, from_input.stdout, from_input.stderr) == (0, "", f"trailguard: - {THROUGH}")


@pytest.mark.parametrize("what", ALL)
def test_nothing_is_too_narrow(what: str) -> None:
    """A line on standard output for each thing that is kept back."""
    result = filters(what, "--check", "-", given="[]")

    assert result.exit_code == 1
    assert result.stderr == f"trailguard: - keeps back what is listed: {len(result.stdout.splitlines())}\n"


@pytest.mark.parametrize("what", ["eventbridge", "cloudwatch-logs"])
def test_rules_that_are_off_make_filters_narrower(what: str, tmp_path: Path) -> None:
    settings = only(tmp_path, RULE)
    found = filters(what, "--settings", settings)
    of_all = filters(what, "--check", "-", given=found.stdout)

    assert "AttachInternetGateway" in found.stdout
    assert "CreateRoute" not in found.stdout
    assert found.stderr == ""
    assert filters(what, "--settings", settings, "--check", "-", given=found.stdout).exit_code == 0
    assert of_all.exit_code == 1
    assert not any(line.startswith(f"{RULE}:") for line in of_all.stdout.splitlines())


def test_rules_that_listen_to_calls_need_no_recorder(tmp_path: Path) -> None:
    settings = only(tmp_path, RULE)

    assert printed("config", "--settings", settings) == []
    assert printed("cloudtrail", "--settings", settings) == [
        {
            "Name": "Management events",
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        }
    ]


def test_event_patterns_of_one_feed() -> None:
    both, calls, items = (
        printed("eventbridge", *feed) for feed in ([], ["--feed", "cloudtrail"], ["--feed", "config"])
    )

    assert both == calls + items
    assert [pattern for pattern in calls if "source" in pattern] == []
    assert [pattern["source"] for pattern in items] == [["aws.config"]] * len(items)
    assert calls
    assert items


def test_a_check_of_one_feed() -> None:
    """A near miss: of both, the other one is missing."""
    items = filters("eventbridge", "--feed", "config").stdout

    assert filters("eventbridge", "--feed", "config", "--check", "-", given=items).exit_code == 0
    assert filters("eventbridge", "--check", "-", given=items).exit_code == 1


def test_what_does_not_fit_is_told_on_standard_error() -> None:
    one, many = (
        filters("cloudwatch-logs", "--max-filters", 1),
        filters("cloudwatch-logs", "--max-filters", 50),
    )

    assert (one.exit_code, len(json.loads(one.stdout))) == (0, 1)
    assert one.stderr.startswith("trailguard: widened: ")
    assert (many.exit_code, many.stderr) == (0, "")


def test_no_filters_at_all() -> None:
    result = filters("cloudwatch-logs", "--max-filters", 0)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "0 is not in the range x>=1" in result.stderr


@pytest.mark.parametrize("what", ALL)
@pytest.mark.parametrize(
    "given", [b"", b"\xff\xfe[\x00]\x00", bytes(range(256)), b'{"a":' * 5000, b"[1, [2]]", b"(" * 3000]
)
def test_an_odd_file(what: str, given: bytes, tmp_path: Path) -> None:
    """One line on standard error that names it."""
    file = tmp_path / "odd"
    file.write_bytes(given)
    from_file, from_input = filters(what, "--check", file), filters(what, "--check", "-", given=given)

    assert (from_file.exit_code, from_file.stdout) == (2, "")
    assert from_file.stderr.startswith(f"trailguard: {file}: ")
    assert from_file.stderr.count("\n") == 1
    assert (from_input.exit_code, from_input.stdout) == (2, "")
    assert from_input.stderr.startswith("trailguard: -: ")


def test_a_pattern_that_is_nested_too_deeply() -> None:
    """JSON can be read deeper than patterns are."""
    result = filters("eventbridge", "--check", "-", given='{"detail":' * 600 + "[]" + "}" * 600)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "trailguard: -: nested too deeply\n"


@pytest.mark.parametrize("what", ALL)
def test_a_file_that_cannot_be_read(what: str, tmp_path: Path) -> None:
    """Nor is it taken for no file, where a script has an empty name for it."""
    missing = tmp_path / "missing.json"
    results = [filters(what, "--check", file) for file in (tmp_path, missing, "")]

    assert [(one.exit_code, one.stdout) for one in results] == [(2, "")] * 3
    assert results[1].stderr == f"trailguard: {missing}: No such file or directory\n"


def test_what_a_check_says_is_spelled_out_and_never_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "red \x1b[31m"
    file.write_text('["{($.\x1b[31m=1"]', "utf-8")

    assert "\x1b" not in filters("cloudwatch-logs", "--check", file).stderr


@pytest.mark.parametrize("what", ALL)
def test_plugins_that_are_left_out(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are filters for the other rules; but exit status 2 says that something is missing."""
    import_from(tmp_path, monkeypatch, "import no_such_library")
    settings = tmp_path / "skip.toml"
    settings.write_text('plugins.on_error = "skip"\n', "utf-8")
    found = filters(what, "--settings", settings)
    checked = filters(what, "--settings", settings, "--check", "-", given=found.stdout)

    assert found.exit_code == checked.exit_code == 2
    assert json.loads(found.stdout)
    assert "trailguard: left out: plugin acme-rules 1.0" in found.stderr
    assert checked.stderr.endswith(f"trailguard: - {THROUGH}")
    assert filters(what, "--settings", settings, "--check", "-", given="[]").exit_code == 1
    assert filters(what).stderr.count("cannot be loaded") == 1


def test_rules_of_plugins_are_compiled_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = PLUGIN.format(on='"kms:ScheduleKeyDeletion"', takes="event: CloudTrailEvent")
    import_from(tmp_path, monkeypatch, source)

    assert "ScheduleKeyDeletion" in filters("eventbridge").stdout
    assert "ScheduleKeyDeletion" in filters("cloudwatch-logs", "--max-filters", 9).stdout


def test_a_pattern_of_resource_types_that_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = PLUGIN.format(on='"Acme::Tools::*"', takes="item: ConfigurationItem")
    import_from(tmp_path, monkeypatch, source)
    result = filters("config")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "AWS Config is not known to have a resource type like 'Acme::Tools::*'" in result.stderr
    assert filters("eventbridge").exit_code == 0
