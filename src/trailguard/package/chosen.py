"""Which installed distributions go into a package, before anything that they require."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from trailguard.errors import PackagingError, did_you_mean
from trailguard.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Chosen", "choose", "installed"]


class Chosen(NamedTuple):
    """What goes in.

    Attributes:
        requirements: trailguard and its extras, the rule packages, and whatever else was asked for.
        rule_packages: the distributions that register rules or notifiers, by their normal names.
        excluded: those of them that are to stay out.
    """

    requirements: tuple[Requirement, ...]
    rule_packages: frozenset[str]
    excluded: frozenset[str]


def choose(extras: Iterable[str] = (), more: Iterable[str] = (), without: Iterable[str] = ()) -> Chosen:
    """Choose trailguard, every installed rule package, and what else somebody wants.

    Args:
        extras: those of trailguard.
        more: names of further distributions; with extras, if need be.
        without: names of rule packages that are to stay out.

    Raises:
        PackagingError: when an extra or a distribution does not exist, or is no rule package.
        PluginError: when the entry points of two rule packages bear one name.
    """
    found = frozenset(canonicalize_name(plugin.distribution) for plugin in discover())
    excluded = frozenset(map(canonicalize_name, without))
    for name in sorted(excluded - found):
        hint = did_you_mean(name, found) or f"; these are: {', '.join(sorted(found)) or 'none'}"
        raise PackagingError([f"--without {name}: no such rule package is installed{hint}"])
    rules = found - excluded
    core = installed("trailguard")
    if core is None:
        raise PackagingError(
            ["trailguard runs here without being installed, so nothing says what it requires; install it"]
        )
    known = core.metadata.get_all("Provides-Extra") or []
    for extra in extras:
        if extra not in known:
            raise PackagingError(
                [f"--extra {extra}: trailguard has no such extra{did_you_mean(extra, known)}"]
            )
    root = Requirement(f"trailguard[{','.join(extras)}]")
    return Chosen((root, *map(Requirement, sorted(rules)), *map(_named, more)), rules, excluded)


def installed(name: str) -> Distribution | None:
    """Return an installed distribution, or None."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _named(text: str) -> Requirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise PackagingError([f"--with {text}: not the name of a distribution"]) from error
    if installed(requirement.name) is None:
        hint = did_you_mean(requirement.name, {one.name for one in distributions()})
        problem = "not installed here, and only what could be tested here is packaged; install it first"
        raise PackagingError([f"--with {text}: {problem}{hint}"])
    return requirement
