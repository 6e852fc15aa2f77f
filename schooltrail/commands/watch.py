"""`schooltrail watch`: stay up and keep the timeline current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from schooltrail.schedule import Push
    from schooltrail.workspace import Workspace

BUILD_WAIT_SECONDS = 300.0


def watch(
    context: typer.Context,
    *,
    every: Annotated[
        str,
        typer.Option("--every", metavar="SPAN", help="90s, 15m, 2h or 1d. Left out: as config.toml says."),
    ] = "",
    no_push: Annotated[bool, typer.Option("--no-push", help="Ask on schedule only.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be watched, and stop.")] = False,
) -> None:
    """Stay up: sync on schedule, and at once when mail comes. Ctrl+C ends it.

    To have this done without an open window, see docs/scheduling.md.

    Example: schooltrail watch --every 30m
    """
    import threading

    from models.errors import ConfigError
    from schooltrail import schedule
    from schooltrail.stopping import stop_on_signals
    from schooltrail.workspace import open_workspace, resolve_home

    home = resolve_home(context.obj.home)
    with open_workspace(home) as workspace:
        seconds = schedule.parse_every(every or workspace.config.every)
        names = [mailbox.name for mailbox in workspace.config.mailboxes]
        push = None if no_push else _push(workspace)
    if not names:
        raise ConfigError(
            "config.toml names no mailbox to watch",
            "Add a [mailbox.NAME] table (see config.example.toml), or use files: schooltrail add PATH",
        )
    typer.echo(f"Watching {', '.join(names)} every {schedule.in_words(seconds)}. Ctrl+C ends it.")
    if dry_run:
        return
    stop = threading.Event()
    with stop_on_signals(stop):
        schedule.watch(
            names, every_seconds=seconds, run_sync=_syncer(home, stop), push=push, stop=stop, say=_say
        )
    typer.echo("Stopped. What was fetched is kept.")


def _syncer(home: Path, stop: threading.Event) -> Callable[[str], list[str]]:
    """Return what syncs one mailbox and builds when something is new.

    The workspace is opened anew each time: changes of config.toml count, and nothing is held meanwhile.
    """
    unbuilt = True  # an earlier run may have been stopped before it built

    def run_sync(name: str) -> list[str]:
        nonlocal unbuilt
        from schooltrail.locking import workspace_lock
        from schooltrail.pipeline import build
        from schooltrail.syncing import run_mailbox
        from schooltrail.workspace import open_workspace

        with open_workspace(home) as workspace:
            waiting, unbuilt = unbuilt, True  # a sync that fails half-way has kept messages all the same
            report = run_mailbox(workspace, name, stop=stop)
            unbuilt = waiting or report.kept > 0
            lines = [f"{report.kept:,} new message{'' if report.kept == 1 else 's'}"] if report.kept else []
            lines += report.problems
            if unbuilt and not stop.is_set():
                with workspace_lock(home, wait_seconds=BUILD_WAIT_SECONDS):
                    built = build(workspace)
                unbuilt = False
                lines.append(f"the timeline holds {built.events:,} events and {built.gaps:,} gaps")
        return lines

    return run_sync


def _push(workspace: Workspace) -> Push:
    """Return what listens for new mail of a mailbox. Reads the config now: the threads outlive the store."""
    from functools import partial

    from ingest.connection import connect
    from ingest.push import wait_for_mail
    from schooltrail.syncing import account_of, secret_of

    connects = {
        mailbox.name: partial(connect, account_of(workspace, mailbox), secret_of(workspace, mailbox))
        for mailbox in workspace.config.mailboxes
    }

    def push(name: str, on_mail: Callable[[], None], stop: threading.Event) -> bool:
        return wait_for_mail(connects[name], None, stop=stop, on_mail=on_mail)

    return push


def _say(line: str) -> None:
    from datetime import UTC, datetime

    typer.echo(f"{datetime.now(UTC).astimezone():%H:%M}  {line}")


COMMAND = watch
