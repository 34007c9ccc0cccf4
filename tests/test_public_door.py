from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import trailguard
from trailguard import testing

SOURCE = Path(trailguard.__file__).parent


def fresh(code: str) -> object:
    """Run code in an interpreter that has imported nothing yet; it prints JSON."""
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def imported_by(statement: str) -> set[str]:
    found = fresh(f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))")
    assert isinstance(found, list)
    return set(found)


def below(names: set[str], *packages: str) -> set[str]:
    """Return the modules that are one of these packages, or below it."""
    return {name for name in names if any(name == one or name.startswith(f"{one}.") for one in packages)}


@pytest.mark.parametrize("module", [trailguard, testing], ids=lambda module: module.__name__)
def test_exports_are_sorted_and_there(module: ModuleType) -> None:
    exported = module.__all__

    assert list(exported) == sorted(set(exported))
    assert [name for name in exported if not hasattr(module, name)] == []


def test_exports_are_all_there_is() -> None:
    """What is not in ``__all__`` is a module or private, so that nobody builds on it by accident."""
    public = {
        name
        for name, value in vars(trailguard).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert public == set(trailguard.__all__)


def test_exports_can_be_imported_by_star() -> None:
    names: dict[str, object] = {}
    exec("from trailguard import *", names)  # noqa: S102  # our own package

    assert set(trailguard.__all__) <= set(names)


def test_exports_say_what_they_are() -> None:
    """Every public name has a docstring."""
    assert [name for name in trailguard.__all__ if not getattr(trailguard, name).__doc__] == []


def test_importing_imports_little() -> None:
    """Cold starts pay for imports: no AWS library, no command line, no notifier, no tests."""
    modules = imported_by("import trailguard")

    assert "trailguard.guard" in modules
    assert below(modules, "boto3", "botocore", "s3transfer", "jmespath") == set()
    assert below(modules, "click", "rich", "pytest") == set()
    assert below(modules, "trailguard.cli", "trailguard.testing") == set()
    assert below(modules, "trailguard.notifiers") == {"trailguard.notifiers"}  # which knows their names


def test_a_guard_imports_the_notifiers_that_it_is_asked_for() -> None:
    """And no other: who only reads the report needs no AWS library to do so."""
    modules = imported_by("from trailguard import Guard; Guard.from_settings()")

    assert below(modules, "trailguard.notifiers") == {"trailguard.notifiers", "trailguard.notifiers.stream"}
    assert below(modules, "boto3", "botocore") == set()


def test_sns_is_imported_without_boto3() -> None:
    """Tests of who uses it bring a client of their own."""
    modules = imported_by(
        "from trailguard.notifiers.sns import SnsNotifier;"
        "SnsNotifier('arn:aws:sns:eu-west-1:111122223333:x', client=object())"
    )

    assert below(modules, "boto3", "botocore") == set()


def test_command_line_is_imported_without_boto3() -> None:
    """A near miss: it does import click and rich."""
    modules = imported_by("import trailguard.cli.main")

    assert {"click", "rich"} <= modules
    assert below(modules, "boto3", "botocore") == set()


def test_importing_does_nothing() -> None:
    """No handler is installed, nothing is written, no setting is read."""
    found = fresh(
        "import json, logging, os\n"
        "os.environ['TRAILGUARD_SETTINGS'] = '/no/such/file.toml'\n"
        "import trailguard\n"
        "print(json.dumps([logging.getLogger('trailguard').handlers, logging.getLogger().handlers]))"
    )

    assert found == [[], []]


def test_version_is_known_without_metadata() -> None:
    """Lambda packers strip ``*.dist-info``, and to read it takes time."""
    code = """
import importlib.metadata, json

def stripped(*arguments, **options):
    raise importlib.metadata.PackageNotFoundError("trailguard")

importlib.metadata.version = importlib.metadata.distribution = stripped
import trailguard
print(json.dumps(trailguard.__version__))
"""

    assert fresh(code) == trailguard.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", trailguard.__version__)


def test_types_are_shipped() -> None:
    """Type checkers of others look for this file."""
    assert (SOURCE / "py.typed").is_file()


def test_every_module_says_what_it_is_for() -> None:
    """In its first line, so that nobody has to read on to find what they look for."""
    modules = {path: path.read_text("utf-8") for path in SOURCE.rglob("*.py")}

    assert [path.name for path, source in modules.items() if not source.startswith(('"""', 'r"""'))] == []
