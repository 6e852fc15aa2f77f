"""`schooltrail sync`: fetch new mail, then build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from schooltrail.workspace import Workspace


def sync(
    context: typer.Context,
    mailboxes: Annotated[
        list[str] | None, typer.Argument(metavar="[MAILBOX...]", help="Left out: all of them.")
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be fetched, and stop.")] = False,
    accept_empty: Annotated[
        bool, typer.Option("--accept-empty", help="Go on although a folder that held mail is now empty.")
    ] = False,
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Only fetch; build the timeline later.")
    ] = False,
) -> int:
    """Fetch new mail, then build. Reads mailboxes, never changes them.

    Example: schooltrail sync home --dry-run
    """
    from models.errors import ConfigError
    from schooltrail.building import build_and_report
    from schooltrail.locking import workspace_lock
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        names = [workspace.config.mailbox(name).name for name in mailboxes or ()] or [
            mailbox.name for mailbox in workspace.config.mailboxes
        ]
        if not names:
            raise ConfigError(
                "config.toml names no mailbox to sync",
                "Add a [mailbox.NAME] table (see config.example.toml), or use files: schooltrail add PATH",
            )
        failed = [
            name for name in names if not _one(workspace, name, dry_run=dry_run, accept_empty=accept_empty)
        ]
        unread = 0
        if not dry_run and not no_build:
            with workspace_lock(workspace.home):
                unread = build_and_report(workspace)
    return 1 if failed else 3 if unread else 0


def _one(workspace: Workspace, name: str, *, dry_run: bool, accept_empty: bool) -> bool:
    """Sync one mailbox and say how it went; its failure must not keep the others waiting."""
    from models.errors import SchooltrailError, StorageFull
    from schooltrail.screen import mailbox_bar
    from schooltrail.syncing import look_at, report_lines, run_mailbox

    try:
        if dry_run:
            lines = look_at(workspace, name)
        else:
            with mailbox_bar(name) as progress:
                lines = report_lines(
                    run_mailbox(workspace, name, progress=progress, accept_empty=accept_empty)
                )
    except StorageFull:
        raise
    except SchooltrailError as error:
        typer.echo(f"{name}: {error.problem}\n  {error.remedy}", err=True)
        return False
    for line in lines:
        typer.echo(f"{name}: {line}")
    return True


COMMAND = sync
