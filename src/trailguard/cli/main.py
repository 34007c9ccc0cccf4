"""The ``trailguard`` command and what its subcommands share."""

from __future__ import annotations

from typing import Any

import click

from trailguard import __version__
from trailguard.cli.explain import explain
from trailguard.cli.filters import filters
from trailguard.cli.lint import lint
from trailguard.cli.new import new
from trailguard.cli.package import package
from trailguard.cli.rules import rules
from trailguard.cli.scan import scan
from trailguard.cli.settings import settings
from trailguard.errors import TrailguardError
from trailguard.record import printable

__all__ = ["cli"]


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click has it
        """Turn errors made for people into a line on standard error and exit status 2."""
        try:
            return super().invoke(ctx)
        except TrailguardError as error:
            for line in f"trailguard: {error}".splitlines():  # names of files come from anybody
                click.echo(printable(line), err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Judge what happens in an AWS account, and what is there: CloudTrail logs, AWS Config snapshots."""


cli.add_command(scan)
cli.add_command(rules)
cli.add_command(explain)
cli.add_command(lint)
cli.add_command(new)
cli.add_command(filters)
cli.add_command(settings)
cli.add_command(package)
