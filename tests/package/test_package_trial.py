from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from trailguard.errors import PackagingError
from trailguard.package.trial import try_out

if TYPE_CHECKING:
    from pathlib import Path


def package(tmp_path: Path, gather: str = "", handler: str = "") -> Path:
    """Make a package with a stand-in for trailguard: what loading rule packages does, and another module."""
    path = tmp_path / "package.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("trailguard/__init__.py", "")
        archive.writestr("trailguard/plugins.py", f"def gather():\n    {gather or 'pass'}\n")
        archive.writestr("harbor.py", handler)
    return path


def test_package_that_can_be_imported(tmp_path: Path) -> None:
    """What the runtime brings is there; what modules print is nobody's business."""
    archive = package(tmp_path, "print('loaded')", "import boto3, sys\nsys.stderr.write('imported')\n")

    try_out(archive, ["harbor"])


@pytest.mark.parametrize(
    ("gather", "handler", "said"),
    [
        ("raise ValueError('no rules')", "", "ValueError: no rules"),
        ("", "import click", "ModuleNotFoundError: No module named 'click'"),
        (
            "",
            "import sys\nsys.stderr.write('imported')\nimport lost",
            "ModuleNotFoundError: No module named 'lost'",
        ),
        ("", "raise SystemExit(0)", "SystemExit: 0"),
        ("import os; os._exit(3)", "", "Python ends with status 3"),
    ],
)
def test_package_that_cannot(tmp_path: Path, gather: str, handler: str, said: str) -> None:
    """It is told what Python says, and nothing else, even if Python can say nothing any more."""
    with pytest.raises(PackagingError) as caught:
        try_out(package(tmp_path, gather, handler), ["harbor"])

    assert str(caught.value) == f"the package was unpacked and tried, and cannot be imported: {said}"
