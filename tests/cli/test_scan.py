from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from trailguard import Guard
from trailguard.cli.main import cli
from trailguard.message import to_json
from trailguard.settings import Settings
from trailguard.testing import (
    assumed_role,
    cloudtrail_event,
    config_snapshot,
    configuration_item,
    iam_user,
    log_file,
    sns_event,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

    from trailguard import CloudTrailEvent

GATEWAY = {"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"}
ATTACHED = cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY)
REFUSED = cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY, error="Client.UnauthorizedOperation")
AGAIN, ONCE_MORE = (
    cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY, source_ip=f"198.51.100.{n}")
    for n in (8, 9)
)
OPEN_GROUP = configuration_item(
    "AWS::EC2::SecurityGroup",
    {"ipPermissions": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["0.0.0.0/0"]}]},
)
LOOKED = cloudtrail_event("ec2:DescribeVpcs")
NO_NAME = {key: value for key, value in ATTACHED.raw.items() if key != "eventName"}
RULE = "internet-gateway-attached"
REASON = "user alice attached the internet gateway igw-0example to vpc-0example"
ONLY = ("--rule", RULE)

# An end to every way of asking for colours, settings or plugins that the machine of a developer may have.
_LEFT_OUT = re.compile(
    r"TRAILGUARD_.*|NO_COLOR|FORCE_COLOR|CLICOLOR.*|TTY_.*|COLORTERM|PYTHONWARNINGS|PYTHONUTF8"
)


