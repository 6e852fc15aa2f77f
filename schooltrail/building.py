"""Builds and says in a few lines what came of it; shared by sync, add and build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from schooltrail.workspace import Workspace


def build_and_report(workspace: Workspace, *, everything: bool = False) -> int:
    """Build, print what is new, and return how many pieces could not be read in all."""
    from schooltrail.pipeline import build
    from schooltrail.screen import stages

    with stages() as progress:
        report = build(workspace, everything=everything, progress=progress)
    from schooltrail.words import counted

    typer.echo(
        f"Read {counted(report.read, 'new message')}. "
        f"The timeline holds {counted(report.events, 'event')} and {counted(report.gaps, 'gap')}."
    )
    if report.unread:
        typer.echo(f"  {report.unread:,} could not be read; they are kept. See: schooltrail status", err=True)
    return report.unread
