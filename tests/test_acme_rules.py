"""The package in examples/acme-rules works with this trailguard; `make package` tries it installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ACME = Path(__file__).parent.parent / "examples" / "acme-rules"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """Copy the package, and leave behind what installing it would."""
    copy = tmp_path / "acme-rules"
    shutil.copytree(ACME, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    project = tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = copy / "src" / f"acme_rules-{project['version']}.dist-info"
    metadata.mkdir()
    named = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(named, "utf-8")
    points = "\n".join(f"{name} = {value}" for name, value in project["entry-points"]["trailguard"].items())
    (metadata / "entry_points.txt").write_text(f"[trailguard]\n{points}\n", "utf-8")
    return copy


def run(acme: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", *arguments],
        cwd=acme,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(acme / "src")},
        timeout=120,
        check=False,
    )


def test_its_tests_pass(acme: Path) -> None:
    done = run(acme, "pytest", "-v")

    assert done.returncode == 0, done.stdout
    assert "bucket-keeps-no-versions: never raises PASSED" in done.stdout


def test_they_would_not_if_a_rule_were_broken(acme: Path) -> None:
    file = acme / "src/acme_rules/bucket_versioning.py"
    broken = file.read_text("utf-8").replace('("Suspended", "Off")', '{"Suspended", "Off"}')
    file.write_text(broken, "utf-8")

    done = run(acme, "pytest", "-v")

    assert done.returncode == 1
    assert "bucket-keeps-no-versions: never raises FAILED" in done.stdout
    assert "volume-is-not-encrypted: never raises PASSED" in done.stdout


def test_its_page_and_ci_name_its_rules(acme: Path) -> None:
    listed = run(acme, "trailguard", "rules").stdout
    rules = set(re.findall(r"^\w+ +(\S+)  acme_rules$", listed, re.MULTILINE))

    assert len(rules) == 4
    assert (
        set(re.findall(r"^\| `([^`]+)` \|", (ACME / "README.md").read_text("utf-8"), re.MULTILINE)) == rules
    )
    script = (ACME.parent.parent / ".ci" / "package").read_text("utf-8")
    assert set(re.search(r"^for rule in (.*); do$", script, re.MULTILINE)[1].split()) == rules  # type: ignore[index]  # it is there
