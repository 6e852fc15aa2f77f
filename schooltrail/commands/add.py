"""`schooltrail add`: take in mail and documents from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")],
    *,
    production: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What the school handed over on a records request; NAME is yours to choose."
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken in, and stop.")] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Keep the files; build the timeline later.")
    ] = False,
) -> int:
    """Take in mail and documents from files and folders, then build.

    Reads .eml, mbox (Google Takeout too), Maildir, .msg, .pst, .zip, phone logs (.csv; SMS Backup
    & Restore .xml), calendars (.ics), PDF and .docx. Nothing is changed where it lies.

    Example: schooltrail add Takeout/Mail/School.mbox calls.csv
    """
    from schooltrail.adding import add_paths, list_paths
    from schooltrail.building import build_and_report
    from schooltrail.locking import workspace_lock
    from schooltrail.screen import counter
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        if dry_run:
            for kind, path in list_paths(paths):
                typer.echo(f"{kind:12} {path}")
            return 0
        with workspace_lock(workspace.home):
            with counter("taken in") as progress:
                report = add_paths(workspace.store, paths, production=production, progress=progress)
            typer.echo(f"Kept {report.new} new pieces; {report.known} were held already.")
            for problem in report.problems:
                typer.echo(f"  not read: {problem}", err=True)
            unread = 0 if no_build else build_and_report(workspace)
    return 3 if report.problems or unread else 0


COMMAND = add