def run(
    *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command, with warnings as errors; nothing it writes may be other than UTF-8."""
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-m", "trailguard", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environment(env),
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _LEFT_OUT.fullmatch(name)}
    return kept | {"PYTHONIOENCODING": "utf-8"} | dict(changes or {})


def scan(*arguments: object, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Run the command in this process, where another process would show nothing more."""
    left_out = {name: None for name in os.environ if _LEFT_OUT.fullmatch(name)}
    result = CliRunner().invoke(
        cli, ["scan", *map(str, arguments)], input=stdin, env=left_out | dict(env or {})
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines_of(*records: Any) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def policy_event(statement: str, **changes: Any) -> CloudTrailEvent:
    """Make an event that opens a role to anyone, by a policy in the caller's own spelling."""
    policy = (
        '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"' + statement + "}]}"
    )
    request = {"roleName": "Deployer", "policyDocument": policy}
    return cloudtrail_event("iam:UpdateAssumeRolePolicy", request=request, **changes)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Write a log file with a violation, a near miss, and a record of no concern."""
    return write(tmp_path / "log.json.gz", log_file([LOOKED, ATTACHED, REFUSED]))


# What it shows


def test_text_says_who_what_when_where_and_why(log: Path) -> None:
    """All that somebody needs to decide what to do next, and what became of every record."""
    done = run("scan", log, *ONLY)

    assert (done.returncode, done.stderr) == (0, "")
    assert re.sub(r"\d+\.\d\d seconds", "0.01 seconds", done.stdout) == (
        f" MEDIUM  Internet gateway attached to a VPC  {RULE}, 1 verdict\n"
        f" 2026-03-02 09:00:00 UTC  {REASON}\n"
        "   user alice from 198.51.100.7, ec2:AttachInternetGateway in us-east-1, account 111122223333\n"
        "   log.json.gz > record 2\n"
        "\n"
        "3 records seen: 1 listened to, 2 of no concern to any rule\n"
        "1 verdict: 1 medium\n"
        "0.01 seconds\n"
    )


def test_jsonl_leaves_standard_output_to_verdicts(log: Path) -> None:
    """The counts are on standard error, so that a pipe gets JSON and nothing else."""
    done = run("scan", log, "--format", "jsonl")
    expected = Guard.from_settings(Settings(), notifiers=()).judge(log.read_bytes()).verdicts

    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        json.loads(to_json(verdict)) | {"origin": f"{log} > record 2"} for verdict in expected
    ]
    assert done.stderr.startswith(
        "3 records seen: 2 listened to, 1 of no concern to any rule\n"
        "2 verdicts: 1 medium, 1 low; 1 below a threshold\n"
    )


def test_near_miss_is_no_verdict(tmp_path: Path) -> None:
    """The same call, but refused."""
    result = scan(write(tmp_path / "log.json.gz", log_file([REFUSED])))

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "1 record seen: 1 listened to, 0 of no concern to any rule\n0 verdicts; 1 below a"
    )


def test_the_worst_comes_first(tmp_path: Path) -> None:
    """Whatever the order of the records."""
    result = scan(write(tmp_path / "log.json.gz", log_file([ATTACHED, policy_event("")])))

    assert re.findall(r"^ ([A-Z]+)  ", result.stdout, re.MULTILINE) == ["CRITICAL", "MEDIUM", "LOW"]
    assert "3 verdicts: 1 critical, 1 medium, 1 low" in result.stdout


def test_verdicts_of_a_rule_are_grouped(tmp_path: Path) -> None:
    events = [cloudtrail_event("ec2:AttachInternetGateway", eventID=f"event-{n}") for n in range(3)]

    result = scan(write(tmp_path / "log.json.gz", log_file(events)), *ONLY)

    assert result.stdout.count("Internet gateway attached to a VPC") == 1
    assert f"{RULE}, 3 verdicts" in result.stdout
    assert [f"log.json.gz > record {n}" in result.stdout for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_records_that_are_ignored_are_told(tmp_path: Path) -> None:
    """By reason; they are no failure."""
    insight = {"eventVersion": "1.11", "eventType": "AwsCloudTrailInsight"}

    result = scan(write(tmp_path / "log.json", json.dumps({"Records": [LOOKED.raw, insight]})))

    assert result.exit_code == 0
    assert "1 ignored (a CloudTrail Insights event)" in result.stdout


def test_event_saved_from_cloudwatch_logs_is_found_again(tmp_path: Path) -> None:
    """The file is named, and not only the log group, whose name is a path as well."""
    message = {
        "messageType": "DATA_MESSAGE",
        "logGroup": "/aws/cloudtrail",
        "logStream": "stream",
        "logEvents": [{"id": "1", "message": json.dumps(ATTACHED.raw)}],
    }
    data = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()

    result = scan(write(tmp_path / "saved.json", json.dumps({"awslogs": {"data": data}})), *ONLY)

    assert REASON in result.stdout
    assert "saved.json > cloudwatch logs /aws/cloudtrail:stream > log event 1" in result.stdout


# Where from


def test_folders_and_several_paths(tmp_path: Path) -> None:
    """Folders are searched to the bottom; files keep the order in which they were named."""
    write(tmp_path / "AWSLogs/2026/03/02/a.json.gz", log_file([AGAIN]))
    write(tmp_path / "AWSLogs/2026/03/01/b.json.gz", log_file([ONCE_MORE]))
    single = write(tmp_path / "single.json", json.dumps(ATTACHED.raw))

    result = scan(single, tmp_path / "AWSLogs", *ONLY, "--format", "jsonl")

    assert [json.loads(line)["origin"] for line in result.stdout.splitlines()] == [
        str(single),
        f"{tmp_path}/AWSLogs/2026/03/01/b.json.gz > record 1",
        f"{tmp_path}/AWSLogs/2026/03/02/a.json.gz > record 1",
    ]


@pytest.mark.parametrize(
    ("stdin", "origin"),
    [
        (log_file([ATTACHED]), "standard input > record 1"),
        (json.dumps({"Records": [ATTACHED.raw]}).encode(), "standard input > record 1"),
        (json.dumps(ATTACHED.raw, indent=2).encode(), "standard input"),
        (lines_of(LOOKED.raw, ATTACHED.raw).encode(), "standard input > line 2"),
        (gzip.compress(lines_of(LOOKED.raw, ATTACHED.raw).encode()), "standard input > line 2"),
    ],
    ids=["log file", "log file, inflated", "one record", "JSON Lines", "JSON Lines, gzipped"],
)
def test_standard_input(stdin: bytes, origin: str) -> None:
    """Whatever a file may hold may also come through a pipe."""
    result = scan("-", *ONLY, "--format", "jsonl", stdin=stdin)

    assert result.exit_code == 0
    assert [json.loads(line)["origin"] for line in result.stdout.splitlines()] == [origin]


def test_standard_input_of_a_process(log: Path) -> None:
    """A real pipe, beside a file."""
    done = run("scan", log, "-", *ONLY, "--format", "jsonl", stdin=log_file([AGAIN]))

    assert done.returncode == 0
    assert [json.loads(line)["origin"] for line in done.stdout.splitlines()] == [
        f"{log} > record 2",
        "standard input > record 1",
    ]


def test_path_is_a_must() -> None:
    """Not every log file of the folder that one happens to be in."""
    result = scan()

    assert result.exit_code == 2
    assert "Missing argument 'PATH...'" in result.stderr


# Options


def test_only_one_rule(log: Path) -> None:
    ids = {
        json.loads(line)["rule_id"]
        for line in scan(log, "--rule", RULE, "--format", "jsonl").stdout.splitlines()
    }

    assert ids == {RULE}


def test_only_some_rules(log: Path) -> None:
    result = scan(log, "--rule", RULE, "--rule", "ec2-blocked-action", "--format", "jsonl")

    assert {json.loads(line)["rule_id"] for line in result.stdout.splitlines()} == {
        RULE,
        "ec2-blocked-action",
    }


def test_rule_that_does_not_exist(log: Path) -> None:
    """Nothing was judged, and a mistyped id is put right."""
    result = scan(log, "--rule", "internet-gateway-atached")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"trailguard: the chosen rules: internet-gateway-atached: no such rule (did you mean '{RULE}'?)"
    ]


@pytest.mark.parametrize(
    ("lowest", "shown"),
    [
        ("info", ["critical", "low", "medium"]),
        ("medium", ["critical", "medium"]),
        ("high", ["critical"]),
        ("CRITICAL", ["critical"]),
    ],
)
def test_min_severity(tmp_path: Path, lowest: str, shown: list[str]) -> None:
    """What is left out is not counted either."""
    path = write(tmp_path / "log.json.gz", log_file([policy_event(""), ATTACHED]))

    result = scan(path, "--min-severity", lowest, "--format", "jsonl")

    assert result.exit_code == 0
    assert [json.loads(line)["severity"] for line in result.stdout.splitlines()] == shown
    number = {
        1: "1 verdict: 1 critical",
        2: "2 verdicts: 1 critical, 1 medium",
        3: "3 verdicts: 1 critical, 1 medium, 1 low",
    }[len(shown)]
    assert number in result.stderr.splitlines()


def test_min_severity_leaves_failures(tmp_path: Path) -> None:
    """They have no severity, and nobody knows what they hide."""
    path = write(tmp_path / "log.json", json.dumps([NO_NAME, ATTACHED.raw]))

    result = scan(path, "--min-severity", "critical")

    assert result.exit_code == 2
    assert f"{path} > record 1: not a CloudTrail record" in result.stdout
    assert "0 verdicts" in result.stdout


@pytest.mark.parametrize(
    ("worst", "status"), [("info", 1), ("low", 1), ("medium", 1), ("high", 0), ("critical", 0), ("Medium", 1)]
)
def test_fail_on(log: Path, worst: str, status: int) -> None:
    """A violation is no failure of the command unless it is asked to be."""
    assert scan(log, "--fail-on", worst).exit_code == status


def test_fail_on_of_a_process(log: Path) -> None:
    """What a build server sees."""
    assert run("scan", log, "--fail-on", "medium").returncode == 1


def test_fail_on_nothing(tmp_path: Path) -> None:
    """A near miss: there is no verdict."""
    assert scan(write(tmp_path / "a.json.gz", log_file([REFUSED])), "--fail-on", "info").exit_code == 0


def test_what_could_not_be_read_is_worse_than_a_violation(log: Path, tmp_path: Path) -> None:
    """Whoever fails on violations must not mistake an incomplete run for a complete one."""
    assert scan(log, tmp_path / "missing", "--fail-on", "info").exit_code == 2


@pytest.mark.parametrize("option", ["--fail-on", "--min-severity"])
def test_severity_that_does_not_exist(log: Path, option: str) -> None:
    result = scan(log, option, "hihg")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "'hihg' is not one of 'info', 'low', 'medium', 'high', 'critical'" in result.stderr


def test_settings(log: Path, tmp_path: Path) -> None:
    """Severities, and which rules are on. Notifiers are not told: old verdicts are nobody's alarm."""
    settings = write(
        tmp_path / "trailguard.toml",
        f'[rules.{RULE}]\nseverity = "low"\n[rules.ec2-blocked-action]\nenabled = false\n'
        '[[notifiers]]\ntype = "sns"\ntopic_arn = "nonsense"\n',
    )

    by_option = scan(log, "--settings", settings, "--format", "jsonl")
    by_variable = scan(log, "--format", "jsonl", env={"TRAILGUARD_SETTINGS": str(settings)})

    assert by_option.exit_code == by_variable.exit_code == 0
    assert by_option.stdout == by_variable.stdout
    [verdict] = [json.loads(line) for line in by_option.stdout.splitlines()]
    assert (verdict["rule_id"], verdict["severity"]) == (RULE, "low")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"[rules", "not TOML: "),
        (b"\xff\xfe", "not TOML: "),
        (b"[rulez]", "rulez: no such setting (did you mean 'rules'?)"),
        (b"[rules.no-such-rule]", "rules.no-such-rule: no such rule"),
        (
            b'[rules.internet-gateway-attached]\nseverity = "hihg"',
            "rules.internet-gateway-attached.severity: ",
        ),
    ],
    ids=["missing", "no TOML", "no text", "misspelt key", "unknown rule", "wrong value"],
)
def test_settings_that_cannot_be_used(log: Path, tmp_path: Path, content: bytes | None, problem: str) -> None:
    """One line that names the file and the place in it; nothing is judged by half of the settings."""
    settings = tmp_path / "trailguard.toml"
    if content is not None:
        write(settings, content)

    result = scan(log, "--settings", settings)

    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"trailguard: {settings}: {problem}")


