"""`schooltrail build`: read and line up what is new."""

from __future__ import annotations

from typing import Annotated

import typer


def build(
    context: typer.Context,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Read everything again. Your decisions are kept.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much is waiting, and stop.")] = False,
) -> int:
    """Read what is new and rebuild the timeline.

    Example: schooltrail build --all
    """
    from schooltrail.building import build_and_report
    from schooltrail.locking import workspace_lock
    from schooltrail.pipeline import waiting
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        if dry_run:
            unread, unextracted = waiting(workspace.store)
            typer.echo(f"{unread} messages are waiting to be read, {unextracted} to be searched for acts.")
            return 0
        with workspace_lock(workspace.home):
            unread = build_and_report(workspace, everything=everything)
    return 3 if unread else 0


COMMAND = build
