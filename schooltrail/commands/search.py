"""`schooltrail search`: find messages by words."""

from __future__ import annotations

from typing import Annotated

import typer


def search(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="All must occur; word* finds beginnings.")
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, metavar="N")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Find messages and attachments by words.

    Example: schooltrail search aide "start*"
    """
    from schooltrail.words import local_day
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        timezone = workspace.config.case.timezone
        hits = workspace.store.messages.search(" ".join(words), limit=limit)
        messages = {
            message.key: message for message in workspace.store.messages.load([hit.key for hit in hits])
        }
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=1))
        return
    if not hits:
        typer.echo("No message holds all of these words.")
    for hit in hits:
        message = messages[hit.key]
        day = local_day(message.sent_at, timezone) if message.sent_at else "no date"
        typer.echo(
            f"{hit.key[:12]}  {day}  {message.sender.name or message.sender.address}: {message.subject}"
        )
        typer.echo(f"    {hit.part}: {' '.join(hit.snippet.split())}")


COMMAND = search
