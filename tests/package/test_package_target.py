from __future__ import annotations

import sys

import pytest

from trailguard.errors import PackagingError
from trailguard.package.target import RUNTIMES, Target, target_of


@pytest.mark.parametrize("python", ["3.13", "python3.13"])
def test_versions_by_name(python: str) -> None:
    assert target_of(python, "arm64") == Target((3, 13), "arm64")


def test_version_of_this_interpreter() -> None:
    assert target_of(None, "x86_64").python == sys.version_info[:2]


@pytest.mark.parametrize("python", ["3.10", "3.15", "3", "3.13.1", "three"])
def test_versions_without_a_runtime(python: str) -> None:
    with pytest.raises(PackagingError) as caught:
        target_of(python, "x86_64")

    assert str(caught.value) == (
        f"AWS Lambda has no runtime for Python {python} that trailguard runs on;"
        " choose --python of 3.11, 3.12, 3.13, 3.14"
    )


@pytest.mark.parametrize("python", RUNTIMES)
def test_another_machine_is_not_here(python: tuple[int, int]) -> None:
    """Of the two architectures, one is that of this machine at most."""
    assert not (Target(python, "x86_64").is_here and Target(python, "arm64").is_here)


def test_wheels_are_as_new_as_the_runtime_takes_them() -> None:
    """Python 3.11 runs on Amazon Linux 2, whose glibc is older."""
    new, old = Target((3, 12), "x86_64").platforms, Target((3, 11), "arm64").platforms

    assert new[0] == "manylinux_2_34_x86_64"
    assert old[0] == "manylinux_2_26_aarch64"
    assert new[-1] == "manylinux2014_x86_64"
