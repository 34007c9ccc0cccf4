"""What is in the folder that becomes a package: distributions, their files, and modules."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path, PurePath

__all__ = ["Contents"]


class Contents:
    """The unpacked package.

    Args:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.distributions: Mapping[str, Distribution] = {
            canonicalize_name(one.name): one for one in distributions(path=[str(folder)])
        }

    def modules_of(self, name: str) -> Iterator[PurePath]:
        """Yield the Python files of a distribution that others may import, relative to the folder."""
        for file in sorted(self.distributions[name].files or ()):
            if file.suffix == ".py" and file.name != "__main__.py" and ".." not in file.parts:
                yield file

    def has(self, module: str, own: Iterable[str] = ()) -> bool:
        """Tell whether a module is there.

        Args:
            module: its dotted name.
            own: the top-level modules in which one is looked for to the end. Others may make modules when
                they are imported, as six does; of these, to find the package is enough.
        """
        parts = module.split(".")
        place = self.folder
        for n, part in enumerate(parts):
            inner = place / part
            if not inner.is_dir():
                return n == len(parts) - 1 and _is_file(place, part)
            if parts[0] not in own and (inner / "__init__.py").is_file():
                return True
            place = inner
        return True


def _is_file(folder: Path, module: str) -> bool:
    return (folder / f"{module}.py").is_file() or any(folder.glob(f"{module}.*so"))
