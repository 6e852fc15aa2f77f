"""`schooltrail gaps`: what was expected and was not found."""

from __future__ import annotations

from typing import Annotated

import typer


def gaps(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Print what was expected and was not found. A gap is a question, not an answer.

    Example: schooltrail gaps
    """
    from schooltrail.words import GAP_NAMES, GAP_STATES, category_in_words, day_in_words
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        found = workspace.store.timeline.gaps()
    if as_json:
        import json

        from schooltrail.export.json_ import gap_row

        typer.echo(json.dumps([gap_row(gap) for gap in found], ensure_ascii=False, indent=1))
        return
    shown = [gap for gap in found if gap.status != "met"]
    if not shown:
        typer.echo("No gaps were found in what has been read so far.")
    for gap in shown:
        due = f", due {day_in_words(gap.due)}" if gap.due else ""
        name = GAP_NAMES.get(gap.kind, category_in_words(gap.kind))
        state = f" · {GAP_STATES[gap.status]}" if gap.status in GAP_STATES else ""
        typer.echo(f"{day_in_words(gap.opened)}{due} · {name}{state} · {gap.rule}")
        typer.echo(f"    {gap.citation}")
        for span in gap.evidence[:2]:
            typer.echo(f"    “{' '.join(span.quote.split())}”  [{span.message_key[:12]}, {span.part}]")


COMMAND = gaps
