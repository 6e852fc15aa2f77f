"""Progress on a terminal, and its plain counterpart where there is none. Everything goes to stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.options import Progress as SyncProgress

STAGES = {
    "read": "Reading messages",
    "zones": "Telling own words from quoted ones",
    "extract": "Finding dates, people and acts",
    "timeline": "Building the timeline",
}


@contextmanager
def counter(label: str) -> Iterator[Callable[[int], None]]:
    """Show a running count; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console

    with Console(stderr=True).status(label) as status:
        yield lambda count: status.update(f"{count:,} {label}")


@contextmanager
def stages() -> Iterator[Callable[[str, int, int], None]]:
    """Show one bar per stage of a build; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True)
    ) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if total and stage not in tasks:
                tasks[stage] = bars.add_task(STAGES.get(stage, stage), total=total)
            if stage in tasks:
                bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield show


@contextmanager
def mailbox_bar(name: str) -> Iterator[Callable[[SyncProgress], None]]:
    """Show folder, month and messages kept while a mailbox is pulled; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("[bold]{task.fields[mailbox]}[/]  {task.description}"),
        BarColumn(),
        TextColumn(
            "{task.completed:,} of {task.total:,}   {task.fields[month]}   {task.fields[kept]:,} kept"
        ),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("connecting", total=1, mailbox=name, month="", kept=0)

        def show(progress: SyncProgress) -> None:
            place = f"{progress.folder} ({progress.folder_index} of {progress.folders})"
            bars.update(
                task,
                description=place,
                completed=progress.done,
                total=max(progress.total, 1),
                month=progress.month,
                kept=progress.kept,
            )

        yield show
