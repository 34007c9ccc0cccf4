"""What is there before anything is packaged: the runtime's own libraries, and Python's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trailguard.package.target import Target

__all__ = ["BROUGHT", "removed_in", "standard_library"]

BROUGHT: Final = {
    "boto3": "boto3",
    "botocore": "botocore",
    "jmespath": "jmespath",
    "python-dateutil": "dateutil",
    "s3transfer": "s3transfer",
    "six": "six",
    "urllib3": "urllib3",
}
"""The distributions that every Python runtime brings with it, and their modules.

Source: "Runtime-included SDK versions" in the AWS Lambda developer guide; the others are what boto3 requires.
"""

_REMOVED: Final = {
    "asynchat": (3, 12),
    "asyncore": (3, 12),
    "distutils": (3, 12),
    "imp": (3, 12),
    "smtpd": (3, 12),
    "aifc": (3, 13),
    "audioop": (3, 13),
    "cgi": (3, 13),
    "cgitb": (3, 13),
    "chunk": (3, 13),
    "crypt": (3, 13),
    "imghdr": (3, 13),
    "lib2to3": (3, 13),
    "mailcap": (3, 13),
    "nis": (3, 13),
    "nntplib": (3, 13),
    "ossaudiodev": (3, 13),
    "pipes": (3, 13),
    "sndhdr": (3, 13),
    "spwd": (3, 13),
    "sunau": (3, 13),
    "telnetlib": (3, 13),
    "uu": (3, 13),
    "xdrlib": (3, 13),
}
"""Source: "Removed" in "What's New In Python" of these versions."""

_ADDED: Final = {"annotationlib": (3, 14), "compression": (3, 14)}
"""Source: "New modules" in "What's New In Python" of these versions."""

_WINDOWS: Final = frozenset({"_winapi", "msilib", "msvcrt", "nt", "winreg", "winsound"})


def standard_library(target: Target) -> frozenset[str]:
    """Return the names of the standard library's modules, as far as this interpreter knows them."""
    gone = {module for module, version in _REMOVED.items() if target.python >= version}
    to_come = {module for module, version in _ADDED.items() if target.python < version}
    return (sys.stdlib_module_names | _REMOVED.keys() | _ADDED.keys()) - _WINDOWS - gone - to_come


def removed_in(module: str, target: Target) -> str | None:
    """Return the version of Python, up to the target's, that removed a module of the standard library."""
    version = _REMOVED.get(module)
    return f"{version[0]}.{version[1]}" if version and target.python >= version else None
