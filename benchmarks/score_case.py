"""Reads an evaluation case end to end and lets its scorer judge what came out.

usage: python benchmarks/score_case.py CASE_DIR [--score SCORE.py] [--out FILE] [-- scorer options]

Goes straight through the stages (read, zones, extract, timeline) without a workspace, so that a
change to a rule shows its figures in seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from extract.reader import Reader
from ingest.body import Held, split_zones
from ingest.parse import read_message
from models.people import Directory
from models.records import CalendarDay, Call, Case, Event, Gap, Message, Person, PlanRow, School, message_key
from timeline.events import build_events
from timeline.exchange import exchange_of
from timeline.gaps import find_gaps
from timeline.people import build_parties, role_of

PLAN_WHEN = {"low_glucose": ("incident", ("low", "lows", "glucose", "mg/dl", "hypo"))}
"""What a parent would put into config.toml for triggers that are no category: (when, about)."""


def main() -> None:
    """Print the scorer's figures for a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("--score", type=Path)
    parser.add_argument("--out", type=Path)
    args, rest = parser.parse_known_args()
    out = args.out or Path(tempfile.mkdtemp()) / "export.json"
    out.write_text(json.dumps(result(args.case), indent=1), encoding="utf-8")
    scorer = args.score or args.case.resolve().parent / "score.py"
    sys.exit(subprocess.run([sys.executable, scorer, args.case, out, *rest], check=False).returncode)


def result(folder: Path) -> dict[str, Any]:
    """Return what `export json` would hold of messages, events and gaps."""
    raw = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    case = read_case(raw)
    messages = read_mail(folder / "mail")
    seen = Counter((m.sender.address, m.sender.name) for m in messages if m.sender.address)
    parties = build_parties(case, [(address, name, count) for (address, name), count in seen.items()])
    directory = Directory.of(parties, case)
    reader = Reader(case)
    mentions = [mention for message in messages for mention in reader.read(message, directory)]
    events = build_events(mentions, parties)
    gaps = find_gaps(
        events,
        calls=read_calls(folder / "calls.csv"),
        case=case,
        calendar=read_calendar(folder / "calendar.ics"),
        messages_meta=[exchange_of(m, directory, case.timezone) for m in messages],
        today=date.fromisoformat(raw["end"]),
    )
    return {
        "schema": 1,
        "messages": [{"id": m.key, "message_id": f"<{m.message_id}>"} for m in messages],
        "events": [_event(e) for e in events],
        "gaps": [_gap(g) for g in gaps],
        "links": [],
        "ghosts": [],
    }


def read_case(raw: dict[str, Any]) -> Case:
    """Return case.json as config.toml would give it."""
    family = [
        Person(p["name"], tuple(p["addresses"]), (), role_of(p["role"]), "family") for p in raw["family"]
    ]
    staff = [
        Person(p["name"], (p["address"],), (), role_of(p["role"]), "school")
        for p in raw["school"].get("people", [])
    ]
    phones = tuple(raw["school"].get("phones", ()))
    return Case(
        name=raw["name"],
        timezone=raw["timezone"],
        state=raw["state"],
        student=tuple(raw["student"]),
        siblings=tuple(raw["siblings"]),
        people=(*family, *staff),
        schools=(School(raw["school"]["name"], tuple(raw["school"]["domains"]), phones),),
        plan=tuple(_plan(row) for row in raw["plan"]),
    )


def read_mail(folder: Path) -> list[Message]:
    """Return the first copy of every message, with zones."""
    messages: dict[str, Message] = {}
    for path in sorted(folder.glob("*.eml")):
        data = path.read_bytes()
        message = read_message(data, key=message_key(data))
        messages.setdefault(message.message_id or message.key, message)
    held = {
        identity: Held(m.key, m.message_id, m.sender, m.sent_at, m.body) for identity, m in messages.items()
    }
    return [_zoned(message, held) for message in messages.values()]


def _zoned(message: Message, held: dict[str, Held]) -> Message:
    earlier = dict.fromkeys((*message.in_reply_to, *reversed(message.references)))
    known = [held[ref] for ref in earlier if ref in held]
    parts = tuple(
        replace(
            part, zones=split_zones(part.text, held=known, sender=message.sender, automatic=message.automatic)
        )
        if part is message.parts[0] or part.media_type == "message/rfc822"
        else part
        for part in message.parts
    )
    return replace(message, parts=parts)


def read_calls(path: Path) -> list[Call]:
    """Return the rows of a phone log in the contract's own headings."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Call("calls", number, datetime.fromisoformat(row["started_at"]), row["direction"], row["number"],  # type: ignore[arg-type]
                 row["name"], int(row["duration_s"] or 0))
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]  # fmt: skip


def read_calendar(path: Path) -> list[CalendarDay]:
    """Return the all-day events of a calendar."""
    if not path.exists():
        return []
    from ingest.calendars import read_calendar as read

    return list(read(path.read_bytes(), key="calendar").days)


def _plan(row: dict[str, Any]) -> PlanRow:
    when, about = PLAN_WHEN.get(row.get("when", ""), (row.get("when", ""), ()))
    return PlanRow(
        source=row.get("source", row.get("note", "")),
        when=when,
        about=about,
        expect=row.get("expect", ""),
        by="call" if "phone" in row.get("who", "") else "any",
        within=row.get("within", "same_day"),
        service=row.get("service", ""),
        first=date.fromisoformat(row["from"]) if row.get("from") else None,
    )


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "category": event.category,
        "modality": event.modality,
        "date": event.date.isoformat() if event.date else None,
        "status": event.status,
        "evidence": [{"message": e.span.message_key, "quote": e.span.quote} for e in event.evidence],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "kind": gap.kind,
        "trigger": gap.trigger,
        "opened": gap.opened.isoformat(),
        "due": gap.due.isoformat() if gap.due else None,
        "status": gap.status,
    }


if __name__ == "__main__":
    main()
