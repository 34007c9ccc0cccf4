"""Writes first files for people: a rule with its test, or a package of rules.

What is written stands in the templates beside this module; here is what they are filled in with, and what
names are refused. Deciding what to write and writing it are two steps, so that nothing is written by halves.
"""

from __future__ import annotations

import builtins
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from trailguard.match import Match
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailguard.verdict import Severity

__all__ = [
    "FIRST_RULE",
    "LONGEST",
    "Home",
    "home_of",
    "module_of",
    "package_files",
    "rule_files",
    "rule_name",
    "write",
]

FIRST_RULE: Final = "bucket_deleted_by_hand"
"""The rule that a new package comes with; it listens to ``s3:DeleteBucket``."""

LONGEST: Final = 50
"""How many characters a rule's name may have: it is in every verdict, and the name of a file."""

_WIDTH: Final = 88  # what ruff and black keep to, unless told otherwise
_RULE_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
# "Names and normalization" in the Python packaging user guide.
_PACKAGE_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_ACTION: Final = re.compile(r"[a-z0-9][a-z0-9-]*:[A-Za-z][A-Za-z0-9_]*")
_LIBRARIES: Final = frozenset({"pydantic", "pytest", "trailguard"}) | sys.stdlib_module_names
# What means something in a rule's file or in its test.
_TAKEN: Final = (
    _LIBRARIES
    | frozenset(dir(builtins))
    | {"assert_complies", "assert_violates", "assumed_role", "cloudtrail_event", "configuration_item"}
    | {"event", "iam_user", "item", "rule", "tags"}
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where rules are written to.

    Attributes:
        folder: of the rules' files.
        tests: of their tests.
        package: by which name the folder is imported; None outside of a package.
    """

    folder: Path
    tests: Path
    package: str | None = None


def module_of(package: str) -> str:
    """Return the name by which a package is to be imported: ``acme_rules`` for ``acme-rules``.

    Raises:
        ValueError: when nothing can be installed by the package's name, or imported by the module's.
    """
    if not _PACKAGE_NAME.fullmatch(package):
        raise ValueError(
            f"{package!r} is no name of a package: letters, digits, '-', '_' and '.', such as 'acme-rules'"
        )
    module = re.sub(r"[-_.]+", "_", package).lower()
    if not module.isidentifier() or iskeyword(module):
        raise ValueError(f"{package!r} cannot be imported as {module!r}; choose a name such as 'acme-rules'")
    if module in _LIBRARIES:
        raise ValueError(f"{package!r} would hide the module {module!r}; choose another name")
    return module


def rule_name(text: str) -> str:
    """Return the name of a rule's function: ``bucket_made_public`` for ``bucket-made-public``.

    Raises:
        ValueError: when no function can have the name, or another rule has it.
    """
    name = text.replace("-", "_")
    if not _RULE_NAME.fullmatch(text) or iskeyword(name):
        raise ValueError(
            f"{text!r} is no name of a rule: words of a-z and digits, as in 'bucket-made-public'"
        )
    if len(name) > LONGEST:
        raise ValueError(f"{text!r} has {len(name)} characters; a rule's name has {LONGEST} at most")
    if name in _TAKEN or name.startswith("test_"):
        raise ValueError(f"{text!r} means something else to Python or pytest; say what the rule catches")
    if name.replace("_", "-") in {rule.id for rule in BUILTIN_RULES}:
        raise ValueError(f"{text!r} is a rule of trailguard's own; choose another name")
    return name


def home_of(start: Path) -> Home:
    """Find the package of rules that a folder belongs to; without one, the folder itself is home.

    Args:
        start: the folder.

    Raises:
        ValueError: when there is a package of rules, but no folder with its modules.
        OSError: when its ``pyproject.toml`` cannot be read.
    """
    for root in (start, *start.parents):
        settings = root / "pyproject.toml"
        modules = _plugins(settings) if settings.is_file() else []
        if not modules:
            continue
        # A plugin may be a package, or a module in one.
        packages = [one for module in modules for one in (module, module.rpartition(".")[0]) if one]
        for package in packages:
            for folder in (root / "src", root):
                if (home := folder / Path(*package.split("."))).is_dir():
                    return Home(home, root / "tests", package)
        raise ValueError(
            f"{settings}: [project.entry-points.trailguard] names {modules[0]!r}, but there is no such folder"
            f" in {root / 'src'} or {root}; rules with a file each need a package, so a folder"
        )
    return Home(start, start)


def package_files(name: str, parent: Path) -> dict[Path, str]:
    """Return what a new package of rules consists of, by path.

    Args:
        name: of the package, as it is installed.
        parent: the folder that its folder will be in.

    Raises:
        ValueError: as `module_of`.
    """
    module, root = module_of(name), parent / name
    home = Home(root / "src" / module, root / "tests", module)
    values = {"package": name, "module": module}
    return {
        root / "pyproject.toml": _filled("pyproject.toml", values),
        root / "README.md": _filled("README.md", values),
        home.folder / "__init__.py": _filled("plugin.py", values),
        home.folder / "py.typed": "",
    } | rule_files(FIRST_RULE, home)


def rule_files(
    name: str, home: Home, on: str = "s3:DeleteBucket", severity: Severity | None = None
) -> dict[Path, str]:
    """Return a rule's file and its test's, by path.

    Args:
        name: of the rule, from `rule_name`.
        home: where they go.
        on: what it listens to: ``service:Action``, or a resource type of AWS Config.
        severity: how bad a violation is; medium if left out.

    Raises:
        ValueError: when a rule cannot listen to that, or the package has a rule of this name.
    """
    if other := _defining(name, home):
        raise ValueError(f"{name.replace('_', '-')!r} is a rule in {other}; choose another name")
    kind, example = _listened_to(on)
    level = severity.value if severity else "medium"
    event = "event: CloudTrailEvent" if kind == "event" else "item: ConfigurationItem"
    result = "Violation | None" if kind == "event" else "str | None"
    module = f"{home.package}.{name}" if home.package else name
    values = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "on": on,
        "example": example,
        "service": example.partition(":")[0],
        "severity": level.upper(),
        "severity_name": level,
        "signature": _broken_at(f"def {name}(", f"{event}, params: Params", f") -> {result}:"),
        "import_rule": _broken_at(f"from {module} import ", name, ""),
    }
    return {
        home.folder / f"{name}.py": _filled(f"{kind}_rule.py", values),
        home.tests / f"test_{name}.py": _filled(f"{kind}_test.py", values),
    }


def write(contents: Mapping[Path, str]) -> None:
    """Write files, and the folders they are in.

    Raises:
        FileExistsError: when anything is in the way; nothing was written then.
        OSError: when a file cannot be written.
    """
    if taken := [str(path) for path in contents if path.exists()]:
        raise FileExistsError(f"already there: {', '.join(taken)}; nothing was written")
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _plugins(settings: Path) -> list[str]:
    """Return the modules that a project registers as plugins of trailguard."""
    try:
        found: Any = tomllib.loads(settings.read_text("utf-8"))
    except ValueError as error:  # of TOML or of UTF-8
        raise ValueError(f"{settings}: cannot be read: {error}") from error
    for key in ("project", "entry-points", "trailguard"):
        found = found.get(key) if isinstance(found, dict) else None
    values = found.values() if isinstance(found, dict) else ()
    return [value.partition(":")[0].strip() for value in values if isinstance(value, str)]


def _defining(name: str, home: Home) -> Path | None:
    """Return the module of a package that has a function of this name, in a file of another name."""
    function = re.compile(rf"^def {name}\(", re.MULTILINE)
    for path in sorted(home.folder.rglob("*.py")) if home.package else ():
        if path.name != f"{name}.py" and function.search(path.read_text("utf-8", "replace")):
            return path
    return None


def _listened_to(on: str) -> tuple[str, str]:
    """Return which templates a pattern asks for, and an action or a type that it fits."""
    match Match(on).kind:
        case "event":
            service, _, action = on.replace("?", "x").partition(":")
            example = f"{service.replace('*', 'example')}:{action.replace('*', 'Example')}"
            if not _ACTION.fullmatch(example):
                raise ValueError(
                    f"{on!r} fits no call; write it as IAM policies do, such as 's3:DeleteBucket'"
                )
            return "event", example
        case "configuration item":
            return "item", on.replace("?", "x").replace("*", "Example")
        case _:
            raise ValueError(f"{on!r} has no template; name an action or a resource type")


def _broken_at(before: str, inside: str, after: str) -> str:
    """Return a line of code, broken at its brackets as formatters do where it is too long."""
    line = f"{before}{inside}{after}"
    if len(line) <= _WIDTH:
        return line
    if after:
        return f"{before}\n    {inside}\n{after}"
    return f"{before}(\n    {inside},\n)"


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template(files(__name__).joinpath(f"{template}.txt").read_text("utf-8")).substitute(values)
