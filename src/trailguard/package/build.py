"""Builds a package: fetches what goes in, checks that it would run, writes it, and tries it out."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from trailguard.errors import PackagingError
from trailguard.package.archive import write_archive
from trailguard.package.binaries import foreign_binaries
from trailguard.package.chosen import choose
from trailguard.package.collisions import collisions
from trailguard.package.contents import Contents
from trailguard.package.fitting import check_settings
from trailguard.package.modules import (
    FUNCTION,
    HANDLER,
    broken_modules,
    imported_by_handler,
    lost_entry_points,
)
from trailguard.package.pip import Pip
from trailguard.package.trial import try_out
from trailguard.package.wheels import find_wheels
from trailguard.settings_file import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from trailguard.package.target import Target
    from trailguard.package.wheels import Wheel

__all__ = ["MAX_UNZIPPED", "MAX_UPLOAD", "Built", "Order", "build"]

MAX_UNZIPPED: Final = 262_144_000
"""How many bytes a package may have, unpacked. Source: "Lambda quotas" in the AWS Lambda developer guide."""

MAX_UPLOAD: Final = 52_428_800
"""How many bytes a package may have that is uploaded without S3. Source: the same."""

_FUNCTION: Final = f'''"""Judges whatever AWS delivers, by the rules and the settings beside it."""

from trailguard import Guard

{HANDLER} = Guard.from_settings().handle
'''


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants.

    Attributes:
        target: where it is to run.
        settings: the settings file; None for the defaults.
        function: the handler's file; None for one that makes a guard of the settings.
        extras: extras of trailguard.
        more: further distributions.
        without: rule packages that are to stay out.
        wheels: the folder that all wheels come from; None for where pip looks.
    """

    target: Target
    settings: Path | None = None
    function: Path | None = None
    extras: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    wheels: Path | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it.

    Attributes:
        zipped: the file's bytes.
        unzipped: the bytes of what is in it.
        sha256: the file's digest.
        distributions: what is in it, each with its version.
        tried: whether it was imported here.
    """

    zipped: int
    unzipped: int
    sha256: str
    distributions: tuple[str, ...]
    tried: bool


def build(out: Path, order: Order) -> Built:
    """Make a package. The file appears, or is replaced, when all is well with it, and not before.

    Args:
        out: the .zip file.
        order: what is wanted.

    Raises:
        PackagingError: when it cannot be made, or would not run; it has all that is known to be wrong.
        SettingsError: when something is wrong in the settings.
        PluginError: when a rule package cannot be used.
    """
    _refuse_out(out)
    chosen = choose(order.extras, order.more, order.without)
    check_settings(order.settings, chosen.rule_packages, order.function)
    with TemporaryDirectory() as work:
        fetched, folder, archive = Path(work, "wheels"), Path(work, "package"), Path(work, "package.zip")
        fetched.mkdir()
        pip = Pip(order.target, order.wheels)
        wheels = find_wheels(chosen.requirements, order.target, pip, fetched)
        _refuse_excluded(wheels, chosen.excluded)
        if problems := list(collisions(wheels, chosen.rule_packages)):
            raise PackagingError(problems)
        pip.unpack((wheel.path for wheel in wheels), folder)
        _add_files(order, folder)
        contents = Contents(folder)
        _refuse_broken(contents, chosen.rule_packages, order.target)
        unzipped = write_archive(folder, archive)
        _refuse_large(unzipped)
        if order.target.is_here:
            try_out(archive, imported_by_handler(contents))
        _publish(archive, out)
        return _built(archive, unzipped, wheels, tried=order.target.is_here)


def _refuse_out(out: Path) -> None:
    if out.is_dir():
        problem = "is a folder"
    elif out.suffix != ".zip":  # else a name that was forgotten would have a source file replaced
        problem = "its name does not end in .zip"
    elif not out.absolute().parent.is_dir():
        problem = f"there is no folder {out.parent}"
    else:
        return
    raise PackagingError([f"{out}: {problem}; name the .zip file that is to be written"])


def _refuse_excluded(wheels: Iterable[Wheel], excluded: Collection[str]) -> None:
    for wheel in wheels:
        if wheel.name in excluded:
            raise PackagingError([f"--without {wheel.name}: it is required by what goes in"])


def _add_files(order: Order, folder: Path) -> None:
    try:
        if order.function:
            shutil.copyfile(order.function, folder / FUNCTION)
        else:
            (folder / FUNCTION).write_text(_FUNCTION, "utf-8", newline="\n")
        if order.settings:
            shutil.copyfile(order.settings, folder / FILE_NAME)
    except OSError as error:
        raise PackagingError([f"{error.filename}: cannot be read: {error.strerror}"]) from error


def _refuse_broken(contents: Contents, rule_packages: frozenset[str], target: Target) -> None:
    problems = [
        *foreign_binaries(contents.folder, target),
        *lost_entry_points(contents, rule_packages),
        *broken_modules(contents, rule_packages, target),
    ]
    if problems:
        raise PackagingError(problems)


def _refuse_large(unzipped: int) -> None:
    if unzipped > MAX_UNZIPPED:
        raise PackagingError(
            [f"{unzipped:,} bytes when unpacked; AWS Lambda takes {MAX_UNZIPPED:,}: leave something out"]
        )


def _publish(archive: Path, out: Path) -> None:
    """Put the archive where it was wanted, in one step: nobody deploys half of it, or of another run's."""
    place = out.resolve()
    try:
        with TemporaryDirectory(dir=place.parent, prefix=f".{out.stem}-") as beside:
            Path(shutil.copyfile(archive, Path(beside, out.name))).replace(place)
    except OSError as error:
        raise PackagingError([f"{out}: cannot be written: {error.strerror}"]) from error


def _built(archive: Path, unzipped: int, wheels: tuple[Wheel, ...], *, tried: bool) -> Built:
    content = archive.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Built(len(content), unzipped, digest, tuple(map(str, wheels)), tried)
