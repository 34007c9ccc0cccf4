"""A folder of wheels, made of what is installed: the tests of `trailguard.package` need no package index."""

from __future__ import annotations

from importlib.metadata import distribution
from typing import TYPE_CHECKING

import pytest

from wheelhouse import make_wheel, wheel_of

if TYPE_CHECKING:
    from pathlib import Path

# trailguard, and what it needs in Lambda.
_NEEDED = (
    "trailguard",
    "annotated-types",
    "msgspec",
    "pluggy",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "typing-inspection",
)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that has a wheel of each distribution that trailguard needs; copy it to add more."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in _NEEDED:
        wheel_of(name, folder)
    return folder


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with empty wheels of the same distributions, for packages that are never run."""
    folder = tmp_path_factory.mktemp("stand-ins")
    for name in _NEEDED:
        found = distribution(name)
        module = name.replace("-", "_")
        files = {f"{module}/__init__.py": ""}
        make_wheel(folder, name, files, version=found.version, requires=found.requires or [])
    return folder
