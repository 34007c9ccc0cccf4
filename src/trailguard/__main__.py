"""``trailguard`` and ``python -m trailguard``."""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from trailguard.cli.main import cli  # noqa: PLC0415  # its libraries are an extra
    except ModuleNotFoundError as error:
        if error.name not in {"click", "packaging", "rich"}:
            raise
        sys.stderr.write(f"trailguard: the command line needs {error.name}: pip install 'trailguard[cli]'\n")
        sys.exit(2)
    if hasattr(signal, "SIGPIPE"):  # end as filters do when nobody reads on
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # events hold characters that the terminal may have no code for
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="trailguard")


if __name__ == "__main__":
    main()
