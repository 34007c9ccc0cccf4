"""Which module of trailguard may import which, and when.

The table is the design: who wants to import something that is not in it changes the table first, and says
why.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import trailguard

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(trailguard.__file__).parent
PACKAGE = "trailguard"


@dataclass(frozen=True)
class May:
    """What a part may import of trailguard. A package stands for all that is in it.

    Attributes:
        run: at run time, wherever in the file.
        types: beyond that, for type checkers alone.
    """

    run: str = ""
    types: str = ""


# The first part that fits a module says what holds for it: "cli" fits cli.main.
MAY = {
    # What is known of the world outside.
    "errors": May(),
    "models": May("models"),
    "inflate": May("errors"),
    "mend": May("errors"),
    "record": May(),
    "document": May("errors mend record"),
    "envelopes": May("document envelopes errors lines record"),
    "shapes": May("document envelopes errors record"),
    "lines": May("record"),
    "decode": May("document errors inflate lines mend record shapes"),
    "sources": May("errors"),
    "clients": May("errors record", types="models settings"),
    "objects": May("clients errors record"),
    # What rules are made of. A verdict says who acted in the words of models, so that they are said once; a
    # match needs to know how CloudTrail spells services and dates operations.
    "verdict": May("models"),
    "match": May("models", types="record"),
    "_rule": May("errors match models verdict windows", types="record"),
    "rules": May("_rule match models rules verdict windows"),
    # Settings: found and read, overridden by the environment, checked; and the secrets that they name.
    "schema": May(),
    "mistakes": May("errors schema"),
    "overrides": May("errors schema"),
    "settings_file": May("errors"),
    "settings": May("decode errors mistakes overrides rule_sets settings_file verdict"),
    "references": May("clients"),
    # Judging. The engine parses records, mends those that the fast parser refuses, and cannot be made without
    # rules; whoever calls it brings the rules, and the report's counts.
    "report": May("record verdict"),
    "rule_sets": May("match", types="_rule"),
    "listeners": May("_rule errors rule_sets", types="match settings verdict"),
    "feeds": May("errors match models record", types="_rule"),
    "engine": May("errors feeds listeners match mend models record report settings verdict", types="_rule"),
    # AWS Config: fetching what it did not send along, reading what its rules ask for, telling it.
    "history": May("clients errors feeds models record"),
    "config_rules": May("errors models record", types="_rule listeners settings"),
    "evaluations": May("clients errors feeds mend models record report verdict", types="engine"),
    # Telling, and answering; and the state that both share with other functions.
    "windows": May(types="verdict"),
    "suppression": May("match verdict", types="settings"),
    "review": May("verdict", types="_rule report stores suppression windows"),
    "message": May("record report verdict"),
    "notify": May(types="report"),
    "ocsf": May("message record report verdict", types="models"),
    "formats": May("message ocsf", types="report"),
    "channel": May("notify", types="report"),
    "discreet": May("notify", types="report"),
    "notifiers": May(
        "channel clients discreet errors formats message notifiers notify record references report verdict",
        types="settings",
    ),
    "stores": May("errors stores", types="settings"),
    "routes": May("match notify verdict", types="report settings"),
    "once": May("errors message notify record verdict", types="report stores"),
    "outbox": May("notify record report verdict", types="respond"),
    "intake": May("decode errors history objects record", types="clients engine models settings"),
    "respond": May("errors", types="settings"),
    # Reading back what was told, and answering whoever brought it.
    "inbox": May("errors message record report respond settings verdict"),
    # Plugins. They hand notifiers on without looking at them.
    "hookspecs": May(types="_rule notify"),
    "plugins": May("_rule errors hookspecs notifiers rules", types="notify"),
    # What knows both ends. Sources are handed in, so it does without them at run time.
    "assembly": May("engine errors listeners notifiers plugins routes settings stores", types="_rule notify"),
    "guard": May(
        "assembly clients config_rules engine errors evaluations intake judged notify once outbox record"
        " report respond review settings stores suppression verdict",
        types="_rule decode models sources",
    ),
    # Judging in several processes. What came of a file elsewhere is taken up by the guard that scans.
    "judged": May("report", types="engine record sources"),
    "worker": May(types="guard sources"),
    "parallel": May("errors record worker", types="guard judged sources"),
    "settings_check": May("errors listeners match notifiers references", types="plugins settings"),
    "effective": May("listeners references", types="_rule settings"),
    # Seeing inside: what a rule reads of an event, and where an event falls off.
    "watch": May("models", types="_rule"),
    "explain": May("document errors feeds match models record watch", types="_rule listeners verdict"),
    "testing": May(
        "_rule decode engine errors explain feeds listeners models plugins record rule_sets settings testing"
        " verdict watch",
        types="report",
    ),
    "lint": May("lint models", types="_rule match"),
    "scaffold": May("match rules", types="verdict"),
    # What AWS has to deliver is what rules listen to, and no rule is asked.
    "filters": May("errors filters match", types="listeners"),
    # What rules say of themselves, for people.
    "attack": May(),
    "catalogue": May("attack match rule_sets", types="_rule"),
    # What Lambda runs: settings are judged by the rule packages that go in.
    "package": May("engine errors package plugins settings settings_check settings_file"),
    "cli": May(
        "trailguard catalogue cli decode effective engine errors explain filters guard lint match message"
        " models parallel package plugins record report rules scaffold settings settings_check settings_file"
        " sources suppression verdict",
        types="_rule listeners",
    ),
    "__main__": May("cli"),
    # The public door opens on names, and imports nothing that costs: no notifier, no command line, no tests.
    "trailguard": May("_rule engine guard hookspecs match models report verdict windows"),
}

# Where trailguard itself is imported lazily, and from whom: everything else is at the top of its file.
LAZY = {
    ("stores", "stores.dynamodb"),
    ("stores", "stores.memory"),
    ("stores", "stores.sqlite"),
    ("__main__", "cli.main"),
}


@dataclass(frozen=True)
class Import:
    """One import of a module of trailguard by another; their names are without ``trailguard.``."""

    importer: str
    imported: str
    line: int
    lazy: bool = False
    for_types: bool = False

    def __str__(self) -> str:
        when = " (for types)" if self.for_types else " (in a function)" if self.lazy else ""
        return f"{self.importer}, line {self.line}, imports {self.imported}{when}"


class Collector(ast.NodeVisitor):
    """Walks through a module and keeps what it imports of trailguard."""

    def __init__(self, module: str, modules: frozenset[str]) -> None:
        self.found: list[Import] = []
        self._module = module
        self._modules = modules
        self._lazy = False
        self._for_types = False

    def visit_If(self, node: ast.If) -> None:
        """Tell ``if TYPE_CHECKING:`` from what runs; its ``else`` does."""
        if ast.unparse(node.test) not in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self.generic_visit(node)
            return
        outer, self._for_types = self._for_types, True
        for one in node.body:
            self.visit(one)
        self._for_types = outer
        for one in node.orelse:
            self.visit(one)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer, self._lazy = self._lazy, True
        self.generic_visit(node)
        self._lazy = outer

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.split(".")[0] == PACKAGE:
                self._keep(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.level == 0, f"{self._module}, line {node.lineno}: a relative import hides the layer"
        if node.module is None or node.module.split(".")[0] != PACKAGE:
            return
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            self._keep(
                full if full.removeprefix(f"{PACKAGE}.") in self._modules else node.module, node.lineno
            )

    def _keep(self, imported: str, line: int) -> None:
        name = imported.removeprefix(f"{PACKAGE}.")
        self.found.append(Import(self._module, name, line, self._lazy, self._for_types))


def modules_of(folder: Path) -> dict[str, Path]:
    """Return the files of a package by their dotted names, without ``trailguard.``; a folder's is its own."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name or PACKAGE] = path
    return found


