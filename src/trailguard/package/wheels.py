"""Finds every wheel that a package needs: what is asked for, what that requires on the target, and so on.

Versions are those that are installed here, for these were tested. pip evaluates the markers of requirements
for the interpreter that runs it, not for the one that it fetches wheels for. So it is worked out here what is
required, from the wheels themselves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import Path as ZipPath
from zipfile import ZipFile

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from trailguard.errors import PackagingError
from trailguard.package.chosen import installed
from trailguard.package.runtime import BROUGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from importlib.metadata import Distribution

    from trailguard.package.pip import Pip
    from trailguard.package.target import Target

__all__ = ["Wheel", "find_wheels"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel.

    Attributes:
        path: its file.
        name: the distribution, by its normal name.
        version: the distribution's version.
        requires: what it requires, on any platform and for any extra.
    """

    path: Path
    name: str
    version: str
    requires: tuple[Requirement, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def find_wheels(roots: Iterable[Requirement], target: Target, pip: Pip, folder: Path) -> tuple[Wheel, ...]:
    """Fetch all wheels that a package consists of, sorted by name.

    Args:
        roots: what is asked for.
        target: where it is to run. What its runtime brings stays out, unless some of that is a root: then all
            of it comes along, for versions that were released together belong together.
        pip: where wheels come from.
        folder: where to keep them.

    Raises:
        PackagingError: when a wheel is missing, or versions do not fit each other.
    """
    roots = tuple(roots)
    brought = frozenset() if any(_name(root) in BROUGHT for root in roots) else BROUGHT.keys()
    wheels: dict[str, Wheel] = {}
    while missing := [one for one in _closure(roots, wheels, target, brought) if _name(one) not in wheels]:
        _fetch(missing, pip, folder)
        wheels = {wheel.name: wheel for wheel in map(_read, folder.glob("*.whl"))}
    asked = _closure(roots, wheels, target, brought)
    _refuse_misfits(wheels, _closure(roots, wheels, target, ()))
    return tuple(wheels[name] for name in sorted({_name(one) for one in asked}))


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


def _closure(
    roots: tuple[Requirement, ...], wheels: Mapping[str, Wheel], target: Target, brought: Collection[str]
) -> tuple[Requirement, ...]:
    """Return what is asked for, and all that this requires, as far as it is known yet."""
    asked: tuple[Requirement, ...] = ()
    further = roots
    while further != asked:
        asked = further
        further = (*roots, *_required(asked, wheels, target, brought))
    return asked


def _required(
    asked: Iterable[Requirement], wheels: Mapping[str, Wheel], target: Target, brought: Collection[str]
) -> Iterator[Requirement]:
    extras: dict[str, set[str]] = {}
    for one in asked:
        extras.setdefault(_name(one), {""}).update(one.extras)
    for name, wanted in extras.items():
        for requirement in _requirements_of(name, wheels):
            if _name(requirement) not in brought and _applies(requirement, target, wanted):
                yield requirement


def _requirements_of(name: str, wheels: Mapping[str, Wheel]) -> Iterable[Requirement]:
    """Return what the wheel requires; until it is fetched, what is installed does: so pip is run once."""
    if wheel := wheels.get(name):
        return wheel.requires
    found = installed(name)
    return _parsed(found) if found else ()


def _parsed(distribution: Distribution) -> tuple[Requirement, ...]:
    requirements = []
    for text in distribution.requires or ():
        try:
            requirements.append(Requirement(text))
        except InvalidRequirement as error:
            problem = f"{distribution.name} {distribution.version} requires {text!r}, which is not valid"
            raise PackagingError([f"{problem}; install another version of it"]) from error
    return tuple(requirements)


def _applies(requirement: Requirement, target: Target, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**target.markers, "extra": extra}) for extra in extras)


def _fetch(requirements: Iterable[Requirement], pip: Pip, folder: Path) -> None:
    versions: dict[str, SpecifierSet] = {}
    for one in requirements:
        versions[_name(one)] = versions.get(_name(one), SpecifierSet()) & one.specifier
    to_fetch: list[str] = []
    for name, specifier in versions.items():
        if pip.wheels is None and (source := _source(name)):
            pip.build(name, source, folder)
        else:
            found = installed(name)
            to_fetch.append(f"{name}=={found.version}" if found else f"{name}{specifier}")
    if to_fetch:
        pip.fetch(to_fetch, folder)


def _source(name: str) -> str | None:
    """Return what a distribution was installed from, if it was no index.

    Source: "Recording the Direct URL Origin of installed distributions" of the Python Packaging User Guide.
    """
    found = installed(name)
    if found is None:
        return None
    origin: dict[str, Any] = json.loads(found.read_text("direct_url.json") or "{}")
    if not origin:
        return _checkout(found)
    if control := origin.get("vcs_info"):
        url = f"{control['vcs']}+{origin['url']}@{control['commit_id']}"
    else:
        url = origin["url"]
    return f"{url}#subdirectory={origin['subdirectory']}" if "subdirectory" in origin else str(url)


def _checkout(found: Distribution) -> str | None:
    """Return where the source is of what `setup.py develop` installed, by the metadata that it leaves there.

    An index is not asked for it: who knows what it has by that name.
    """
    if found.read_text("METADATA") is not None:
        return None
    folder = Path(str(found.locate_file("")))
    for place in (folder, folder.parent):
        if any((place / file).is_file() for file in ("pyproject.toml", "setup.py")):
            return place.as_uri()
    return None


def _read(path: Path) -> Wheel:
    with ZipFile(path) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        [metadata] = (name for name in tops if name.endswith(".dist-info"))
        found = PathDistribution(ZipPath(archive, f"{metadata}/"))
        return Wheel(path, canonicalize_name(found.name), found.version, _parsed(found))


def _refuse_misfits(wheels: Mapping[str, Wheel], asked: Iterable[Requirement]) -> None:
    problems: list[str] = []
    for one in asked:
        found = wheels.get(_name(one)) or installed(one.name)  # the latter, of what the runtime brings
        if found and not one.specifier.contains(found.version, prereleases=True):
            who = next((str(other) for other in wheels.values() if one in other.requires), "--with")
            problems.append(f"{who} requires {one}, but it is {found.version} that is installed here")
    if problems:
        raise PackagingError(problems)
