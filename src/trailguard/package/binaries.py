"""Whether what is compiled in a package was compiled for the runtime.

Source: "ELF Header" in the System V Application Binary Interface; PEP 3149 and PEP 384 for names of files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trailguard.package.target import Target

__all__ = ["foreign_binaries"]

_MACHINES: Final = {62: "x86_64", 183: "arm64"}
_ELF: Final = b"\x7fELF"
_LIBRARY: Final = re.compile(r"\.so(\.\d+)*$")
_TAG: Final = re.compile(r"\.(cpython-[\w-]+)\.so$")


def foreign_binaries(folder: Path, target: Target) -> Iterator[str]:
    """Yield which shared libraries in a folder cannot be loaded on the target, and why."""
    for path in sorted(folder.rglob("*.so*")):
        if _LIBRARY.search(path.name) and path.is_file() and (problem := _problem(path, target)):
            yield f"{path.relative_to(folder)} {problem}"


def _problem(path: Path, target: Target) -> str | None:
    with path.open("rb") as file:
        header = file.read(20)
    if header[:4] != _ELF:
        return "is no shared library of Linux"
    machine = int.from_bytes(header[18:20], "little")
    if _MACHINES.get(machine) != target.arch:
        return f"is compiled for {_MACHINES.get(machine, 'another machine')}, not for {target.arch}"
    expected = f"cpython-{target.abi.removeprefix('cp')}-{target.machine}-linux-gnu"
    if (tag := _TAG.search(path.name)) and tag[1] != expected:
        return f"is compiled for {tag[1]}, not for {expected}"
    return None
