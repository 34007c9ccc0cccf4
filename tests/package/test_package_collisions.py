from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard.package.collisions import collisions
from trailguard.package.wheels import Wheel
from wheelhouse import make_wheel

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, harbor: dict[str, str], quay: dict[str, str], *rule_packages: str) -> list[str]:
    """Put two distributions into a package."""
    wheels = [
        Wheel(make_wheel(folder, name, files), name, "1.0", ())
        for name, files in (("harbor", harbor), ("quay", quay))
    ]
    return list(collisions(wheels, rule_packages))


@pytest.mark.parametrize("name", ["lambda_function.py", "trailguard.toml"])
def test_places_of_the_package_s_own(tmp_path: Path, name: str) -> None:
    """Such settings would be used, though nobody named them."""
    assert found(tmp_path, {f"harbor/{name}": ""}, {name: ""}) == [
        (
            f"quay: has a file {name}, which is where the package has its own;"
            " does pyproject.toml say which files go into the wheel?"
        )
    ]


@pytest.mark.parametrize("rule_package", ["harbor", "quay"])
def test_two_modules_of_one_name(tmp_path: Path, rule_package: str) -> None:
    told = found(tmp_path, {"rules.py": "a = 1"}, {"rules.py": "b = 2"}, rule_package)

    assert told == ["harbor and quay both have a file rules.py, each another; rename one"]


@pytest.mark.parametrize(
    ("harbor", "quay", "rule_packages"),
    [
        ({"port/a.py": "a = 1"}, {"port/b.py": "b = 2"}, ["harbor", "quay"]),
        ({"port/__init__.py": ""}, {"port/__init__.py": ""}, ["harbor", "quay"]),
        ({"LICENSE": "MIT"}, {"LICENSE": "0BSD"}, ["harbor", "quay"]),
        ({"tests/__init__.py": "a = 1"}, {"tests/__init__.py": "b = 2"}, ["cove"]),
    ],
    ids=["namespace", "the same", "no module", "libraries"],
)
def test_neighbours(
    tmp_path: Path, harbor: dict[str, str], quay: dict[str, str], rule_packages: list[str]
) -> None:
    """A near miss: a folder may be shared, and a file that does no harm."""
    assert found(tmp_path, harbor, quay, *rule_packages) == []
