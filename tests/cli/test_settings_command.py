from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from trailguard.cli.main import cli
from trailguard.overrides import PREFIX
from trailguard.rule_sets import members
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event, log_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOPIC = "arn:aws:sns:eu-west-1:111122223333:security"
HOOK = "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/hush"
RIGHT = f"""\
[rules.ec2-blocked-action]
severity = "critical"

[[notifiers]]
type = "sns"
topic_arn = "{TOPIC}"
route.rules = ["ec2-*"]
"""
ATTACHED = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": "igw-0example"})


def exception(rule: str, *others: str) -> str:
    return "\n".join(["[[exceptions]]", f'rule = "{rule}"', 'owner = "net"', 'reason = "known"', *others, ""])


@pytest.fixture(name="write")
def _write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write settings; nothing else is set, in a folder without any."""
    for name in ["TRAILGUARD_SETTINGS", "LAMBDA_TASK_ROOT", "FORCE_COLOR", *os.environ]:
        if not name.upper().startswith("TRAILGUARD") and name not in {"LAMBDA_TASK_ROOT", "FORCE_COLOR"}:
            continue
        monkeypatch.delenv(name, raising=False)
    (folder := tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(folder)

    def write(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> Path:
    path = tmp_path / "log.json.gz"
    path.write_bytes(log_file([ATTACHED]))
    return path


def run(*arguments: object, **environ: str) -> Result:
    result = CliRunner().invoke(cli, ["settings", *map(str, arguments)], env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# check


def test_check_says_that_nothing_is_wrong(write: Callable[[str], Path]) -> None:
    path = write(RIGHT)

    done = run("check", "--settings", path)

    rules = len(members("default", BUILTIN_RULES))
    assert (done.exit_code, done.output) == (
        0,
        f"{path}: nothing wrong: {rules} rules on, 1 notifier, 0 exceptions\n",
    )


@pytest.mark.usefixtures("write")
def test_check_of_no_file_looks_at_the_environment() -> None:
    assert run("check").stdout.startswith("no settings file: nothing wrong: ")

    variable = "TRAILGUARD__LIMITS__MAX_BYTE"
    done = run("check", **{variable: "1"})
    assert (done.exit_code, done.stdout) == (
        1,
        f"environment variable {variable}: limits.max_byte: no such setting (did you mean 'max_bytes'?)\n",
    )


def test_check_takes_the_file_that_the_environment_names(write: Callable[[str], Path]) -> None:
    path = write(RIGHT)

    assert run("check", TRAILGUARD_SETTINGS=str(path)).stdout.startswith(f"{path}: nothing wrong: ")


def test_check_tells_all_that_is_wrong_in_a_file(write: Callable[[str], Path]) -> None:
    path = write("plugins.on_error = 'ignore'\nlimits.max_bytes = 0\n[rules.x]\nsevrity = 'low'\n")

    done = run("check", "--settings", path)

    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{path}: plugins.on_error: expected 'raise' or 'skip'",
        f"{path}: limits.max_bytes: expected more than 0",
        f"{path}: rules.x.sevrity: no such setting (did you mean 'severity'?)",
    ]


def test_check_tells_all_that_does_not_fit_what_there_is(write: Callable[[str], Path]) -> None:
    path = write(
        "[rules.ec2-blocked-actoin]\nenabled = false\n[rules.ec2-blocked-action.parameters]\naction = []\n"
        "[[notifiers]]\ntype = 'snss'\n" + exception("no-such-*", "expires = 2020-01-31")
    )

    done = run("check", "--settings", path)

    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.partition(": ")[2].partition(": ")[0] for line in lines] == [
        "rules.ec2-blocked-actoin",
        "rules.ec2-blocked-action.parameters.action",
        "notifiers.0.type",
        "exceptions.0.rule",
        "exceptions.0.expires",
    ]


def test_check_tells_that_no_rule_is_left(write: Callable[[str], Path]) -> None:
    path = write("".join(f"[rules.{rule.id}]\nenabled = false\n" for rule in BUILTIN_RULES))

    done = run("check", "--settings", path)

    assert done.exit_code == 1
    assert done.stdout.startswith(
        "the settings turn every rule off (rule_sets: default): everything would look compliant."
    )


@pytest.mark.parametrize(("text", "status"), [(None, 2), ("rules = ]", 1)])
def test_check_tells_a_file_that_is_not_there_from_one_that_is_wrong(
    write: Callable[[str], Path], text: str | None, status: int
) -> None:
    path = write(text or "")
    if text is None:
        path.unlink()

    done = run("check", "--settings", path)

    assert done.exit_code == status
    assert done.stdout.startswith(f"{path}: {'not TOML' if text else 'cannot be read: No such file'}")


def test_file_in_this_folder_is_said_not_to_count(write: Callable[[str], Path], tmp_path: Path) -> None:
    write("")
    (tmp_path / "elsewhere" / "trailguard.toml").write_text("limits.max_bytes = 0", "utf-8")
    hint = (
        "trailguard: trailguard.toml in this folder does not count unless it is named:"
        " --settings trailguard.toml\n"
    )

    assert (run("check").exit_code, run("check").stderr) == (0, hint)
    assert run("show").stderr == hint
    assert run("check", "--settings", "trailguard.toml").stderr == ""


def test_check_reads_no_secret(write: Callable[[str], Path]) -> None:
    """Whoever checks settings need not be allowed to read them, nor have credentials."""
    path = write('[[notifiers]]\ntype = "sns"\ntopic_arn = { from = "secretsmanager:not/there" }\n')

    done = run("check", "--settings", path, AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert (done.exit_code, done.stderr) == (0, "")


def test_check_tells_hostile_keys_in_print(write: Callable[[str], Path]) -> None:
    path = write('"red\\u001b[31m\\nline" = 1\n')

    done = run("check", "--settings", path)

    assert "\x1b" not in done.stdout
    assert r"red\x1b[31m" in done.stdout


# check --against


def test_exception_that_covers_nothing_is_told(write: Callable[[str], Path], log: Path) -> None:
    path = write(
        exception("internet-gateway-*") + exception("bucket-*") + exception("*", 'account = "444455556666"')
    )

    done = run("check", "--settings", path, "--against", log)

    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{path}: exceptions.1: covers no verdict (rule: bucket-*, owner: net)",
        f"{path}: exceptions.2: covers no verdict (rule: *, owner: net)",
    ]


def test_exceptions_that_all_cover_something_are_right(write: Callable[[str], Path], log: Path) -> None:
    """Several may cover one verdict, and each of them is in use."""
    path = write(exception("internet-gateway-*") + exception("*"))

    done = run("check", "--settings", path, "--against", log)

    assert done.exit_code == 0
    assert done.stdout.endswith(" rules on, 0 notifiers, 2 exceptions\n")


def test_several_logs_may_follow(write: Callable[[str], Path], log: Path, tmp_path: Path) -> None:
    """As a shell writes them out: --against *.json.gz."""
    other = tmp_path / "other.json.gz"
    event = cloudtrail_event("ec2:DeleteVpc", request={"vpcId": "vpc-0example"})
    other.write_bytes(log_file([event]))
    path = write(
        exception("internet-gateway-*") + exception("ec2-blocked-action", 'resource = "vpc-0example"')
    )

    assert run("check", "--settings", path, "--against", log).exit_code == 1
    assert run("check", "--settings", path, "--against", log, other).exit_code == 0
    assert run("check", "--settings", path, "--against", log, "--against", other).exit_code == 0


def test_log_that_cannot_be_read_is_told(write: Callable[[str], Path], log: Path) -> None:
    path = write(exception("internet-gateway-*"))

    done = run("check", "--settings", path, "--against", log, "missing.json")

    assert done.exit_code == 2
    assert done.stderr == "trailguard: missing.json: no such file or folder\n"


def test_nothing_is_judged_by_settings_that_are_wrong(write: Callable[[str], Path], log: Path) -> None:
    path = write("[rules.no-such-rule]\nenabled = false\n" + exception("*"))

    done = run("check", "--settings", path, "--against", log)

    assert (done.exit_code, done.stdout) == (1, f"{path}: rules.no-such-rule: no such rule\n")
    assert done.stderr == "trailguard: no log is judged: the rules cannot be made by these settings\n"


def test_paths_without_against_are_a_mistake(write: Callable[[str], Path]) -> None:
    """Somebody writes ``trailguard settings check trailguard.toml``."""
    done = run("check", write(RIGHT))

    assert done.exit_code == 2
    assert "Name the settings by --settings, logs by --against" in done.stderr


# show


def test_show_tells_each_value_and_where_it_comes_from(write: Callable[[str], Path]) -> None:
    path = write(RIGHT + exception("*", "expires = 2027-01-31"))

    done = run("show", "--settings", path, **{f"{PREFIX}LIMITS__MAX_DEPTH": "3"})

    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    for line in (
        f'rules.ec2-blocked-action.severity = "critical"  # {path}',
        "rules.ec2-blocked-action.enabled = true  # default",
        f'notifiers.0.topic_arn = "{TOPIC}"  # {path}',
        f'notifiers.0.route.rules = ["ec2-*"]  # {path}',
        f"exceptions.0.expires = 2027-01-31  # {path}",
        "limits.max_depth = 3  # environment variable TRAILGUARD__LIMITS__MAX_DEPTH",
        "config.role = (not set)  # default",
        "dead_letter = (not set)  # default",
    ):
        assert line in lines


def test_long_lists_are_cut_in_text_alone(write: Callable[[str], Path]) -> None:
    actions = [f"ec2:Delete{n}" for n in range(8)]
    path = write(f"[rules.ec2-blocked-action]\nparameters.actions = {json.dumps(actions)}\n")

    text = run("show", "--settings", path).stdout
    whole = json.loads(run("show", "--settings", path, "--format", "json").stdout)

    assert (
        'actions = ["ec2:Delete0", "ec2:Delete1", "ec2:Delete2", "ec2:Delete3", "ec2:Delete4", and 3 more]'
        in text
    )
    shown = {one["key"]: one for one in whole}
    assert shown["rules.ec2-blocked-action.parameters.actions"] == {
        "key": "rules.ec2-blocked-action.parameters.actions",
        "value": actions,
        "origin": str(path),
    }
    assert shown["config.role"] == {"key": "config.role", "value": None, "origin": "default"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_show_never_shows_a_secret(write: Callable[[str], Path], form: str) -> None:
    path = write(
        '[[notifiers]]\ntype = "webhook"\nurl = { from = "ssm:/trailguard/hook" }\nheaders = { A = "hush" }\n'
        f'[[notifiers]]\ntype = "slack"\nurl = "{HOOK}"\n'
    )

    done = run("show", "--settings", path, "--format", form)

    assert "hush" not in done.output
    assert "ssm:/trailguard/hook" in done.output
    assert "https://hooks.slack.com/" in done.output


def test_show_tells_what_is_wrong(write: Callable[[str], Path]) -> None:
    path = write("limits.max_bytes = 0\n")

    done = run("show", "--settings", path)

    assert (done.exit_code, done.stderr) == (
        2,
        f"trailguard: {path}: limits.max_bytes: expected more than 0\n",
    )


@pytest.mark.parametrize("command", ["check", "show"])
def test_plugin_that_cannot_be_used_is_told(tmp_path: Path, command: str) -> None:
    """By the real command, where such a distribution is installed. What it says is not obeyed."""
    metadata = tmp_path / "acme_rules-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_plugin\n", "utf-8")
    (tmp_path / "acme_plugin.py").write_text(r"raise ValueError('red \x1b[31m')", "utf-8")
    (tmp_path / "skip.toml").write_text('plugins.on_error = "skip"\n', "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRAILGUARD", "FORCE"))}

    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-m", "trailguard", "settings", command, "--settings", "skip.toml"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env=kept | {"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )

    assert done.returncode == (1 if command == "check" else 2)
    told = done.stdout if command == "check" else done.stderr
    assert (
        r"plugin acme-rules 1.0, entry point 'acme' (acme_plugin): cannot be loaded: ValueError: red \x1b[31m"
        in told
    )
    assert "\x1b" not in done.stdout + done.stderr
