"""`schooltrail tag`: extraction alone, for machines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def tag(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help='One JSON a line; "-" reads stdin.')],
) -> int:
    """Find dates, people, services and acts in lines of text. Needs no workspace.

    Reads {"id", "text", "sender_side", "sent"} a line, prints {"id", "dates", "parties",
    "services", "labels"} a line, each as soon as it is ready.

    Example: schooltrail tag passages.jsonl
    """
    import json

    from extract.tag import tag_lines
    from models.errors import SourceError

    failed = False
    try:
        lines = sys.stdin if str(file) == "-" else file.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}", "Check the name.") from error
    with lines:
        for answer in tag_lines(lines):
            failed = failed or "error" in answer
            typer.echo(json.dumps(answer, ensure_ascii=False))
            sys.stdout.flush()
    return 3 if failed else 0


COMMAND = tag
