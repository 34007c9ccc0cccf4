"""``trailguard package``: the .zip file archive that AWS Lambda runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trailguard.package.build import MAX_UPLOAD, Order, build
from trailguard.package.target import ARCHITECTURES, target_of
from trailguard.record import printable
from trailguard.settings_file import FILE_NAME

if TYPE_CHECKING:
    from trailguard.package.build import Built
    from trailguard.package.target import Target

__all__ = ["package"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("out", metavar="OUT.zip", type=click.Path(path_type=Path))
@click.option("--python", metavar="VERSION", help="The runtime's Python [default: that of this interpreter].")
@click.option("--arch", type=click.Choice(list(ARCHITECTURES)), default="x86_64", show_default=True)
@click.option("--settings", type=_FILE, help=f"Settings file, which becomes {FILE_NAME} in it.")
@click.option("--function", type=_FILE, help="The handler's file [default: a guard made of the settings].")
@click.option("--with", "more", metavar="DISTRIBUTION", multiple=True, help="Put this in as well.")
@click.option("--without", metavar="DISTRIBUTION", multiple=True, help="Leave this rule package out.")
@click.option("--extra", "extras", metavar="EXTRA", multiple=True, help="An extra of trailguard's: fast.")
@click.option("--wheels", type=_FOLDER, help="Take all wheels from this folder, none from a package index.")
def package(  # noqa: PLR0913, PLR0917  # an option each, as click hands them over
    out: Path,
    python: str | None,
    arch: str,
    settings: Path | None,
    function: Path | None,
    more: tuple[str, ...],
    without: tuple[str, ...],
    extras: tuple[str, ...],
    wheels: Path | None,
) -> None:
    """Make the .zip file that AWS Lambda runs: trailguard, your rule packages, settings and the handler.

    What is in it has the versions that are installed here. What the runtime brings stays out, boto3 above
    all. The same things make the same file, byte for byte. The handler is lambda_function.lambda_handler.

    Exit status: 0 when it is written; 2 when it is not, for it would not run.
    """
    if settings is None and Path(FILE_NAME).is_file():
        hint = f"{FILE_NAME} in this folder stays out unless it is named: --settings {FILE_NAME}"
        click.echo(f"trailguard: {hint}", err=True)
    target = target_of(python, arch)
    built = build(out, Order(target, settings, function, extras, more, without, wheels))
    _tell(out, target, built)


def _tell(out: Path, target: Target, built: Built) -> None:
    click.echo(
        f"{printable(str(out))}: {_megabytes(built.zipped)} zipped, {_megabytes(built.unzipped)} unzipped,"
        f" for {target.runtime} on {target.arch}, sha256 {built.sha256}"
    )
    click.echo(f"in it: {', '.join(built.distributions)}")
    if built.tried:
        click.echo("tried: everything was imported here from the unpacked file")
    else:
        click.echo(f"not tried: this is no {target}, so its files were checked but not imported")
    if built.zipped > MAX_UPLOAD:
        click.echo(
            f"note: AWS Lambda takes more than {_megabytes(MAX_UPLOAD)} through S3 alone: upload it there"
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
