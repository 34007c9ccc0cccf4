"""Writes a folder as a .zip file archive that is the same, byte for byte, wherever it is made, and when."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["write_archive"]

_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The first date that a .zip file can hold."""

_OF_THIS_MACHINE: Final = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""What installing leaves in a ``.dist-info`` folder. The rest is the distribution's own."""

_UNIX: Final = 3


def write_archive(folder: Path, path: Path) -> int:
    """Write an archive of a folder, without what only the machine that installed it needs.

    Args:
        folder: what is to be in it.
        path: the archive.

    Returns:
        How many bytes it has when it is unpacked.
    """
    total = 0
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(_names(folder)):
            content = (folder / name).read_bytes()
            entry = ZipInfo(name, _TIME)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content, compresslevel=9)
            total += len(content)
    return total


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if path.is_file() and not _is_left_out(inside):
            yield inside.as_posix()


def _is_left_out(inside: Path) -> bool:
    is_metadata = inside.parent.name.endswith(".dist-info")
    return (
        "__pycache__" in inside.parts
        or inside.suffix == ".pyc"
        or inside.parts[0] == "bin"  # scripts, which name the interpreter of this machine
        or (is_metadata and inside.name in _OF_THIS_MACHINE)
    )