def test_settings_that_are_a_folder(log: Path, tmp_path: Path) -> None:
    """The same in a process of its own: one line, and no traceback."""
    done = run("scan", log, "--settings", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"trailguard: {tmp_path}: cannot be read: Is a directory\n"


# What cannot be judged

BAD: dict[str, tuple[bytes, str]] = {
    "cut-off.json.gz": (log_file([ATTACHED])[:-4], ": the gzip stream breaks off"),
    "damaged.json.gz": (log_file([AGAIN])[:20] + b"\xff" * 200, ": the gzip stream is damaged"),
    "text.json": (b"this is not JSON", ": not JSON: "),
    "empty.json": (b"", ": empty"),
    "other.json": (b'{"hello": "world"}', ": a JSON object of unknown shape"),
    "cut-off.json": (json.dumps({"Records": [LOOKED.raw, ATTACHED.raw]}).encode()[:-40], " > record 2: "),
    "no-name.json": (
        json.dumps({"Records": [LOOKED.raw, NO_NAME]}).encode(),
        " > record 2: not a CloudTrail record: it has no eventName",
    ),
    "scalar.json": (json.dumps({"Records": [LOOKED.raw, 7]}).encode(), " > record 2"),
    "bad-line.jsonl": (f"{lines_of(LOOKED.raw)}{{cut off\n{lines_of(LOOKED.raw)}".encode(), " > line 2: "),
    "no-time.json": (
        json.dumps([{**ONCE_MORE.raw, "eventTime": "yesterday"}]).encode(),
        " > record 1: eventTime: ",
    ),
}


@pytest.mark.parametrize(("name", "content", "problem"), [(name, *bad) for name, bad in BAD.items()], ids=BAD)
def test_input_that_cannot_be_decoded(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    """One line names file, record and reason; its neighbours are judged; the exit status tells."""
    bad, good = write(tmp_path / name, content), write(tmp_path / "z.json.gz", log_file([AGAIN]))

    result = scan(tmp_path, *ONLY)

    assert result.exit_code == 2
    told = [line for line in result.stdout.splitlines() if str(bad) in line]
    assert len(told) == 1
    assert told[0].startswith(f"   {bad}{problem}")
    assert f"{good.name} > record 1" in result.stdout
    assert "1 failure: 1 not decoded" in result.stdout


def test_all_bad_input_at_once(tmp_path: Path) -> None:
    """In a process of its own: no traceback anywhere, and everything is told as it would be alone."""
    for name, (content, _) in BAD.items():
        write(tmp_path / name, content)
    (tmp_path / "empty").mkdir()
    good = write(tmp_path / "z.json.gz", log_file([AGAIN]))

    done = run("scan", tmp_path, tmp_path / "missing", tmp_path / "empty", *ONLY)

    assert (done.returncode, done.stderr) == (2, "")
    assert "Traceback" not in done.stdout
    for name, (_, problem) in BAD.items():
        assert f"   {tmp_path / name}{problem}" in done.stdout
    assert f"   {tmp_path / 'missing'}: no such file or folder\n" in done.stdout
    assert (
        f"   {tmp_path / 'empty'}: no log files in this folder (.json, .jsonl, .ndjson, .gz)\n" in done.stdout
    )
    assert f"{good.name} > record 1" in done.stdout
    assert f"12 failures: {len(BAD)} not decoded, 2 not read\n" in done.stdout


def test_bad_input_in_jsonl(tmp_path: Path) -> None:
    """A line of JSON too, so that whoever reads the pipe knows what is missing."""
    write(tmp_path / "a.json", b"this is not JSON")
    write(tmp_path / "b.json.gz", log_file([ATTACHED]))

    result = scan(tmp_path / "missing", tmp_path, *ONLY, "--format", "jsonl")
    missing, broken, verdict = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 2
    assert missing == {
        "schema": "trailguard/failure/1",
        "kind": "read-failure",
        "origin": str(tmp_path / "missing"),
        "error": "no such file or folder",
    }
    assert (broken["kind"], broken["origin"]) == ("decode-failure", str(tmp_path / "a.json"))
    assert verdict["rule_id"] == RULE
    assert "2 failures: 1 not decoded, 1 not read" in result.stderr.splitlines()


def test_record_of_nobody_is_judged(tmp_path: Path) -> None:
    """``userIdentity`` may be null; who acted is unknown then, and the violation is one all the same."""
    path = write(tmp_path / "log.json", json.dumps({"Records": [{**ATTACHED.raw, "userIdentity": None}]}))

    result = scan(path, *ONLY)

    assert result.exit_code == 0
    assert "   unknown from 198.51.100.7, ec2:AttachInternetGateway in us-east-1" in result.stdout


def test_record_that_says_next_to_nothing_is_judged(tmp_path: Path) -> None:
    """Only two fields are a must."""
    path = write(
        tmp_path / "log.json",
        json.dumps([{"eventSource": "ec2.amazonaws.com", "eventName": "AttachInternetGateway"}]),
    )

    result = scan(path, *ONLY)

    assert result.exit_code == 0
    assert "at an unknown time" in result.stdout
    assert "in an unknown region, an unknown account" in result.stdout
    assert "None" not in result.stdout


def test_long_name_is_told(log: Path) -> None:
    """Pasted JSON, say, is no file that any system could have."""
    result = scan(log, "x" * 300, *ONLY)

    assert result.exit_code == 2
    assert REASON in result.stdout


BROKEN_RULE = """
from trailguard import CloudTrailEvent, Severity, hookimpl, rule


@rule(on="ec2:AttachInternetGateway", severity=Severity.HIGH, title="Does not work")
def does_not_work(event: CloudTrailEvent) -> str:
    return event.request_parameters["noSuchParameter"]


@hookimpl
def trailguard_rules():
    return [does_not_work]
"""


@pytest.fixture
def broken_rule(tmp_path: Path) -> dict[str, str]:
    """Install a distribution whose rule raises; give the environment in which it is found."""
    folder = tmp_path / "site-packages"
    write(folder / "acme_broken.py", BROKEN_RULE)
    write(
        folder / "acme_broken-1.0.dist-info" / "METADATA",
        "Metadata-Version: 2.1\nName: acme-broken\nVersion: 1.0\n",
    )
    write(folder / "acme_broken-1.0.dist-info" / "entry_points.txt", "[trailguard]\nacme = acme_broken\n")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": path}


def test_rule_that_raises_is_told(log: Path, broken_rule: dict[str, str]) -> None:
    """By its id, the event's id and its own line; the verdicts of the other rules come."""
    done = run("scan", log, env=broken_rule)

    assert (done.returncode, done.stderr) == (2, "")
    assert REASON in done.stdout
    assert "Traceback" not in done.stdout
    [told] = [line for line in done.stdout.splitlines() if "does-not-work" in line]
    assert told.startswith(
        f"   {log} > record 2: rule does-not-work failed on event {ATTACHED.event_id}: KeyError: 'noSuch"
    )
    assert "acme_broken.py:7" in told
    assert "1 failure: 1 by rules\n" in done.stdout


def test_rule_that_raises_in_jsonl(log: Path, broken_rule: dict[str, str]) -> None:
    """Beside the verdicts, and told apart from them."""
    done = run("scan", log, "--format", "jsonl", env=broken_rule)
    notices = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 2
    [failure] = [notice for notice in notices if notice.get("kind") == "rule-failure"]
    assert (failure["rule_id"], failure["event_id"]) == ("does-not-work", ATTACHED.event_id)
    assert RULE in {notice["rule_id"] for notice in notices}
    assert "1 failure: 1 by rules" in done.stderr.splitlines()


# Hostile text

HOSTILE = {
    "colour": ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
    "title of the window": ("\x1b]0;pwned\x07", r"\x1b]0;pwned\x07"),
    "8-bit escape": ("\x9b2Jgone", r"\x9b2Jgone"),
    "markup": ("[red]x[/red] [link=https://example.com]y[/link] :smile:",) * 2,
    "markup that is never closed": ("[bold red]x",) * 2,
    "markup that was never opened": ("[/]",) * 2,
    "line break": ("a\nb\r\nc", r"a\nb\r\nc"),
    "unusual line break": ("a\u2028b\x85c\x0bd", r"a\u2028b\x85c\x0bd"),
    "bidi override": ("evil\u202egpj.exe", r"evil\u202egpj.exe"),
    "bidi isolate": ("\u2066x\u2069", r"\u2066x\u2069"),
    "invisible": ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
    "backspace": ("root\b\b\b\bevil", r"root\x08\x08\x08\x08evil"),
    "null": ("a\0b", r"a\x00b"),
}

HOSTILE_NAMES = {name: texts for name, texts in HOSTILE.items() if not {"/", "\0"} & set(texts[0])}

each_hostile = pytest.mark.parametrize(("text", "spelled"), HOSTILE.values(), ids=HOSTILE)
each_hostile_name = pytest.mark.parametrize(("text", "spelled"), HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)


@each_hostile
@pytest.mark.parametrize(
    "changes",
    [
        lambda text: {"actor": iam_user(text)},
        lambda text: {"actor": assumed_role("Deployer", text)},
        lambda text: {"actor": {"type": "AWSService", "invokedBy": text}},
        lambda text: {"request": {"internetGatewayId": text}},
        lambda text: {"account_id": text},
        lambda text: {"region": text},
    ],
    ids=["user", "session", "service", "resource", "account", "region"],
)
def test_hostile_text_is_spelled_out(tmp_path: Path, text: str, spelled: str, changes: Any) -> None:
    """Wherever an attacker may write: a terminal never obeys it, and nobody is shown lines that are none."""
    event = cloudtrail_event("ec2:AttachInternetGateway", **changes(text))

    result = scan(write(tmp_path / "log.json.gz", log_file([event])), *ONLY)

    assert result.exit_code == 0
    assert all(line.isprintable() for line in result.stdout.split("\n"))
    assert len(result.stdout.split("\n")) == 9
    assert spelled in result.stdout


@each_hostile_name
def test_hostile_name_of_a_file_is_spelled_out(tmp_path: Path, text: str, spelled: str) -> None:
    """Wherever the file came from: a bucket may hold objects of any name."""
    result = scan(write(tmp_path / f"{text}.json.gz", log_file([ATTACHED])).parent, *ONLY)

    assert result.exit_code == 0
    assert all(line.isprintable() for line in result.stdout.split("\n"))
    assert f"{spelled}.json.gz > record 1" in result.stdout


@each_hostile
def test_failure_holds_nothing_of_the_record(tmp_path: Path, text: str, spelled: str) -> None:
    """It says which field is wrong and how; what is in it may be secret."""
    record = {**ATTACHED.raw, "eventTime": f"not a time {text}"}

    result = scan(write(tmp_path / "log.json", json.dumps([record])), *ONLY)

    assert result.exit_code == 2
    assert "log.json > record 1: eventTime: " in result.stdout
    assert text not in result.stdout
    assert spelled not in result.stdout


@each_hostile_name
def test_hostile_text_in_a_failure_is_spelled_out(tmp_path: Path, text: str, spelled: str) -> None:
    result = scan(write(tmp_path / f"{text}.json", b"this is not JSON").parent, tmp_path / f"missing {text}")

    assert result.exit_code == 2
    assert all(line.isprintable() for line in result.stdout.split("\n"))
    assert f"{spelled}.json: not JSON" in result.stdout
    assert f"missing {spelled}: no such file or folder" in result.stdout


@each_hostile
def test_hostile_text_in_jsonl_is_escaped(tmp_path: Path, text: str, spelled: str) -> None:
    """A terminal may show JSON Lines as well; whoever parses them gets the text back."""
    event = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": text})

    result = scan(write(tmp_path / "log.json.gz", log_file([event])), *ONLY, "--format", "jsonl")

    assert result.stdout.count("\n") == 1
    assert result.stdout.rstrip("\n").isprintable(), spelled
    assert json.loads(result.stdout)["resource"] == text


def test_name_in_another_script_is_shown(tmp_path: Path) -> None:
    """A near miss: what people can read is not spelled out."""
    event = cloudtrail_event("ec2:AttachInternetGateway", actor=iam_user("Zoë-東京"))

    assert "user Zoë-東京 from" in scan(write(tmp_path / "log.json.gz", log_file([event])), *ONLY).stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_name_that_the_terminal_cannot_show(tmp_path: Path, encoding: str) -> None:
    """It is spelled out; one name must not hide the verdicts after it."""
    strange = cloudtrail_event("ec2:AttachInternetGateway", actor=iam_user("東京"), eventID="1")
    path = write(tmp_path / "log.json.gz", log_file([strange, ATTACHED]))

    done = run("scan", path, *ONLY, env={"PYTHONIOENCODING": encoding})

    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert r"user \u6771\u4eac from" in done.stdout
    assert "user alice from" in done.stdout


def test_json_is_utf_8_whatever_the_terminal_is(tmp_path: Path) -> None:
    """JSON has no other encoding, and whoever reads the pipe does not know which one it might be."""
    name = "Zoë-東京-\N{PARTY POPPER}"
    strange = cloudtrail_event("ec2:AttachInternetGateway", actor=iam_user(name))
    path = write(tmp_path / "log.json.gz", log_file([strange, ATTACHED]))

    done = run("scan", path, *ONLY, "--format", "jsonl", env={"PYTHONIOENCODING": "cp1252"})

    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert [json.loads(line)["actor"]["name"] for line in done.stdout.splitlines()] == [name, "alice"]


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_text_that_is_no_unicode_hides_no_verdict(tmp_path: Path, form: str) -> None:
    r"""``\ud800`` in a policy is JSON, but no character; whoever writes it must not silence all others."""
    events = [policy_event(r', "Sid": "\ud800"'), ATTACHED, policy_event(r', "\udfff": 1')]
    path = write(tmp_path / "log.json.gz", log_file(events))

    result = scan(path, "--format", form)

    assert result.exit_code == 0
    assert "lets anyone assume the role Deployer" in result.stdout
    assert REASON in result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file can be called so")
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_file_whose_name_is_no_unicode_hides_no_verdict(tmp_path: Path, form: str) -> None:
    """Neither its own nor those of its neighbours."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.json.gz")).write_bytes(log_file([ATTACHED]))
    write(tmp_path / "b.json.gz", log_file([AGAIN]))

    result = scan(tmp_path, *ONLY, "--format", form)

    assert result.exit_code == 0
    assert result.stdout.count(REASON) == 2


# Terminals and pipes


def test_no_colour_in_a_pipe(log: Path) -> None:
    done = run("scan", log, log.parent / "missing", env={"TERM": "xterm-256color"})

    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_colour_on_a_terminal(tmp_path: Path) -> None:
    """The only escape sequences are our own."""
    hostile = cloudtrail_event("ec2:AttachInternetGateway", actor=iam_user("\x1b]0;pwned\x07"))
    path = write(tmp_path / "log.json.gz", log_file([hostile]))

    shown = on_a_terminal("scan", path, *ONLY)

    assert "\x1b[1;33m MEDIUM " in shown
    assert REASON not in shown
    assert r"user \x1b]0;pwned\x07 from" in shown
    assert "\x1b]0;" not in shown
    assert "\x07" not in shown


def on_a_terminal(*arguments: object) -> str:
    """Run the command on a pseudo-terminal; return all it wrote."""
    import pty  # noqa: PLC0415  # Windows has none

    ours, its = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "trailguard", *map(str, arguments)],
        stdin=its,
        stdout=its,
        stderr=its,
        env=environment({"TERM": "xterm-256color", "COLUMNS": "200"}),
    ) as process:
        os.close(its)
        written = b""
        try:
            while piece := os.read(ours, 65_536):
                written += piece
        except OSError:  # Linux's way to say that nobody writes any more
            pass
        os.close(ours)
    assert process.returncode == 0
    return written.decode()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a log file with more verdicts than any pipe holds."""
    events = [cloudtrail_event("ec2:AttachInternetGateway", eventID=f"event-{n}") for n in range(1_500)]
    return write(tmp_path_factory.mktemp("many") / "log.json.gz", log_file(events))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_pipe_that_is_closed_early(many: Path, form: str) -> None:
    """``| head -1`` is no error to be told. And 1 is for violations, with --fail-on alone."""
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "trailguard", "scan", str(many), *ONLY, "--format", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read().decode()
        status = process.wait(60)

    assert "Traceback" not in complaints
    assert "BrokenPipeError" not in complaints
    assert status != 1


# What a Lambda function was invoked with


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "event",
    [
        ATTACHED.as_sns().as_sqs(),
        ATTACHED.as_cloudwatch_logs(),
        ATTACHED.as_cloudwatch_logs().as_kinesis(),
        ATTACHED.as_eventbridge().as_firehose(),
        ATTACHED.as_lookup_events(),
    ],
    ids=["sqs", "logs", "kinesis", "firehose", "lookup"],
)
def test_saved_event_is_judged_as_in_the_function(tmp_path: Path, event: Any, indent: int | None) -> None:
    path = write(tmp_path / "event.json", json.dumps(event, indent=indent))

    result = scan(path, *ONLY, "--format", "jsonl")

    assert result.exit_code == 0
    [verdict] = [json.loads(line) for line in result.stdout.splitlines()]
    assert verdict["rule_id"] == RULE
    assert verdict["origin"].startswith(f"{path} > ")


def test_saved_event_may_name_files_in_s3(tmp_path: Path, s3: S3Client, aws_endpoint: str) -> None:
    """They are fetched as the function would, with the credentials that there are."""
    event = ATTACHED.as_s3_notification(bucket="scanned").as_sqs()
    s3.create_bucket(Bucket="scanned", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    ((_, key),) = event.objects
    s3.put_object(Bucket="scanned", Key=key, Body=event.objects["scanned", key])
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_S3": aws_endpoint,
    }
    path = write(tmp_path / "event.json", json.dumps(event))

    done = run("scan", path, *ONLY, "--format", "jsonl", env=environment)

    message_id = event["Records"][0]["messageId"]
    assert (done.returncode, json.loads(done.stdout)["origin"]) == (
        0,
        f"{path} > sqs {message_id} > s3://scanned/{key} > record 1",
    )


def test_saved_event_that_names_a_file_that_is_gone(tmp_path: Path, aws_endpoint: str) -> None:
    """One line says which, and why; the exit status tells."""
    path = write(tmp_path / "event.json", json.dumps(ATTACHED.as_s3_notification(bucket="gone", key="log")))
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_S3": aws_endpoint,
    }

    done = run("scan", path, *ONLY, env=environment)

    assert done.returncode == 2
    assert f"   {path} > s3://gone/log: NoSuchBucket: there is no such bucket" in done.stdout
    assert "1 failure: 1 not read" in done.stdout


