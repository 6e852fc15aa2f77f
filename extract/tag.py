"""Extraction alone: one JSON line of text in, one line of what was found out. No workspace needed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from extract.passage import Passage
from extract.reader import Reader
from models.codes import KIND_OF
from models.records import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.records import Side

SIDES: dict[str, Side] = {"family": "family", "school": "school", "neutral": "neutral"}
"""Whose words a line may be; left out, they are nobody's."""


def tag_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield one result per line that is not blank, in order, holding one line at a time.

    A line is {"id", "text", "sender_side"?, "sent"?}; `sent` is ISO 8601, local to the sender. A line
    that cannot be read yields {"id", "error"} with the reason, and the next one is read.
    """
    reader: Reader | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity: object = None
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("a line must be an object with 'id' and 'text'")
            identity = row.get("id")
            passage = _passage(row)
        except (ValueError, RecursionError) as error:  # JSONDecodeError is a ValueError
            yield {"id": identity, "error": f"line {number}: {error}"}
            continue
        reader = reader or Reader(Case())
        yield {"id": identity, **_result(reader, passage)}


def _passage(row: dict[str, Any]) -> Passage:
    text, sent = row.get("text"), row.get("sent")
    if not isinstance(text, str):
        raise ValueError("'text' must be a string")
    if sent is not None and not isinstance(sent, str):
        raise ValueError("'sent' must be a date and time such as 2024-03-06T21:14:00")
    side = SIDES.get(str(row.get("sender_side") or "neutral"))
    if side is None:
        raise ValueError("'sender_side' must be family, school or neutral")
    # The wall clock of the sender is what the words go by, whatever its offset.
    written = datetime.fromisoformat(sent).replace(tzinfo=None) if sent else None
    return Passage(
        message_key="",
        part="body",
        start=0,
        text=text,
        side=side,
        written=written,
        told_on=written.date() if written else None,
    )


def _result(reader: Reader, passage: Passage) -> dict[str, Any]:
    notes, acts = reader.notes(passage)
    return {
        "dates": [
            {
                "start": d.start,
                "end": d.end,
                "text": d.text,
                "start_date": d.first.isoformat() if d.first else None,
                "end_date": d.last.isoformat() if d.last else None,
                "precision": d.precision,
            }
            for d in notes.dates
        ],
        "parties": [{"start": p.start, "end": p.end, "text": p.text, "role": p.code} for p in notes.parties],
        "services": [
            {"start": s.start, "end": s.end, "text": s.text, "code": s.code} for s in notes.services
        ],
        "labels": [
            {
                "kind": KIND_OF[a.category],
                "category": a.category,
                "start": a.start,
                "end": a.end,
                "quote": passage.text[a.start : a.end],
                "modality": a.modality,
                "confidence": round(a.score, 3),
            }
            for a in acts
        ],
    }
