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
    """And what that requires; round and round, once each; an extra may be wanted after a wheel was found."""
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-b", "Quay.C"])
    make_wheel(tmp_path, "quay-b", {}, requires=["quay-d; extra == 'fast'"])
    make_wheel(tmp_path, "quay-c", {}, requires=["quay-b[fast]"])
    make_wheel(tmp_path, "quay-d", {}, requires=["quay-a"])

    assert names(tmp_path, "quay-a") == ["quay-a 1.0", "quay-b 1.0", "quay-c 1.0", "quay-d 1.0"]


def test_markers_are_the_target_s(tmp_path: Path) -> None:
    """Not those of the interpreter that makes the package. What another target needs stays out."""
    needed = {
        "quay-b": "python_version >= '3.13'",
        "quay-c": "sys_platform == 'linux'",
        "quay-d": "platform_machine == 'aarch64'",
        "quay-e": "python_full_version < '3.13.2'",
        "quay-f": "extra == 'fast'",
    }
    others = {
        "quay-x": "python_version < '3.13'",
        "quay-y": "sys_platform == 'win32'",
        "quay-z": "extra == 'slow'",
    }
    requires = [f"{name}; {marker}" for name, marker in (needed | others).items()]
    make_wheel(tmp_path, "quay-a", {}, requires=requires)
    for name in needed:
        make_wheel(tmp_path, name, {})

    assert names(tmp_path, "quay-a[fast]") == [f"{name} 1.0" for name in ("quay-a", *needed)]


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


def test_what_the_runtime_brings_has_to_fit(tmp_path: Path) -> None:
    """It stays out, but a package was not tested with what it says it needs."""
    make_wheel(tmp_path, "quay-a", {}, requires=["boto3>=99"])

    with pytest.raises(PackagingError) as caught:
        names(tmp_path, "quay-a")

    assert str(caught.value) == (
        f"quay-a 1.0 requires boto3>=99, but it is {version('boto3')} that is installed here"
    )


def test_requirement_that_is_not_valid(tmp_path: Path) -> None:
    """Old distributions have some, of which pip says no more than a warning."""
    make_wheel(tmp_path, "quay-a", {}, requires=["quay-b>=1.0.*"])

    with pytest.raises(PackagingError) as caught:
        names(tmp_path, "quay-a")

    assert str(caught.value) == (
        "quay-a 1.0 requires 'quay-b>=1.0.*', which is not valid; install another version of it"
    )


def test_metadata_of_others_in_a_wheel(tmp_path: Path) -> None:
    """As setuptools has, which brings copies of what it needs."""
    make_wheel(tmp_path, "quay-a", {"quay_a/_vendor/quay_b-2.0.dist-info/METADATA": "Name: quay-b\n"})

    assert names(tmp_path, "quay-a") == ["quay-a 1.0"]


BACKEND = """
from configparser import ConfigParser
from pathlib import Path
import os
import shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    settings = ConfigParser()
    settings.read(os.environ["DIST_EXTRA_CONFIG"])  # as setuptools does
    Path(settings.get("build", "build_base", fallback="build"), "lib").mkdir(parents=True)
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
    """What was installed from a folder is not looked for anywhere else.

    It stays as it is: setuptools would build in it, and find modules there next time that are long gone.
    """
    origin = {"url": (tmp_path / "source").as_uri(), "dir_info": {"editable": True}}
    monkeypatch.syspath_prepend(from_a_folder(tmp_path, origin))
    before = set((tmp_path / "source").iterdir())

    [wheel] = find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path)

    assert (str(wheel), wheel.path.parent) == ("quay-a 1.0", tmp_path)
    assert set((tmp_path / "source").iterdir()) == before


@pytest.mark.parametrize("modules", ["", "src"])
def test_folder_that_was_installed_without_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: str
) -> None:
    """`setup.py develop` leaves metadata beside the modules, and does not say where it is all from."""
    from_a_folder(tmp_path, {})
    metadata = tmp_path / "source" / modules / "quay_a.egg-info"
    metadata.mkdir(parents=True)
    (metadata / "PKG-INFO").write_text("Name: quay-a\nVersion: 0.9\n", "utf-8")
    monkeypatch.syspath_prepend(metadata.parent)

    [wheel] = find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path)

    assert str(wheel) == "quay-a 1.0"


def test_old_metadata_beside_other_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A near miss: an operating system installs so, and there is no source to build from."""
    make_wheel(tmp_path, "quay-a", {}, version="0.9")
    metadata = tmp_path / "installed" / "quay_a.egg-info"
    metadata.mkdir(parents=True)
    (metadata / "PKG-INFO").write_text("Name: quay-a\nVersion: 0.9\n", "utf-8")
    monkeypatch.syspath_prepend(metadata.parent)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "found").mkdir()

    [wheel] = find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path / "found")

    assert str(wheel) == "quay-a 0.9"


def test_settings_of_pip_s_that_would_change_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables say where to look for wheels, but not what to do; nor does a file in this folder."""
    origin = {"url": (tmp_path / "source").as_uri(), "dir_info": {}}
    monkeypatch.syspath_prepend(from_a_folder(tmp_path, origin))
    changes = {"TARGET": str(tmp_path), "PREFIX": str(tmp_path), "PLATFORM": "win32", "DRY_RUN": "1"}
    for name, value in changes.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    (tmp_path / "pip.py").write_text("raise SystemExit('not pip')\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    [wheel] = find_wheels([Requirement("quay-a")], TARGET, Pip(TARGET), tmp_path)

    assert str(wheel) == "quay-a 1.0"


def test_what_pip_says_when_it_crashes(tmp_path: Path) -> None:
    """The last line of its traceback."""
    make_wheel(tmp_path, "quay-a", {})
    (tmp_path / "found").write_text("no folder", "utf-8")

    with pytest.raises(PackagingError, match=r"^pip cannot get the wheels: NotADirectoryError: "):
        Pip(TARGET, tmp_path).fetch(["quay-a"], tmp_path / "found" / "deeper")


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
