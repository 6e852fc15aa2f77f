"""`schooltrail demo`: look around in an invented family's mail."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Where to make it. Left out: a new temporary folder."),
    ] = None,
    serve: Annotated[
        bool | None,
        typer.Option("--serve/--no-serve", help="Show the page. Left out: only where there is a terminal."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="For the page; 0: any free one.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the page's address.")] = False,
) -> None:
    """Try everything on a sample mailbox. All people in it are invented.

    Example: schooltrail demo
    """
    import tempfile

    from schooltrail.adding import add_paths
    from schooltrail.demo import next_steps, prepare, sources, summary
    from schooltrail.pipeline import build
    from schooltrail.screen import counter, stages
    from schooltrail.workspace import open_workspace

    folder = (into or Path(tempfile.mkdtemp(prefix="schooltrail-demo-"))).absolute()
    prepare(folder)
    with open_workspace(folder) as workspace:
        with counter("messages taken in") as count:
            add_paths(workspace.store, sources(), progress=count)
        with stages() as progress:
            build(workspace, progress=progress)
        for line in [*summary(workspace), *next_steps(folder)]:
            typer.echo(line)
        if _wants_page(asked=serve):
            from schooltrail.web.serving import serve as serve_pages

            typer.echo("")
            serve_pages(workspace, port=port, browser=not no_browser, say=typer.echo)


def _wants_page(*, asked: bool | None) -> bool:
    """Serve if asked to, or if somebody is there to look: DEMO_SERVE=0 or 1 decides for scripts."""
    if asked is not None:
        return asked
    if named := os.environ.get("DEMO_SERVE", ""):
        return named != "0"
    return sys.stdin.isatty() and sys.stdout.isatty()


COMMAND = demo