def imports_of(module: str, source: str, modules: frozenset[str]) -> list[Import]:
    collector = Collector(module, modules)
    collector.visit(ast.parse(source))
    return collector.found


def part_of(module: str) -> str | None:
    """Return the part of the table that a module belongs to."""
    return next((part for part in MAY if module == part or module.startswith(f"{part}.")), None)


def is_allowed(one: Import) -> bool:
    part, imported = part_of(one.importer), part_of(one.imported)
    if part is None or imported is None:
        return False
    allowed = MAY[part].run.split() + (MAY[part].types.split() if one.for_types else [])
    return imported in allowed


MODULES = modules_of(SOURCE)
IMPORTS = [
    one
    for name, path in MODULES.items()
    for one in imports_of(name, path.read_text("utf-8"), frozenset(MODULES))
]


def test_every_module_has_its_place() -> None:
    """A new module is put into the table, and one that is gone is taken out."""
    assert [name for name in MODULES if part_of(name) is None] == []
    assert set(MAY) == {part_of(name) for name in MODULES}


def test_no_module_imports_what_it_may_not() -> None:
    assert [str(one) for one in IMPORTS if not is_allowed(one)] == []


def test_own_modules_are_imported_at_the_top() -> None:
    """A lazy import hides a cycle or saves time; only the latter is a reason, and there are three."""
    assert {(one.importer, one.imported) for one in IMPORTS if one.lazy and not one.for_types} == LAZY


