"""Runs pip, which knows where wheels are and which of them fits; its errors become a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from trailguard.errors import PackagingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.package.target import Target

__all__ = ["Pip"]

_MISSING: Final = re.compile(r"No matching distribution found for (.+)")
_VERSIONS: Final = re.compile(r"\(from versions: (.+)\)")
_OTHER_PYTHON: Final = re.compile(r"Package '(.+)' requires a different Python: \S+ not in '(.+)'")
_NOT_THERE: Final = re.compile(r"(\S+\.whl) is not a supported wheel on this platform")
_SHOWN: Final = 5
_OURS: Final = frozenset(
    f"PIP_{name}"
    for name in (
        *("ABI", "DRY_RUN", "IMPLEMENTATION", "NO_BINARY", "NO_DEPS", "ONLY_BINARY", "PLATFORM", "PREFIX"),
        *("PYTHON_VERSION", "QUIET", "REPORT", "REQUIRE_VIRTUALENV", "ROOT", "TARGET", "USER"),
    )
)
"""Variables of pip's options that are decided here. Its other ones say where to look, and how."""

_GET_PIP: Final = "`python -m ensurepip`, or `uv pip install pip`"


class Pip:
    """Fetches, builds and unpacks wheels.

    Args:
        target: what they are for.
        wheels: a folder that has all of them; if left out, they come from where pip is set up to look.

    Raises:
        PackagingError: when there is no pip in this environment.
    """

    def __init__(self, target: Target, wheels: Path | None = None) -> None:
        if find_spec("pip") is None:
            raise PackagingError(
                [f"wheels are fetched by pip, which {sys.executable} has not; get it by {_GET_PIP}"]
            )
        self._target = target
        self.wheels = wheels

    def fetch(self, requirements: Iterable[str], folder: Path) -> None:
        """Put the wheel that fits the target for each requirement into a folder, but none of what it needs.

        Raises:
            PackagingError: when there is none; it names the requirement.
        """
        source = ["--no-index", "--find-links", str(self.wheels.resolve())] if self.wheels else []
        arguments = ["download", "--dest", str(folder), *source, *self._fitting(), *requirements]
        done = self._run(*arguments, alone=self.wheels is not None)
        if done.returncode:
            raise PackagingError([self._why_not(done.stderr)])

    def build(self, name: str, source: str, folder: Path) -> None:
        """Make a wheel of what a distribution was installed from, and put it into a folder.

        Raises:
            PackagingError: when it cannot be built.
        """
        with TemporaryDirectory() as work:
            settings = Path(work, "setuptools.cfg")
            settings.write_text(f"[build]\nbuild_base = {work}\n", "utf-8")
            # else it builds in the source's folder, and from what earlier builds have left there
            arguments = ["wheel", "--no-deps", "--wheel-dir", str(folder), source]
            done = self._run(*arguments, DIST_EXTRA_CONFIG=str(settings))
        if done.returncode:
            problem = f"no wheel can be built from {source}, where it was installed from"
            raise PackagingError([f"{name}: {problem}: {_last_words(done.stderr)}"])

    def unpack(self, wheels: Iterable[Path], folder: Path) -> None:
        """Install wheels into a folder, as `pip install --target` does.

        Raises:
            PackagingError: when one does not fit the target, or is broken.
        """
        arguments = ["--no-compile", "--no-index", "--target", str(folder), *self._fitting()]
        done = self._run("install", *arguments, *map(str, wheels), alone=True)
        if done.returncode:
            raise PackagingError([self._why_not(done.stderr)])

    def _fitting(self) -> list[str]:
        platforms = [f"--platform={tag}" for tag in self._target.platforms]
        python = ["--implementation=cp", f"--python-version={self._target.version}"]
        return ["--no-deps", "--only-binary=:all:", f"--abi={self._target.abi}", *python, *platforms]

    @staticmethod
    def _run(*arguments: str, alone: bool = False, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run pip; ``alone``, without what this machine's settings add to the places where it looks."""
        environment = {
            k: v for k, v in os.environ.items() if not (k in _OURS or (alone and k.startswith("PIP_")))
        }
        if alone:
            environment["PIP_CONFIG_FILE"] = os.devnull
        return subprocess.run(  # noqa: S603  # no shell
            [
                sys.executable,
                *("-P", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color"),
                *arguments,
            ],
            env=environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def _why_not(self, stderr: str) -> str:
        if other := _OTHER_PYTHON.search(stderr):
            return f"{other[1]} does not run on Python {self._target.version}: it requires {other[2]}"
        if foreign := _NOT_THERE.search(stderr):
            hint = "build it there, and hand a folder with all wheels over by --wheels"
            return f"{foreign[1]} was built here, and is not for {self._target}: {hint}"
        if missing := _MISSING.search(stderr):
            versions = _VERSIONS.search(stderr)
            known = versions[1].split(", ") if versions and versions[1] != "none" else []
            others = f"; there are wheels of {', '.join(known[-_SHOWN:])}" if known else ""
            where = f" in {self.wheels}" if self.wheels else ""
            return (
                f"no wheel of {missing[1]} for {self._target}{where}{others}. Install a version that has one,"
                " or build one there and hand a folder with all wheels over by --wheels"
            )
        return f"pip cannot get the wheels: {_last_words(stderr)}"


def _last_words(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    crashed = errors[-1:] == ["Exception:"]  # a traceback follows
    return ((not crashed and errors) or lines or ["it did not say why"])[-1]
