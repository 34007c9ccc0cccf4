"""Imports what is in a package, in an interpreter that has nothing else but what the runtime brings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile

from trailguard.errors import PackagingError
from trailguard.package.chosen import installed
from trailguard.package.runtime import BROUGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["try_out"]

_SCRIPT: Final = """
import importlib, io, sys
package, runtime, *modules = sys.argv[1:]
sys.path[:] = [package, *sys.path, runtime]
told, sys.stdout, sys.stderr = sys.stderr, io.StringIO(), io.StringIO()
try:
    from trailguard.plugins import gather
    gather()
    for module in modules:
        importlib.import_module(module)
except BaseException as error:
    told.write(f"{type(error).__name__}: {error}")
    sys.exit(1)
"""


def try_out(archive: Path, modules: Iterable[str]) -> None:
    """Unpack a package, load all rule packages in it, and import what its handler imports.

    The handler itself is not imported: it may call AWS at once, for settings that are secrets.

    Args:
        archive: the package, which has to be for an interpreter like this.
        modules: what the handler imports.

    Raises:
        PackagingError: when something cannot be imported; it says what Python said.
    """
    with TemporaryDirectory() as work:
        package, runtime = Path(work, "package"), Path(work, "runtime")
        with ZipFile(archive) as file:
            file.extractall(package)
        runtime.mkdir()
        _bring(runtime)
        command = [sys.executable, "-I", "-S", "-B", "-c", _SCRIPT, str(package), str(runtime), *modules]
        done = subprocess.run(  # noqa: S603  # no shell
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    if done.returncode:
        said = done.stderr.strip().replace(f"{package}/", "") or f"Python ends with status {done.returncode}"
        raise PackagingError([f"the package was unpacked and tried, and cannot be imported: {said}"])


def _bring(runtime: Path) -> None:
    """Put into a folder what the runtime brings, as it is installed here, and nothing beside it."""
    for name in BROUGHT:
        found = installed(name)
        tops = {file.parts[0] for file in (found and found.files) or () if file.parts[0] != ".."}
        for top in sorted(tops - {"__pycache__"}):
            if found and not (runtime / top).exists():
                (runtime / top).symlink_to(Path(str(found.locate_file(top))).resolve())
