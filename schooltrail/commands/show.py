"""`schooltrail show`: one message, and all that was read in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.records import Message
    from models.store import Store


def show(
    context: typer.Context,
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="The beginning of its id, or its Message-ID.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write the exact bytes as they came.")] = False,
) -> None:
    """Print one message: its text, zones, what was found in it, where it came from, its hash.

    Example: schooltrail show 3f9a12c0
    """
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        store = workspace.store
        key = find_message(store, message)
        if raw:
            typer.get_binary_stream("stdout").write(store.evidence.read(key))
            return
        [found] = store.messages.load([key])
        if as_json:
            import json

            from schooltrail.showing import message_row

            typer.echo(json.dumps(message_row(store, found), ensure_ascii=False, indent=1))
            return
        _print(store, found, workspace.config.case.timezone)


def find_message(store: Store, wanted: str) -> str:
    """Return the one message key that `wanted` means.

    Raises:
        SourceError: If it means none, or several.
    """
    from models.errors import SourceError

    keys = store.messages.find(wanted)
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise SourceError(
            f"no message begins with '{wanted}'", "Ids stand beside each line of: schooltrail timeline"
        )
    raise SourceError(
        f"'{wanted}' fits {len(keys)} messages", "Give more digits: " + ", ".join(k[:16] for k in keys[:5])
    )


def _print(store: Store, message: Message, timezone: str) -> None:
    from schooltrail.showing import header_lines, mention_lines, provenance_lines, zone_name

    for line in header_lines(message, timezone):
        typer.echo(line)
    for part in message.parts:
        typer.echo(f"\n--- {part.name} ({part.media_type}){' · ' + part.note if part.note else ''}")
        at = 0
        for zone in part.zones:
            typer.echo(f"[{zone_name(zone)}]")
            typer.echo(part.text[zone.start : zone.end].rstrip("\n"))
            at = zone.end
        if part.text[at:].strip():
            typer.echo(part.text[at:])
    typer.echo("\n--- what was found")
    for line in mention_lines(store.timeline.mentions_of(message.key)) or ["nothing"]:
        typer.echo(line)
    typer.echo("\n--- where it came from")
    for line in provenance_lines(store, message.key):
        typer.echo(line)


COMMAND = show
