"""Turns messages into rows and back. No database here."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.records import Address, Message, Part, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence


def message_row(message: Message, row_id: int, reader_version: int) -> dict[str, Any]:
    """Return a message's own row."""
    roots = message.references or message.in_reply_to
    people = [("to", a.name, a.address) for a in message.to] + [("cc", a.name, a.address) for a in message.cc]
    return {
        "id": row_id,
        "key": message.key,
        "medium": message.medium,
        "message_id": message.message_id,
        "in_reply_to": _dump(message.in_reply_to),
        "refs": _dump(message.references),
        "sent_at": message.sent_at,
        "utc_offset_minutes": message.utc_offset_minutes,
        "date_source": message.date_source,
        "from_name": message.sender.name,
        "from_address": message.sender.address,
        "recipients": _dump(people),
        "subject": message.subject,
        "thread": roots[0] if roots else message.message_id,
        "duplicate_of": None,
        "list_id": message.list_id,
        "automatic": message.automatic,
        "defects": _dump(message.defects),
        "reader_version": reader_version,
    }


def part_row(message: Message, part: Part, row_id: int, message_row: int, position: int) -> dict[str, Any]:
    """Return the row of one part; `heading` is what a search finds beside the text."""
    if position == 0:
        people = (message.sender, *message.to, *message.cc)
        heading = " ".join([message.subject, *(f"{a.name} {a.address}" for a in people)])
    else:
        heading = part.name.removeprefix("attachment:")
    return {
        "id": row_id,
        "message_id": message_row,
        "position": position,
        "name": part.name,
        "media_type": part.media_type,
        "size": part.size,
        "sha256": part.sha256,
        "heading": heading,
        "text": part.text,
        "note": part.note,
    }


def zone_rows(zones: Sequence[Zone], part_id: int) -> list[dict[str, Any]]:
    """Return the rows of a part's zones."""
    return [
        {
            "part_id": part_id,
            "position": position,
            "start": zone.start,
            "end": zone.end,
            "kind": zone.kind,
            "level": zone.level,
            "author_name": zone.author_name,
            "author_address": zone.author_address,
            "written_at": zone.written_at.isoformat() if zone.written_at else "",
            "source_key": zone.source_key,
        }
        for position, zone in enumerate(zones)
    ]


def read_zone(row: Any) -> Zone:
    """Return a zone from its row."""
    written = datetime.fromisoformat(row["written_at"]) if row["written_at"] else None
    return Zone(
        row["start"], row["end"], row["kind"], row["level"],
        row["author_name"], row["author_address"], written, row["source_key"],
    )  # fmt: skip


def read_message_row(row: Any, parts: Sequence[Any], zones: dict[int, list[Zone]]) -> Message:
    """Return a message from its row, the rows of its parts, and zones by part id."""
    people = json.loads(row["recipients"])
    return Message(
        key=row["key"],
        medium=row["medium"],
        message_id=row["message_id"],
        sent_at=row["sent_at"],
        utc_offset_minutes=row["utc_offset_minutes"],
        date_source=row["date_source"],
        sender=Address(row["from_name"], row["from_address"]),
        to=tuple(Address(name, address) for kind, name, address in people if kind == "to"),
        cc=tuple(Address(name, address) for kind, name, address in people if kind == "cc"),
        subject=row["subject"],
        parts=tuple(
            Part(
                name=part["name"],
                media_type=part["media_type"],
                text=part["text"],
                size=part["size"],
                sha256=part["sha256"],
                note=part["note"],
                zones=tuple(zones.get(part["id"], ())),
            )
            for part in parts
        ),
        in_reply_to=tuple(json.loads(row["in_reply_to"])),
        references=tuple(json.loads(row["refs"])),
        list_id=row["list_id"],
        automatic=row["automatic"],
        defects=tuple(json.loads(row["defects"])),
    )


def _dump(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else "[]"
