"""``trailguard rules``: what there is to judge by."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from trailguard.catalogue import Page, listens_to_service, page_of
from trailguard.cli.guards import make_guard
from trailguard.cli.text import STYLES
from trailguard.errors import did_you_mean
from trailguard.match import glob
from trailguard.plugins import gather
from trailguard.record import printable
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.listeners import Listener

__all__ = ["rules"]

_SHOWN = 3
_INDENT = " " * 10
_WIDTH = 100

DONE, INCOMPLETE = 0, 2

_SETTINGS = click.option(
    "--settings", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS]."
)


@click.group(invoke_without_command=True)
@click.option("--tag", "tags", multiple=True, help="Only rules with this tag, such as 'mitre:T1562.*'.")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice([one.value for one in Severity], case_sensitive=False),
    help="Only rules of this severity.",
)
@click.option("--service", "services", multiple=True, help="Only rules about this service, such as s3.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_SETTINGS
@click.pass_context
def rules(  # noqa: PLR0913, PLR0917  # one for each option
    context: click.Context,
    tags: tuple[str, ...],
    severities: tuple[str, ...],
    services: tuple[str, ...],
    form: str,
    settings: str | None,
) -> None:
    """List the rules that are on, built-in and from installed packages; or show one of them.

    Of several values of one option any will do; a rule has to fit all options that are given.

    Exit status: 0 when these are all; 2 when plugins are left out, as the settings say.
    """
    if context.invoked_subcommand:
        return
    guard = make_guard(settings)
    listed = [
        _described(listener)
        for listener in guard.engine.listeners
        if _fits(listener, tags, severities, services)
    ]
    if form == "json":
        json.dump(listed, sys.stdout, indent=2)
        click.echo()
    else:
        console = Console(highlight=False, soft_wrap=True)
        for one in listed:
            console.print(_line(one))
    sys.exit(INCOMPLETE if guard.problems else DONE)


@rules.command()
@click.argument("rule_id", metavar="ID")
def show(rule_id: str) -> None:
    """Show a rule's page: what it catches, why, what it gets wrong, and what may be set.

    Shows it with its defaults, whether it is on or not; `trailguard settings show` has what is set.

    Exit status: 0 when done; 2 when there is no such rule.
    """
    known = {rule.id: rule for rule in gather(skip=True).rules}
    if rule_id not in known:
        raise click.UsageError(f"there is no rule {rule_id!r}{did_you_mean(rule_id, known)}")
    console = Console(highlight=False, width=_WIDTH)
    for line in _page(page_of(known[rule_id])):
        console.print(line)


def _fits(
    listener: Listener, tags: tuple[str, ...], severities: tuple[str, ...], services: tuple[str, ...]
) -> bool:
    severity = (listener.severity or listener.rule.severity).value
    return (
        (not tags or any(glob(tag).fullmatch(one) for tag in tags for one in listener.rule.tags))
        and (not severities or severity in severities)
        and (not services or any(listens_to_service(listener.matches, one) for one in services))
    )


def _described(listener: Listener) -> dict[str, Any]:
    rule = listener.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": (listener.severity or rule.severity).value,
        "on": [pattern for match in listener.matches for pattern in match.on],
        "tags": list(rule.tags),
        "references": list(rule.references),
        "package": rule.module.partition(".")[0],
    }


def _line(one: dict[str, Any]) -> Text:
    patterns = one["on"]
    on = ", ".join(patterns[:_SHOWN])
    if len(patterns) > _SHOWN:
        on += f" and {len(patterns) - _SHOWN} more"
    return Text.assemble(
        (f"{one['severity']:<10}", STYLES[one["severity"]]),
        (one["id"], "bold"),
        (f"  {one['package']}\n", "dim"),
        f"{_INDENT}{printable(one['title'])}\n",
        (f"{_INDENT}{on}", "dim"),
    )


def _page(page: Page) -> Iterator[Text]:
    """Yield a page's lines; what a package's author wrote is spelled out, and never obeyed."""
    yield Text.assemble((f" {page.severity.upper()} ", STYLES[page.severity]), (f" {page.id}", "bold"))
    yield Text(printable(page.title))
    for paragraph in page.paragraphs:
        yield Text(f"\n{printable(paragraph).replace('``', '')}")
    yield Text()
    for head, text in page.facts():
        yield Text.assemble((f"{printable(head)}: ", "bold"), printable(text).replace("`", ""))
