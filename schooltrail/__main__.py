"""Starts the command line: `schooltrail`, or `python -P -m schooltrail`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command and leave with its exit code."""
    # A console that cannot show a character (cp1252 on Windows) must not end a command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from schooltrail.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