def test_saved_event_that_holds_no_event_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "event.json", json.dumps(sns_event("CloudTrail validation message.")))

    result = scan(path, *ONLY)

    assert result.exit_code == 0
    assert "1 ignored (CloudTrail's validation message)" in result.stdout


# AWS Config


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """Put a snapshot beside a log, as AWS Config and CloudTrail share a bucket."""
    items = [OPEN_GROUP, configuration_item("AWS::KMS::Key"), configuration_item("AWS::EC2::VPC")]
    folder = tmp_path / "AWSLogs"
    for name, content in {
        "Config/snapshot.json.gz": config_snapshot(items),
        "CloudTrail/log.json.gz": log_file([ATTACHED]),
    }.items():
        (folder / name).parent.mkdir(parents=True)
        write(folder / name, content)
    return folder


def test_snapshot_is_scanned_beside_logs(snapshot: Path) -> None:
    result = scan(snapshot, "--rule", "security-group-lets-internet-in", *ONLY)

    assert result.exit_code == 0
    assert "4 records seen: 2 listened to, 2 of no concern to any rule" in result.output
    assert "2 verdicts: 1 high, 1 medium" in result.output


def test_text_says_which_resource_what_when_and_where(snapshot: Path) -> None:
    """Nobody did it just now: there is no actor to name."""
    result = scan(snapshot / "Config", "--rule", "security-group-lets-internet-in")

    assert [" ".join(line.split()) for line in result.output.splitlines()][:5] == [
        "HIGH Security group lets the internet in security-group-lets-internet-in, 1 verdict",
        "2026-03-02 09:00:00 UTC sg-0a1b2c3d4e5example: tcp 22 (SSH) is open to 0.0.0.0/0",
        "AWS::EC2::SecurityGroup in us-east-1, account 111122223333",
        "snapshot.json.gz > item 1",
        "",
    ]


@pytest.mark.parametrize(
    "event",
    [OPEN_GROUP.as_config_rule(), OPEN_GROUP.as_eventbridge(), OPEN_GROUP.as_history(), OPEN_GROUP.raw],
    ids=["rule", "eventbridge", "history", "item"],
)
def test_saved_event_of_aws_config_is_judged(tmp_path: Path, event: Any) -> None:
    result = scan(
        write(tmp_path / "event.json", json.dumps(event)), "--format", "jsonl", "--min-severity", "high"
    )

    (line,) = result.stdout.splitlines()
    assert json.loads(line)["rule_id"] == "security-group-lets-internet-in"
    assert json.loads(line)["resource_type"] == "AWS::EC2::SecurityGroup"


def test_oversized_item_without_aws_is_told(tmp_path: Path) -> None:
    event = OPEN_GROUP.as_oversized().as_config_rule()
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}

    result = scan(write(tmp_path / "event.json", json.dumps(event)), env=env)

    assert result.exit_code == 2
    assert "config rule trailguard: AWS Config cannot be asked: EndpointConnectionError" in result.output
