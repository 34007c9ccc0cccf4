from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trailguard import Severity
from trailguard.scaffold import (
    FIRST_RULE,
    LONGEST,
    Home,
    home_of,
    module_of,
    package_files,
    rule_files,
    rule_name,
    write,
)

# Short and long, and whatever a rule may listen to: lines break at other places in each.
RULES = {
    "bucket_made_public": "s3:PutBucketAcl",
    "no": "kms:*",
    "signed_in": "signin:ConsoleLogin",
    "function_made": "lambda:CreateFunction20150331",
    "alarm_gone": "cloudwatch:DeleteAlarms",
    "role_touched_in_the_wrong_account": "*:?pdate*",
    "x" * LONGEST: "dynamodb:CreateTable",
    "volume_has_no_owner": "AWS::EC2::Volume",
    "resource_of_the_network_has_no_owner": "AWS::EC2::*",
    "y" * LONGEST: "AWS::*::*",
}


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "MYPYPATH": str(folder / "src")},
        timeout=120,
        check=False,
    )


def project(folder: Path, *points: str) -> Path:
    """Write a pyproject.toml that registers plugins."""
    lines = [f'{name} = "{value}"' for name, value in enumerate(points)]
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text("\n".join(["[project.entry-points.trailguard]", *lines]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a package with many rules; return its folder."""
    root = tmp_path_factory.mktemp("scaffold") / "Acme.Rules"
    write(package_files("Acme.Rules", root.parent))
    for name, on in RULES.items():
        write(rule_files(name, home_of(root), on, Severity.HIGH))
    return root


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a rule of each kind outside of any package; return their folder."""
    folder = tmp_path_factory.mktemp("loose")
    for name in ("bucket_made_public", "volume_has_no_owner"):
        write(rule_files(name, Home(folder, folder), RULES[name]))
    return folder


def test_a_package_passes_its_tests_and_keeps_the_contract(package: Path) -> None:
    done = run("pytest", "-W", "error", "-v", folder=package)

    assert done.returncode == 0, done.stdout
    for name in [FIRST_RULE, *RULES]:
        assert f"test_{name}.py::test_near_misses" in done.stdout
        assert f"{name.replace('_', '-')}: never raises PASSED" in done.stdout


def test_the_contract_of_a_package_is_on(package: Path, tmp_path: Path) -> None:
    """A near miss: a rule without tests fails it."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_bytes((package / "pyproject.toml").read_bytes())
    (tmp_path / "src").symlink_to(package / "src")

    done = run("pytest", "-v", folder=tmp_path)

    assert done.returncode == 1
    assert "signed-in: has examples FAILED" in done.stdout
    assert "signed-in: says what it is PASSED" in done.stdout


def test_a_rule_outside_of_a_package_passes_its_tests(loose: Path) -> None:
    done = run("pytest", "-W", "error", folder=loose)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--select", "I,F,E,W"], ["format", "--diff"]], ids=str
)
@pytest.mark.parametrize("folder", ["package", "loose"])
def test_ruff_has_nothing_to_say(folder: str, command: list[str], request: pytest.FixtureRequest) -> None:
    """By its defaults; the longest lines, which it cannot break, are URLs, names and patterns."""
    ignored = ["--ignore", "E501"] if "--select" in command else []
    done = run("ruff", *command, *ignored, "--no-cache", folder=request.getfixturevalue(folder))

    assert done.returncode == 0, done.stdout


def test_types_are_right(package: Path) -> None:
    command = ["mypy", "--strict", "--cache-dir", os.devnull, "src/acme_rules", "tests"]

    done = run(*command, folder=package)

    assert done.returncode == 0, done.stdout


def test_a_rule_says_what_was_asked_for() -> None:
    contents = rule_files("bucket_made_public", Home(Path("src"), Path("tests")), "s3:Put*", Severity.HIGH)

    assert list(contents) == [Path("src/bucket_made_public.py"), Path("tests/test_bucket_made_public.py")]
    rule, test = contents.values()
    assert 'on="s3:Put*"' in rule
    assert "severity=Severity.HIGH" in rule
    assert 'title="Bucket made public"' in rule
    assert "def bucket_made_public(event: CloudTrailEvent, params: Params) -> Violation | None:" in rule
    assert "from bucket_made_public import bucket_made_public\n" in test
    assert 'ACTION = "s3:PutExample"' in test
    assert 'severity="high"' in test


def test_defaults_of_a_rule() -> None:
    rule, _ = rule_files("bucket_gone", Home(Path(), Path())).values()

    assert 'on="s3:DeleteBucket"' in rule
    assert "severity=Severity.MEDIUM" in rule


@pytest.mark.parametrize(
    ("on", "problem"),
    [
        ("DeleteBucket", "is not of the form service:Action"),
        ("s3.amazonaws.com:DeleteBucket", "write 's3:DeleteBucket'"),
        ("S3:DeleteBucket", "'S3:DeleteBucket' fits no call; write it as IAM policies do"),
        ("AWS::S3", "is not of the form"),
        ("schedule", "'schedule' has no template"),
        ('s3:"', "is not of the form"),
        ("", "is not of the form"),
    ],
)
def test_what_no_rule_can_listen_to(on: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        rule_files("bucket_made_public", Home(Path(), Path()), on)

    assert problem in str(caught.value)


@pytest.mark.parametrize("text", ["bucket-made-public", "bucket_made_public", "bucket-made_public"])
def test_names_of_rules(text: str) -> None:
    assert rule_name(text) == "bucket_made_public"


@pytest.mark.parametrize("text", ["bucket-2", "b", "x" * LONGEST, "events", "match"])
def test_names_that_almost_are_none(text: str) -> None:
    assert rule_name(text) == text.replace("-", "_")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is no name of a rule"),
        ("BucketMadePublic", "is no name of a rule"),
        ("bucket made public", "is no name of a rule"),
        ("bucket--public", "is no name of a rule"),
        ("-bucket", "is no name of a rule"),
        ("_bucket", "is no name of a rule"),
        ("2-buckets", "is no name of a rule"),
        ("../bucket", "is no name of a rule"),
        ("bucket\n", "is no name of a rule"),
        ("größe", "is no name of a rule"),
        ("$name", "is no name of a rule"),
        ("import", "is no name of a rule"),
        ("x" * (LONGEST + 1), f"has {LONGEST + 1} characters; a rule's name has {LONGEST} at most"),
        ("rule", "means something else"),
        ("event", "means something else"),
        ("json", "means something else"),
        ("next", "means something else"),
        ("iam-user", "means something else"),
        ("test-bucket", "means something else"),
        ("bucket-is-public", "is a rule of trailguard's own"),
    ],
)
def test_names_that_no_rule_can_have(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        rule_name(text)

    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("package", "module"),
    [
        ("acme-rules", "acme_rules"),
        ("acme_rules", "acme_rules"),
        ("Acme.Rules", "acme_rules"),
        ("acme--rules2", "acme_rules2"),
        ("a", "a"),
    ],
)
def test_modules_of_packages(package: str, module: str) -> None:
    assert module_of(package) == module


@pytest.mark.parametrize(
    ("package", "problem"),
    [
        ("", "is no name of a package"),
        ("acme rules", "is no name of a package"),
        ("-acme", "is no name of a package"),
        ("acme-", "is no name of a package"),
        ("..", "is no name of a package"),
        ("../acme", "is no name of a package"),
        ("acme/rules", "is no name of a package"),
        ("acme-rules[cli]", "is no name of a package"),
        ("acme\n", "is no name of a package"),
        ("größe", "is no name of a package"),
        ("2fast", "cannot be imported as '2fast'"),
        ("Class", "cannot be imported as 'class'"),
        ("JSON", "would hide the module 'json'"),
        ("trailguard", "would hide the module 'trailguard'"),
    ],
)
def test_names_that_no_package_can_have(package: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=problem):
        package_files(package, tmp_path)


def test_a_name_that_another_file_of_the_package_has(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path / "tests", "acme_rules")
    (tmp_path / "buckets.py").write_text("def bucket_gone(event): ...\n\ndef bucket_made(): ...\n", "utf-8")

    with pytest.raises(ValueError, match=r"'bucket-made' is a rule in .*buckets\.py; choose another name"):
        rule_files("bucket_made", home)
    assert rule_files("bucket_go", home)
    assert rule_files("bucket_made", Home(tmp_path, tmp_path))


@pytest.mark.parametrize(
    ("point", "folder", "expected"),
    [
        ("acme_rules", "src/acme_rules", "acme_rules"),
        ("acme_rules", "acme_rules", "acme_rules"),
        ("acme_rules.plugin", "src/acme_rules", "acme_rules"),
        ("acme_rules:plugin", "src/acme_rules", "acme_rules"),
        ("acme.rules", "src/acme/rules", "acme.rules"),
    ],
)
def test_a_package_is_found_from_anywhere_in_it(
    point: str, folder: str, expected: str, tmp_path: Path
) -> None:
    project(tmp_path, point)
    below = tmp_path / folder / "below"
    below.mkdir(parents=True)

    found = Home(tmp_path / folder, tmp_path / "tests", expected)

    assert home_of(tmp_path) == found
    assert home_of(below) == found


def test_the_first_plugin_that_has_a_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "acme_rules").mkdir()

    assert home_of(project(tmp_path, "acme_single", "acme_rules")).package == "acme_rules"


def test_other_projects_are_passed_by(tmp_path: Path) -> None:
    """A near miss: a project without plugins, in one that has some."""
    project(tmp_path, "acme_rules")
    (tmp_path / "acme_rules").mkdir()
    inner = project(tmp_path / "inner")

    assert home_of(inner).package == "acme_rules"


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'other'", "project = 1", "[project.entry-points]\ntrailguard = 'acme'"]
)
def test_a_folder_that_is_in_no_package_is_its_own_home(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")

    assert home_of(tmp_path) == Home(tmp_path, tmp_path)


def test_a_plugin_without_a_folder(tmp_path: Path) -> None:
    project(tmp_path, "acme_rules")
    (tmp_path / "acme_rules.py").touch()

    with pytest.raises(
        ValueError, match=r"pyproject\.toml: .* names 'acme_rules', but there is no such folder"
    ):
        home_of(tmp_path)


@pytest.mark.parametrize("data", [b"[project", b"\xff"])
def test_a_project_that_cannot_be_read(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(data)

    with pytest.raises(ValueError, match=r"pyproject\.toml: cannot be read: "):
        home_of(tmp_path)


def test_nothing_is_written_where_anything_is_in_the_way(tmp_path: Path) -> None:
    there, missing = tmp_path / "there.py", tmp_path / "new" / "missing.py"
    there.write_text("mine", "utf-8")

    with pytest.raises(FileExistsError, match=r"already there: .*there\.py; nothing was written"):
        write({missing: "new", there: "new"})

    assert there.read_text("utf-8") == "mine"
    assert not missing.parent.exists()
