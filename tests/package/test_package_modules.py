from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard.package.contents import Contents
from trailguard.package.modules import broken_modules, imported_by_handler, lost_entry_points
from trailguard.package.target import Target
from wheelhouse import install, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

TARGET = Target((3, 13), "x86_64")
FUNCTION = "from trailguard import Guard\n\nlambda_handler = Guard.from_settings().handle\n"


def contents(
    tmp_path: Path, files: dict[str, str] | None = None, *, function: str = FUNCTION, plugin: str = "harbor"
) -> Contents:
    """Make a package of a rule package, a stand-in for trailguard, and a library in a namespace."""
    folder = tmp_path / "package"
    made = {"harbor/__init__.py": "", **(files or {})}
    install(make_wheel(tmp_path, "harbor-rules", made, plugin=plugin), folder)
    library = {"trailguard/__init__.py": "", "port/tides/__init__.py": "", "fast.abi3.so": ""}
    install(make_wheel(tmp_path, "port-tides", library), folder)
    (folder / "lambda_function.py").write_text(function, "utf-8")
    return Contents(folder)


def problems(made: Contents, target: Target = TARGET) -> list[str]:
    return list(broken_modules(made, ["harbor-rules"], target))


@pytest.mark.parametrize(
    "line",
    [
        "import os.path",
        "import boto3, dateutil.tz, six.moves.urllib",
        "from trailguard import rule",
        "from trailguard.made_when_imported import rule",
        "import port.tides",
        "import fast",
        "from harbor import words",
        "from harbor.words import pilot",
        "from . import words",
        "from .words import pilot",
        "from .berths import north",
    ],
)
def test_modules_that_are_there(tmp_path: Path, line: str) -> None:
    """Of the standard library, of the runtime, of the package: with folders that have no ``__init__``."""
    files = {"harbor/ships.py": line, "harbor/words.py": "pilot = 1", "harbor/berths/north.py": ""}

    assert problems(contents(tmp_path, files)) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("import click", "click, which is neither in the package nor in the runtime python3.13; add it to"),
        ("import port.charts", "port.charts, which is neither in the package nor in the runtime python3.13"),
        ("import telnetlib", "telnetlib, which Python 3.13 removed"),
        ("from distutils import version", "distutils, which Python 3.12 removed"),
        ("import winreg", "winreg, which is neither in the package nor in the runtime"),
        (
            "from .lost import a",
            "harbor.lost, which is not in its wheel; does pyproject.toml say which files",
        ),
        ("import harbor.lost.again", "harbor.lost.again, which is not in its wheel"),
        (
            "from ..fast import a",
            "..fast, which leads out of the package that the file is in, if it is in any",
        ),
    ],
)
def test_modules_that_are_not(tmp_path: Path, line: str, problem: str) -> None:
    """The file, the line and the module are named, and what to do."""
    [told] = problems(contents(tmp_path, {"harbor/ships.py": f'"""Ships."""\n\n{line}\n'}))

    assert told.startswith(f"harbor-rules: harbor/ships.py, line 3, imports {problem}")


def test_module_that_only_older_versions_have(tmp_path: Path) -> None:
    """A near miss: what Python 3.13 removed, 3.12 has, whatever version packages it."""
    made = contents(tmp_path, {"harbor/ships.py": "import telnetlib"})

    assert problems(made, Target((3, 12), "x86_64")) == []


def test_module_that_only_newer_versions_have(tmp_path: Path) -> None:
    made = contents(tmp_path, {"harbor/ships.py": "import annotationlib"})

    assert problems(made, Target((3, 14), "x86_64")) == []
    assert len(problems(made)) == 1


def test_module_that_is_no_python(tmp_path: Path) -> None:
    [told] = problems(contents(tmp_path, {"harbor/ships.py": "a = 1\nb = = 2\n"}))

    assert told.startswith("harbor-rules: harbor/ships.py, line 2 is not Python 3.")


def test_what_is_run_and_never_imported(tmp_path: Path) -> None:
    assert problems(contents(tmp_path, {"harbor/__main__.py": "import click"})) == []


def test_handler_that_imports_what_is_not_there(tmp_path: Path) -> None:
    function = f"import requests\n{FUNCTION}"

    assert problems(contents(tmp_path, function=function)) == [
        (
            "lambda_function.py, line 1, imports requests, which is neither in the package nor in the runtime"
            " python3.13; add its distribution by --with"
        )
    ]


def test_handler_with_a_relative_import(tmp_path: Path) -> None:
    """Lambda imports its file by itself, in no package."""
    [problem] = problems(contents(tmp_path, function=f"from . import words\n{FUNCTION}"))

    assert problem.startswith("lambda_function.py, line 1, imports ., which leads out of the package")


@pytest.mark.parametrize(
    "function",
    [
        "def handler(event, context): ...\n",
        "def make():\n    def lambda_handler(event, context): ...\n",
        "class Function:\n    lambda_handler = None\n",
    ],
)
def test_file_without_a_handler(tmp_path: Path, function: str) -> None:
    assert problems(contents(tmp_path, function=function)) == [
        (
            "lambda_function.py has no lambda_handler, which AWS Lambda is to call as"
            " lambda_function.lambda_handler"
        )
    ]


@pytest.mark.parametrize(
    "function",
    [
        "def lambda_handler(event, context): ...",
        "from harbor import handler as lambda_handler",
        "from harbor import *",
        "try:\n    lambda_handler = print\nfinally:\n    pass",
        "if True:\n    def lambda_handler(event, context): ...",
    ],
)
def test_file_with_a_handler(tmp_path: Path, function: str) -> None:
    assert problems(contents(tmp_path, function=function)) == []


def test_what_the_handler_imports(tmp_path: Path) -> None:
    function = "import json\nimport boto3\nfrom trailguard import Guard, rule\n\ndef f():\n    import click\n"

    assert imported_by_handler(contents(tmp_path, function=function)) == ["boto3", "json", "trailguard"]


@pytest.mark.parametrize(("plugin", "lost"), [("harbor", 0), ("harbor.plugin", 1), ("harbour", 1)])
def test_entry_points(tmp_path: Path, plugin: str, lost: int) -> None:
    """An entry point that names a module that did not make it into the wheel."""
    told = list(lost_entry_points(contents(tmp_path, plugin=plugin), ["harbor-rules"]))

    assert len(told) == lost
    assert all(
        one.startswith(f"harbor-rules: the entry point {plugin!r} names {plugin}, which is not in its wheel")
        for one in told
    )
