"""``trailguard new``: first files of a rule, or of a package of rules."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trailguard.scaffold import home_of, module_of, package_files, rule_files, rule_name, write
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard.scaffold import Home

__all__ = ["new"]

_SEVERITY = click.Choice([severity.value for severity in Severity], case_sensitive=False)


@click.group()
def new() -> None:
    """Write first files: a rule with its test, or a package of rules. Nothing is ever overwritten."""


@new.command()
@click.argument("name")
def package(name: str) -> None:
    """Write a package of rules, such as acme-rules, into a folder of its name.

    It can be installed and tested as it is, and has a rule to begin with.
    """
    with _told():
        contents = package_files(name, Path())
        write(contents)
    _list(contents)
    click.echo(
        "\nNext:\n"
        f"  cd {name}\n"
        "  pip install -e '.[test]'\n"
        "  pytest\n"
        f"  trailguard rules   # lists the rule of {module_of(name)} beside trailguard's own"
    )


@new.command()
@click.argument("name")
@click.option(
    "--on",
    metavar="PATTERN",
    default="s3:DeleteBucket",
    show_default=True,
    help="What it listens to: an action, or a resource type such as AWS::S3::Bucket.",
)
@click.option(
    "--severity", type=_SEVERITY, default="medium", show_default=True, help="How bad a violation is."
)
def rule(name: str, on: str, severity: str) -> None:
    """Write a rule, such as bucket-made-public, and its test.

    In a package of rules, where pyproject.toml has [project.entry-points.trailguard], they go there;
    elsewhere, into this folder.
    """
    with _told():
        home = home_of(Path.cwd())
        contents = rule_files(rule_name(name), home, on, Severity(severity))
        write(contents)
    _list(contents)
    click.echo(_after_rule(rule_name(name), home))


def _after_rule(name: str, home: Home) -> str:
    test = _shown(home.tests / f"test_{name}.py")
    if home.package:
        return (
            "\nNext: say in the rule what it is about, then\n"
            f"  pytest {test}\n"
            f"  trailguard rules   # lists it where trailguard_rules returns rules_in(...)"
        )
    return (
        "\nNext: say in the rule what it is about, then\n"
        f"  pytest {test}\n"
        "This is no package of rules, so nothing registers it. `trailguard new package NAME` makes one;\n"
        f"or return it from the trailguard_rules of a plugin that you have: `from {name} import {name}`."
    )


@contextmanager
def _told() -> Iterator[None]:
    """Tell what is wrong with a name, or what is in the way, without a traceback."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error


def _list(paths: Iterable[Path]) -> None:
    for path in paths:
        click.echo(f"wrote {_shown(path)}")


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
