"""`schooltrail review`: the timeline as a page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def review(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0: any free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Show the timeline in your browser. Only this computer can open it.

    Example: schooltrail review --no-browser
    """
    from schooltrail.web.serving import serve
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        serve(workspace, port=port, browser=not no_browser, say=typer.echo)


COMMAND = review
