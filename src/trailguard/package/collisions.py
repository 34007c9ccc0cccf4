"""Whether every file in a package keeps its place: all distributions are unpacked into one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

from trailguard.package.modules import FUNCTION
from trailguard.settings_file import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trailguard.package.wheels import Wheel

__all__ = ["collisions"]


def collisions(wheels: Iterable[Wheel], rule_packages: Collection[str]) -> Iterator[str]:
    """Yield which files would take another's place.

    Args:
        wheels: what goes in.
        rule_packages: the distributions, by their normal names, whose modules must be their own. That others
            share a file is left to them: many have a ``tests`` at the top that nobody imports.
    """
    owners: dict[str, tuple[Wheel, int]] = {}
    for wheel in wheels:
        for name, checksum in _files(wheel):
            owner, content = owners.setdefault(name, (wheel, checksum))
            if name in {FUNCTION, FILE_NAME}:
                hint = "does pyproject.toml say which files go into the wheel?"
                yield f"{wheel.name}: has a file {name}, which is where the package has its own; {hint}"
            elif content != checksum and name.endswith(".py") and {owner.name, wheel.name} & {*rule_packages}:
                yield f"{owner.name} and {wheel.name} both have a file {name}, each another; rename one"


def _files(wheel: Wheel) -> Iterator[tuple[str, int]]:
    with ZipFile(wheel.path) as archive:
        yield from ((entry.filename, entry.CRC) for entry in archive.infolist())
