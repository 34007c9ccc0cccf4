from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from trailguard.package.binaries import foreign_binaries
from trailguard.package.target import Target

if TYPE_CHECKING:
    from pathlib import Path

X86_64, ARM64 = 62, 183
MACH_O = bytes.fromhex("cffaedfe") + bytes(16)


def elf(machine: int) -> bytes:
    """Make the beginning of a shared library of 64-bit Linux."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine.to_bytes(2, "little")


def problems(folder: Path, name: str, content: bytes, target: Target | None = None) -> list[str]:
    path = folder / "fast" / name
    path.parent.mkdir()
    path.write_bytes(content)
    return list(foreign_binaries(folder, target or Target((3, 13), "arm64")))


@pytest.mark.parametrize(
    "name",
    [
        "_c.cpython-313-aarch64-linux-gnu.so",
        "_c.abi3.so",
        "_c.so",
        "libc-0a1b.so.6.1",
    ],
)
def test_libraries_that_can_be_loaded(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, name, elf(ARM64)) == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("_c.abi3.so", elf(X86_64), "is compiled for x86_64, not for arm64"),
        ("libc-0a1b.so.6.1", elf(X86_64), "is compiled for x86_64, not for arm64"),
        ("_c.abi3.so", elf(243), "is compiled for another machine, not for arm64"),
        ("_c.abi3.so", MACH_O, "is no shared library of Linux"),
        ("_c.abi3.so", b"", "is no shared library of Linux"),
        (
            "_c.cpython-312-aarch64-linux-gnu.so",
            elf(ARM64),
            "is compiled for cpython-312-aarch64-linux-gnu, not for cpython-313-aarch64-linux-gnu",
        ),
        (
            "_c.cpython-313-aarch64-linux-musl.so",
            elf(ARM64),
            "is compiled for cpython-313-aarch64-linux-musl, not for cpython-313-aarch64-linux-gnu",
        ),
    ],
)
def test_libraries_that_cannot(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    assert problems(tmp_path, name, content) == [f"fast/{name} {problem}"]


@pytest.mark.parametrize("name", ["table.sortable.js", "notes.so.txt", "cso"])
def test_files_that_are_no_libraries(tmp_path: Path, name: str) -> None:
    """A near miss: they are called a little like some."""
    assert problems(tmp_path, name, b"text") == []
