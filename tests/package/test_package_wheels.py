from __future__ import annotations

import json
from importlib.metadata import distribution, version
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from trailguard.errors import PackagingError
from trailguard.package.pip import Pip
from trailguard.package.target import Target
from trailguard.package.wheels import find_wheels
from wheelhouse import install, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

TARGET = Target((3, 13), "arm64")


def names(house: Path, *roots: str, target: Target = TARGET) -> list[str]:
    """Find wheels in a folder; return which."""
    folder = house / "found"
    folder.mkdir()
    found = find_wheels(map(Requirement, roots), target, Pip(target, house), folder)
    return [str(wheel) for wheel in found]


def test_what_is_required_is_found(tmp_path: Path) -> None:
    """And what that requires; round and round, and once each."""
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-b"])
    make_wheel(tmp_path, "quay-b", {}, requires=["Quay.C"])
    make_wheel(tmp_path, "quay-c", {}, requires=["quay-a"])

    assert names(tmp_path, "quay-a") == ["quay-a 1.0", "quay-b 1.0", "quay-c 1.0"]


@pytest.mark.parametrize(
    "marker",
    [
        "python_version >= '3.13'",
        "sys_platform == 'linux'",
        "platform_machine == 'aarch64'",
        "python_full_version < '3.13.2'",
    ],
)
def test_markers_are_the_target_s(tmp_path: Path, marker: str) -> None:
    """Not those of the interpreter that makes the package."""
    make_wheel(tmp_path, "quay-a", {}, requires=[f"quay-b; {marker}"])
    make_wheel(tmp_path, "quay-b", {})

    assert names(tmp_path, "quay-a") == ["quay-a 1.0", "quay-b 1.0"]


@pytest.mark.parametrize("marker", ["python_version < '3.13'", "sys_platform == 'win32'", "extra == 'slow'"])
def test_what_another_target_needs_stays_out(tmp_path: Path, marker: str) -> None:
    make_wheel(tmp_path, "quay-a", {}, requires=[f"quay-b; {marker}"])

    assert names(tmp_path, "quay-a[fast]") == ["quay-a 1.0"]


def test_extras_of_what_is_required(tmp_path: Path) -> None:
    """An extra may be asked for after the wheel was found."""
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-b", "quay-c"])
    make_wheel(tmp_path, "quay-b", {}, requires=["quay-d; extra == 'fast'"])
    make_wheel(tmp_path, "quay-c", {}, requires=["quay-b[fast]"])
    make_wheel(tmp_path, "quay-d", {})

    assert names(tmp_path, "quay-a")[-1] == "quay-d 1.0"


def test_what_the_runtime_brings_stays_out(tmp_path: Path) -> None:
    make_wheel(tmp_path, "quay-a", {}, requires=["boto3>=1.34", "Python_DateUtil", "urllib3"])

    assert names(tmp_path, "quay-a") == ["quay-a 1.0"]


def test_boto3_of_one_s_own(tmp_path: Path) -> None:
    """It brings what it requires with it, in versions that belong together: the runtime's may be others."""
    brought = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
    for name in brought:
        make_wheel(tmp_path, name, {}, version=version(name), requires=distribution(name).requires or [])

    assert names(tmp_path, "boto3") == [f"{name} {version(name)}" for name in brought]


def test_what_is_not_required_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was installed requires more than the wheel that goes in, which alone counts."""
    monkeypatch.syspath_prepend(
        install(make_wheel(tmp_path, "quay-a", {}, requires=["quay-b"]), tmp_path / "installed")
    )
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-c"])
    make_wheel(tmp_path, "quay-b", {})
    make_wheel(tmp_path, "quay-c", {})

    assert names(tmp_path, "quay-a") == ["quay-a 1.0", "quay-c 1.0"]


def test_version_that_is_installed_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the newest: what was tested is what is packaged. What is not installed may be any."""
    installed = make_wheel(tmp_path, "quay-a", {}, version="1.0", requires=["quay-b<3"])
    for name, newer in (("quay-a", "2.0"), ("quay-b", "2.0"), ("quay-b", "3.0")):
        make_wheel(tmp_path, name, {}, version=newer)
    monkeypatch.syspath_prepend(install(installed, tmp_path / "installed"))

    assert names(tmp_path, "quay-a") == ["quay-a 1.0", "quay-b 2.0"]


def test_versions_that_do_not_fit_each_other(tmp_path: Path) -> None:
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-b", "quay-c"])
    make_wheel(tmp_path, "quay-b", {})
    make_wheel(tmp_path, "quay-c", {}, requires=["quay-b>1"])

    with pytest.raises(PackagingError) as caught:
        names(tmp_path, "quay-a")

    assert caught.value.problems == ("quay-c 1.0 requires quay-b>1, but it is 1.0 that is installed here",)


BACKEND = """
from pathlib import Path
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    [wheel] = Path(__file__).parent.glob("*.whl")
    shutil.copy(wheel, folder)
    return wheel.name
"""


def from_a_folder(tmp_path: Path, origin: dict[str, object]) -> Path:
    """Install a distribution from a folder, as pip does with `-e`, that needs nothing to be built."""
    source = tmp_path / "source"
    source.mkdir()
    wheel = make_wheel(source, "quay-a", {"quay_a.py": "a = 'as built'"})
    (source / "backend.py").write_text(BACKEND, "utf-8")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n', "utf-8"
    )
    folder = install(wheel, tmp_path / "installed")
    (folder / "quay_a-1.0.dist-info" / "direct_url.json").write_text(json.dumps(origin), "utf-8")
    return folder


def test_folder_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was installed from a folder is not looked for anywhere else."""
    origin = {"url": (tmp_path / "source").as_uri(), "dir_info": {"editable": True}}
    monkeypatch.syspath_prepend(from_a_folder(tmp_path, origin))

    [wheel] = find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path)

    assert (str(wheel), wheel.path.parent) == ("quay-a 1.0", tmp_path)


def test_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = {"url": (tmp_path / "gone").as_uri(), "dir_info": {}}
    monkeypatch.syspath_prepend(from_a_folder(tmp_path, origin))

    with pytest.raises(PackagingError) as caught:
        find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path)

    assert str(caught.value).startswith(
        f"quay-a: no wheel can be built from file://{tmp_path}/gone, where it"
    )


def test_wheel_that_was_built_for_this_machine(tmp_path: Path) -> None:
    """What a folder is built to may have compiled parts, which are not the target's."""
    wheel = make_wheel(tmp_path, "quay-a", {}, tag="cp313-cp313-linux_x86_64")

    with pytest.raises(PackagingError) as caught:
        Pip(TARGET).unpack([wheel], tmp_path / "package")

    assert str(caught.value).startswith(f"{wheel.name} was built here, and is not for Python 3.13 on arm64: ")


def test_environment_without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trailguard.package.pip.find_spec", lambda _: None)

    with pytest.raises(PackagingError, match=r"get it by `python -m ensurepip`, or `uv pip install pip`"):
        Pip(TARGET)