def test_nothing_is_imported_in_a_circle() -> None:
    """At run time, lazy imports included. That a package is imported before its modules does not count."""
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for one in IMPORTS:
        if not one.for_types:
            graph[one.importer].add(one.imported)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


# The tools of this test see what they should


def found_in(source: str) -> Iterator[tuple[str, bool, bool]]:
    modules = frozenset({"errors", "models", "models.cloudtrail", PACKAGE})
    for one in imports_of("engine", source, modules):
        yield one.imported, one.lazy, one.for_types


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from trailguard.errors import ReadError", ("errors", False, False)),
        ("from trailguard import errors", ("errors", False, False)),
        ("from trailguard.models import cloudtrail", ("models.cloudtrail", False, False)),
        ("from trailguard.models import CloudTrailEvent", ("models", False, False)),
        ("import trailguard.errors", ("errors", False, False)),
        ("from trailguard import __version__", (PACKAGE, False, False)),
        ("def f():\n    from trailguard import errors", ("errors", True, False)),
        ("class A:\n    async def f(self):\n        import trailguard.errors", ("errors", True, False)),
        ("if TYPE_CHECKING:\n    from trailguard import errors", ("errors", False, True)),
        ("import typing\nif typing.TYPE_CHECKING:\n    import trailguard.errors", ("errors", False, True)),
        ("if TYPE_CHECKING:\n    x = 1\nelse:\n    import trailguard.errors", ("errors", False, False)),
        ("try:\n    import trailguard.errors\nexcept ImportError:\n    pass", ("errors", False, False)),
    ],
)
def test_imports_are_seen(source: str, found: tuple[str, bool, bool]) -> None:
    assert list(found_in(source)) == [found]


@pytest.mark.parametrize(
    "source",
    ["import trailguardian", "from trailguardian import errors", "import os", '"import trailguard.errors"'],
)
def test_other_imports_are_left_alone(source: str) -> None:
    """A near miss: they only look like ours."""
    assert list(found_in(source)) == []


@pytest.mark.parametrize(
    ("one", "allowed"),
    [
        (Import("engine", "verdict", 1), True),
        (Import("respond", "settings", 1, for_types=True), True),
        (Import("respond", "settings", 1), False),
        (Import("engine", "guard", 1, for_types=True), False),
        (Import("models.cloudtrail", "models._base", 1), True),
        (Import("verdict", "notifiers.sns", 1, lazy=True), False),
        (Import("rules.ec2.some_rule", "settings", 1), False),
        (Import("unheard_of", "errors", 1), False),
    ],
    ids=str,
)
def test_table_is_read_rightly(one: Import, *, allowed: bool) -> None:
    assert is_allowed(one) is allowed
