"""``trailguard`` and ``python -m trailguard``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from trailguard.cli.main import cli  # noqa: PLC0415  # its libraries are an extra
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.exit(f"trailguard: the command line needs {error.name}: pip install 'trailguard[cli]'")
    cli(prog_name="trailguard")


if __name__ == "__main__":
    main()
