"""`schooltrail status`: what is held, how the syncs went, what could not be read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.store import Store
    from schooltrail.workspace import Workspace


def status(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what is held, when each mailbox last succeeded, what failed and what to do.

    Example: schooltrail status
    """
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        facts = gather(workspace)
    if as_json:
        import json

        typer.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for line in lines(facts, now=datetime.now(UTC)):
        typer.echo(line)


def gather(workspace: Workspace) -> dict[str, Any]:
    """Return the facts of a workspace as JSON-ready values."""
    store = workspace.store
    states = store.sync.mailboxes()
    mailboxes = []
    for mailbox in workspace.config.mailboxes:
        row = states.get(mailbox.name)
        mailboxes.append(
            {
                "name": mailbox.name,
                "last_success": row.last_success.isoformat() if row and row.last_success else None,
                "last_failure": row.last_failure.isoformat() if row and row.last_failure else None,
                "failures_in_a_row": row.failures if row else 0,
                "problem": row.problem if row else "",
                "remedy": row.remedy if row else "",
                "folders": len(store.sync.folder_states(mailbox.name)),
            }
        )
    return {
        "home": str(workspace.home),
        "evidence": store.evidence.counts(),
        "read": store.messages.counts(),
        "timeline": store.timeline.counts(),
        "built_at": store.meta("built_at") or None,
        "mailboxes": mailboxes,
        "unread": _unread(store),
    }


def _unread(store: Store) -> list[dict[str, str]]:
    """Return what could not be read, by the names under which a person knows it."""
    failures = store.messages.failures()
    names = {key: origin.name for key, origin in store.evidence.origins([f.key for f in failures]).items()}
    return [
        {"stage": f.stage, "id": f.key[:16], "name": names.get(f.key, f.key[:16]), "reason": f.reason}
        for f in failures
    ]


def lines(facts: dict[str, Any], *, now: datetime) -> list[str]:
    """Return the facts in plain lines."""
    from schooltrail.words import ago, counted

    evidence, read, timeline = facts["evidence"], facts["read"], facts["timeline"]
    built = facts["built_at"]
    out = [
        f"Workspace: {facts['home']}",
        f"Kept:      {evidence.get('mail', 0):,} messages, {evidence.get('document', 0):,} documents, "
        f"{counted(evidence.get('call_log', 0), 'phone log')}, {counted(evidence.get('calendar', 0), 'calendar')} "
        f"({evidence['copies']:,} copies seen, {evidence['gone']:,} no longer where they were)",
        f"Read:      {read['messages']:,} messages, {read['duplicates']:,} of them second copies; "
        f"{read['calls']:,} calls",
        f"Timeline:  {timeline['events']:,} events, {timeline['parties']:,} people, {timeline['gaps']:,} gaps"
        + (f"; built {ago(datetime.fromisoformat(built), now)}" if built else "; not built yet"),
    ]
    for box in facts["mailboxes"]:
        if box["last_success"] is None and box["problem"] == "":
            out.append(f"Mailbox {box['name']}: never synced. Run: schooltrail sync {box['name']}")
            continue
        when = ago(datetime.fromisoformat(box["last_success"]), now) if box["last_success"] else "never"
        out.append(f"Mailbox {box['name']}: last success {when}, {box['folders']} folders")
        if box["problem"]:
            failed = ago(datetime.fromisoformat(box["last_failure"]), now)
            out.append(
                f"  failed {failed} ({counted(box['failures_in_a_row'], 'time')} in a row): {box['problem']}"
            )
            out.append(f"  {box['remedy']}")
    if not facts["mailboxes"]:
        out.append("Mailboxes: none in config.toml. Files can be taken in with: schooltrail add PATH")
    if facts["unread"]:
        out.append(f"Not read:  {len(facts['unread'])} (their bytes are kept)")
        out += [f"  {row['name']} ({row['stage']}): {row['reason']}" for row in facts["unread"][:10]]
    return out


COMMAND = status
