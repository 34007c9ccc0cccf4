"""The whole way: from wheels to a function that answers under AWS's own runtime client."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from runtime_api import Answer, lambda_runtime
from trailguard.cli.main import cli
from trailguard.package.runtime import BROUGHT
from trailguard.package.target import target_of
from trailguard.testing import cloudtrail_event
from wheelhouse import install, make_wheel

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = pytest.mark.skipif(
    not target_of(None, "x86_64").is_here, reason="the wheels of this test are for a Linux like Lambda's"
)

PLUGIN = '''"""Harbor's rules."""

import sys

from trailguard import Rule, hookimpl
from trailguard.plugins import rules_in


@hookimpl
def trailguard_rules() -> tuple[Rule, ...]:
    return rules_in(sys.modules[__name__])
'''
RULE = '''"""A parameter is gone."""

from trailguard import CloudTrailEvent, Severity, rule


@rule(on="ssm:DeleteParameter", severity=Severity.LOW, title="Parameter deleted")
def parameter_deleted(event: CloudTrailEvent) -> str:
    """Somebody deleted a parameter."""
    return "a parameter was deleted"
'''
SETTINGS = '[rules.parameter-deleted]\nseverity = "critical"\n'


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    status: int
    stdout: str
    stderr: str


def package(out: Path, *options: str | Path, wheels: Path, plugins: Path | None = None) -> Done:
    """Run the command in the folder that the file is to be in, with rule packages installed beside."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "trailguard",
        "package",
        out.name,
        "--wheels",
        str(wheels),
    ]
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, *map(str, options)],
        cwd=out.parent,
        env={"PATH": os.defpath, "PYTHONPATH": str(plugins or "")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def rule_package(
    tmp_path: Path, wheels: Path, files: Mapping[str, str], **metadata: Any
) -> tuple[Path, Path]:
    """Install a package of rules; return where, and a folder with all wheels."""
    house = tmp_path / "house"
    shutil.copytree(wheels, house)
    contents = {"harbor/__init__.py": PLUGIN, **files}
    wheel = make_wheel(house, "harbor-rules", contents, plugin="harbor", **metadata)
    return install(wheel, tmp_path / "installed"), house


@dataclass(frozen=True)
class Packaged:
    """A package that was made, and what it was made of."""

    path: Path
    told: str
    plugins: Path
    house: Path
    settings: Path


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Packaged:
    """Make a package of a rule package, which requires a distribution, and of settings."""
    tmp_path = tmp_path_factory.mktemp("packaged")
    requires = [
        "trailguard>=0.1",
        "boto3",
        "harbor-words; python_version > '3'",
        "nothing; sys_platform == 'win32'",
    ]
    files = {
        "harbor/parameter_deleted.py": RULE.replace(
            "from trail", "import boto3\nimport harbor_words\nfrom trail"
        )
    }
    plugins, house = rule_package(tmp_path, wheels, files, requires=requires)
    install(make_wheel(house, "harbor-words", {"harbor_words.py": ""}), plugins)
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, "utf-8")
    done = package(tmp_path / "out.zip", "--settings", settings, wheels=house, plugins=plugins)
    assert (done.status, done.stderr) == (0, "")
    return Packaged(tmp_path / "out.zip", done.stdout, plugins, house, settings)


def test_what_is_in_it(packaged: Packaged) -> None:
    """All that is needed, with the metadata by which plugins are found; nothing that the runtime brings."""
    with ZipFile(packaged.path) as archive:
        names = archive.namelist()
        assert archive.read("trailguard.toml").decode() == SETTINGS
        assert b"lambda_handler = Guard.from_settings().handle" in archive.read("lambda_function.py")

    assert {"harbor/__init__.py", "harbor_words.py", "trailguard/guard.py", "pydantic/main.py"} <= set(names)
    assert "harbor_rules-1.0.dist-info/entry_points.txt" in names
    assert {name.split("/")[0] for name in names} & {
        *BROUGHT.values(),
        "bin",
        "click",
        "__pycache__",
    } == set()


def test_what_is_told(packaged: Packaged) -> None:
    """The sizes, the digest, what it is for, what is in it, and that it was tried."""
    first, second, third = packaged.told.splitlines()
    digest = hashlib.sha256(packaged.path.read_bytes()).hexdigest()

    assert first.startswith("out.zip: ")
    assert first.endswith(f" MB unzipped, for python{HERE} on x86_64, sha256 {digest}")
    assert second.startswith("in it: annotated-types ")
    assert "harbor-rules 1.0, harbor-words 1.0, msgspec " in second
    assert third == "tried: everything was imported here from the unpacked file"


def test_size(packaged: Packaged) -> None:
    with ZipFile(packaged.path) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) < 10_000_000


def test_nothing_of_this_machine_is_in_it(packaged: Packaged) -> None:
    """Neither when it was made, nor where, nor by whom."""
    with ZipFile(packaged.path) as archive:
        entries = archive.infolist()
        paths = [str(packaged.house.parent).encode(), sys.prefix.encode()]
        telling = [entry.filename for entry in entries if any(path in archive.read(entry) for path in paths)]

    assert telling == []
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    machine = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
    assert [entry.filename for entry in entries if Path(entry.filename).name in machine] == []


def test_same_again(packaged: Packaged, tmp_path: Path) -> None:
    """Made in another folder, later, it is the same, byte for byte."""
    again = tmp_path / "again.zip"

    done = package(again, "--settings", packaged.settings, wheels=packaged.house, plugins=packaged.plugins)

    assert (done.status, done.stderr) == (0, "")
    assert again.read_bytes() == packaged.path.read_bytes()


def test_answer_under_the_runtime_client(
    packaged: Packaged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing beside it but boto3 and the client, it judges a line of a log group by the user's rule."""
    pytest.importorskip("runtime_client", reason="awslambdaric has wheels for Linux alone")
    bare, task, runtime = tmp_path / "bare", tmp_path / "task", tmp_path / "runtime"
    venv.create(bare, symlinks=True)
    with ZipFile(packaged.path) as archive:
        archive.extractall(task)
    runtime.mkdir()
    for name in (*BROUGHT, "awslambdaric", "snapshot-restore-py", "simplejson"):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            (runtime / top).symlink_to(Path(str(found.locate_file(top))))
    event = cloudtrail_event("ssm:DeleteParameter", request={"name": "/harbor/pilot"}).raw

    monkeypatch.setattr(sys, "executable", str(bare / "bin" / "python"))
    path = {"PYTHONPATH": f"{task}{os.pathsep}{runtime}"}
    with lambda_runtime(task, "lambda_function.lambda_handler", path) as function:
        answer = function.invoke(log_line(event))
        told = [json.loads(line) for line in function.log.splitlines() if line.startswith("{")]

    assert isinstance(answer, Answer), answer
    assert answer.payload["verdicts"] == 1
    assert [(one["rule_id"], one["severity"]) for one in told] == [("parameter-deleted", "critical")]


def log_line(event: Mapping[str, Any]) -> dict[str, Any]:
    """Make what CloudWatch Logs hands to a subscribed function."""
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "CloudTrail/logs",
        "logStream": "111122223333_CloudTrail_us-east-1",
        "subscriptionFilters": ["everything"],
        "logEvents": [{"id": "0" * 56, "timestamp": 1_772_442_000_000, "message": json.dumps(event)}],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def test_for_another_machine(stand_ins: Path, tmp_path: Path) -> None:
    """It is checked but not tried; a function of one's own goes in, and a rule package stays out."""
    plugins, house = rule_package(tmp_path, stand_ins, {"harbor/parameter_deleted.py": RULE})
    [pure] = house.glob("msgspec-*.whl")
    pure.unlink()
    tag = "cp313-cp313-manylinux_2_34_aarch64"
    make_wheel(
        house, "msgspec", {"msgspec/__init__.py": ""}, version=distribution("msgspec").version, tag=tag
    )
    function = tmp_path / "own.py"
    function.write_text("import boto3\n\n\ndef lambda_handler(event, context):\n    return boto3.__name__\n")
    options = ["--python", "3.13", "--arch", "arm64", "--function", function, "--without", "Harbor_Rules"]

    done = package(tmp_path / "out.zip", *options, wheels=house, plugins=plugins)

    assert (done.status, done.stderr) == (0, "")
    assert " for python3.13 on arm64, " in done.stdout
    assert "not tried: this is no Python 3.13 on arm64, " in done.stdout
    with ZipFile(tmp_path / "out.zip") as archive:
        assert "harbor/__init__.py" not in archive.namelist()
        assert archive.read("lambda_function.py") == function.read_bytes()


def refused(tmp_path: Path, done: Done) -> str:
    """Return why, without the command's name; there is no file, whole or in part."""
    assert (done.status, done.stdout) == (2, "")
    assert list(tmp_path.glob("*.zip*")) == []
    assert "Traceback" not in done.stderr
    return done.stderr.removeprefix("trailguard: ").rstrip()


def test_no_wheel_for_the_architecture(wheels: Path, tmp_path: Path) -> None:
    done = package(tmp_path / "out.zip", "--arch", "arm64", wheels=wheels)

    missing = f"msgspec=={distribution('msgspec').version}"
    assert refused(tmp_path, done).startswith(
        f"no wheel of {missing} for Python {HERE} on arm64 in {wheels}. Install a version that has one"
    )


def test_distribution_for_another_python(wheels: Path, tmp_path: Path) -> None:
    plugins, house = rule_package(tmp_path, wheels, {}, python=">=3.99")

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    assert refused(tmp_path, done) == f"harbor-rules does not run on Python {HERE}: it requires >=3.99"


def test_distribution_of_another_version(wheels: Path, tmp_path: Path) -> None:
    plugins, house = rule_package(tmp_path, wheels, {}, requires=["pluggy>=99"])

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    version = distribution("pluggy").version
    assert refused(tmp_path, done) == (
        f"harbor-rules 1.0 requires pluggy>=99, but it is {version} that is installed here"
    )


def test_dependency_that_is_nowhere(wheels: Path, tmp_path: Path) -> None:
    plugins, house = rule_package(tmp_path, wheels, {}, requires=["harbor-charts>=2"])

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    assert refused(tmp_path, done).startswith(f"no wheel of harbor-charts>=2 for Python {HERE} on x86_64 in ")


def test_import_that_nothing_declares(stand_ins: Path, tmp_path: Path) -> None:
    """Click is installed here, so that the rules work here; in Lambda they would not."""
    files = {"harbor/parameter_deleted.py": RULE.replace("from trail", "import click\nfrom trail")}
    plugins, house = rule_package(tmp_path, stand_ins, files)

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    assert refused(tmp_path, done) == (
        "harbor-rules: harbor/parameter_deleted.py, line 3, imports click, which is neither in the package"
        f" nor in the runtime python{HERE}; add it to dependencies in pyproject.toml"
    )


def test_import_that_nobody_can_see(stand_ins: Path, tmp_path: Path) -> None:
    """What reading does not find, trying does, here with a stand-in for trailguard."""
    plugins, house = rule_package(tmp_path, stand_ins, {"harbor_hidden.py": "__import__('click')\n"})
    files = {
        "trailguard/__init__.py": "",
        "trailguard/plugins.py": "def gather():\n    import harbor_hidden\n",
    }
    make_wheel(house, "trailguard", files, version=distribution("trailguard").version)

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    assert refused(tmp_path, done) == (
        "the package was unpacked and tried, and cannot be imported:"
        " ModuleNotFoundError: No module named 'click'"
    )


def test_settings_that_do_not_fit(wheels: Path, tmp_path: Path) -> None:
    """The rule is here, but not in the package."""
    plugins, house = rule_package(tmp_path, wheels, {"harbor/parameter_deleted.py": RULE})
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, "utf-8")
    options = ["--settings", settings, "--without", "harbor-rules"]

    done = package(tmp_path / "out.zip", *options, wheels=house, plugins=plugins)

    assert refused(tmp_path, done).startswith(f"{settings}: rules.parameter-deleted: no such rule")


def test_rule_package_that_another_requires(wheels: Path, tmp_path: Path) -> None:
    """It cannot stay out: its rules would judge, too."""
    plugins, house = rule_package(tmp_path, wheels, {}, requires=["quay-rules"])
    files = {"quay/__init__.py": PLUGIN}
    install(make_wheel(house, "quay-rules", files, plugin="quay"), plugins)

    done = package(tmp_path / "out.zip", "--without", "quay-rules", wheels=house, plugins=plugins)

    assert refused(tmp_path, done) == "--without quay-rules: it is required by what goes in"


def test_rule_package_with_settings_of_its_own(stand_ins: Path, tmp_path: Path) -> None:
    """Nobody asked for them: they would silently be the package's."""
    plugins, house = rule_package(tmp_path, stand_ins, {"trailguard.toml": SETTINGS})

    done = package(tmp_path / "out.zip", wheels=house, plugins=plugins)

    assert refused(tmp_path, done).startswith("harbor-rules: has a file trailguard.toml, which is where")


def test_package_that_is_too_large(stand_ins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda has a limit of what it unpacks."""
    monkeypatch.setattr("trailguard.package.build.MAX_UNZIPPED", 1_000)

    result = CliRunner().invoke(cli, ["package", str(tmp_path / "out.zip"), "--wheels", str(stand_ins)])

    told = refused(tmp_path, Done(result.exit_code, result.stdout, result.stderr))
    assert re.fullmatch(r"[\d,]+ bytes when unpacked; AWS Lambda takes 1,000: leave something out", told)


def test_package_that_is_too_large_to_upload(
    stand_ins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no reason not to make it: it goes through S3. A link to where it belongs stays one."""
    monkeypatch.setattr("trailguard.cli.package.MAX_UPLOAD", 1_000)
    (tmp_path / "releases").mkdir()
    (tmp_path / "out.zip").symlink_to("releases/1.zip")
    options = ["--arch", "arm64", "--wheels", str(stand_ins)]

    result = CliRunner().invoke(cli, ["package", str(tmp_path / "out.zip"), *options])

    assert result.exit_code == 0
    note = "note: AWS Lambda takes more than 0.0 MB through S3 alone: upload it there"
    assert result.stdout.splitlines()[-1] == note
    assert (tmp_path / "out.zip").is_symlink()
    assert [path.name for path in (tmp_path / "releases").iterdir()] == ["1.zip"]


def test_file_that_cannot_be_written(stand_ins: Path, tmp_path: Path) -> None:
    """A link into a folder that is gone: even root cannot write there."""
    (tmp_path / "out.zip").symlink_to("gone/1.zip")

    done = package(tmp_path / "out.zip", "--arch", "arm64", wheels=stand_ins)

    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == "trailguard: out.zip: cannot be written: No such file or directory\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_failure_leaves_the_file_as_it_was(wheels: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    out.write_bytes(b"of yesterday")

    done = package(out, "--arch", "arm64", wheels=wheels)

    assert done.status == 2
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.zip": b"of yesterday"}
