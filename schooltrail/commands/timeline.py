"""`schooltrail timeline`: the events in time order, each with the words that tell of it."""

from __future__ import annotations

from typing import Annotated

import typer


def timeline(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="Only protected_activity, adverse_action or school_event.")
    ] = "",
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Only the last N; 0: all.")] = 0,
) -> None:
    """Print what happened, in order, each line with its words and their source.

    Example: schooltrail timeline --kind adverse_action
    """
    from schooltrail.words import counted, date_note, event_date, kind_in_words
    from schooltrail.workspace import open_workspace, resolve_home

    if kind and kind not in {"protected_activity", "adverse_action", "school_event"}:
        raise typer.BadParameter(f"'{kind}' is not a kind", param_hint="--kind")
    with open_workspace(resolve_home(context.obj.home)) as workspace:
        events = [event for event in workspace.store.timeline.events() if not kind or event.kind == kind]
    events = events[-limit:] if limit else events
    if as_json:
        import json

        from schooltrail.export.json_ import event_row

        typer.echo(json.dumps([event_row(event) for event in events], ensure_ascii=False, indent=1))
        return
    if not events:
        typer.echo(
            "The timeline is empty. Fetch mail with `schooltrail sync`, or take in files with `schooltrail add`."
        )
    for event in events:
        note = f" ({date_note(event)})" if date_note(event) else ""
        typer.echo(f"{event_date(event)}{note} · {kind_in_words(event)} · {event.summary}")
        for item in event.evidence[:3]:
            words = " ".join(item.span.quote.split())
            typer.echo(f"    “{words}”  [{item.span.message_key[:12]}, {item.span.part}]")
        if len(event.evidence) > 3:
            typer.echo(f"    … and {counted(len(event.evidence) - 3, 'more place')}")


COMMAND = timeline
