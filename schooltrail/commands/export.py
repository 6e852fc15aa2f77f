"""`schooltrail export`: hand the timeline to others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="json or csv.")],
    *,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help='Where to write; "-" is stdout.')
    ],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and stop.")] = False,
) -> None:
    """Write the timeline to a file.

    Example: schooltrail export csv -o timeline.csv
    """
    from schooltrail.export import find_export
    from schooltrail.exporting import export_file
    from schooltrail.workspace import open_workspace, resolve_home

    found = find_export(name)
    with open_workspace(resolve_home(context.obj.home)) as workspace:
        if dry_run:
            counts = workspace.store.timeline.counts()
            typer.echo(f"Would write {counts['events']} events to {output}.")
        elif str(output) == "-":
            found.write(workspace, typer.get_binary_stream("stdout"))
        else:
            export_file(workspace, found, output, force=force)
            typer.echo(
                f"Wrote {output}. It holds private facts about the child: mind where you keep it.", err=True
            )


COMMAND = export
