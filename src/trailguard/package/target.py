"""Where a package is to run: a Python version of AWS Lambda's, on an architecture of theirs."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trailguard.errors import PackagingError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ARCHITECTURES", "RUNTIMES", "Target", "target_of"]

RUNTIMES: Final = {(3, 11): (2, 26), (3, 12): (2, 34), (3, 13): (2, 34), (3, 14): (2, 34)}
"""The glibc of each Python runtime: of Amazon Linux 2 at first, of Amazon Linux 2023 since.

Source: "Lambda runtimes" in the AWS Lambda developer guide; glibc is the operating system's.
"""

ARCHITECTURES: Final = {"x86_64": "x86_64", "arm64": "aarch64"}
"""What Linux calls the machine that Lambda calls so."""


@dataclass(frozen=True, slots=True)
class Target:
    """A runtime of AWS Lambda's.

    Attributes:
        python: the version of Python: major and minor number.
        arch: the architecture, in Lambda's words: ``x86_64`` or ``arm64``.
    """

    python: tuple[int, int]
    arch: str

    def __str__(self) -> str:
        return f"Python {self.version} on {self.arch}"

    @property
    def version(self) -> str:
        """The version of Python, as ``3.13``."""
        return f"{self.python[0]}.{self.python[1]}"

    @property
    def runtime(self) -> str:
        """The runtime's identifier, as ``python3.13``."""
        return f"python{self.version}"

    @property
    def machine(self) -> str:
        """What Linux calls the architecture."""
        return ARCHITECTURES[self.arch]

    @property
    def abi(self) -> str:
        """The tag of what is compiled for this version of CPython alone, as ``cp313``."""
        return f"cp{self.python[0]}{self.python[1]}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags of wheels that run there, the most special one first, as PEP 600 has them."""
        major, newest = RUNTIMES[self.python]
        tags = [f"manylinux_{major}_{minor}_{self.machine}" for minor in range(newest, 4, -1)]
        return (*tags, f"manylinux2014_{self.machine}")

    @property
    def markers(self) -> Mapping[str, str]:
        """What environment markers of requirements, as in PEP 508, are compared with.

        The patch level is not known beforehand; by the lowest, what is needed for any comes with it.
        """
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
        }

    @property
    def is_here(self) -> bool:
        """Whether this interpreter can run what is made for the target."""
        library, version = platform.libc_ver()
        return (
            (sys.platform, platform.machine(), sys.version_info[:2]) == ("linux", self.machine, self.python)
            and (sys.implementation.name, library) == ("cpython", "glibc")
            and tuple(map(int, version.split(".")[:2])) >= RUNTIMES[self.python]
        )


def target_of(python: str | None, arch: str) -> Target:
    """Return the target that somebody names.

    Args:
        python: as ``3.13`` or ``python3.13``; this interpreter's version if left out.
        arch: one of `ARCHITECTURES`.

    Raises:
        PackagingError: when Lambda has no runtime for that version.
    """
    version = (python or f"{sys.version_info.major}.{sys.version_info.minor}").removeprefix("python")
    for known in RUNTIMES:
        if version == f"{known[0]}.{known[1]}":
            return Target(known, arch)
    named = ", ".join(f"{major}.{minor}" for major, minor in RUNTIMES)
    problem = f"AWS Lambda has no runtime for Python {version} that trailguard runs on"
    raise PackagingError([f"{problem}; choose --python of {named}"])
