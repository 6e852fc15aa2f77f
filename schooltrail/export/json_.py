"""Everything as one JSON file (docs/export.schema.json): sorted, and the same bytes for the same workspace."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, BinaryIO

from schooltrail.export import Export

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from models.records import Address, Event, Gap, Message, Party, Provenance, Span
    from schooltrail.workspace import Workspace

ID_LENGTH = 16
"""Hex digits of a message's SHA-256 that make its id: 64 bits, enough for any one family's mail."""


def write_json(workspace: Workspace, file: BinaryIO) -> None:
    """Write the whole workspace, messages one at a time so that memory stays small."""
    store, case = workspace.store, workspace.config.case
    counts = store.messages.counts()
    head = {
        "schema": 1,
        "case": {
            "name": case.name,
            "timezone": case.timezone,
            "state": case.state,
            "student": list(case.student),
            "siblings": list(case.siblings),
        },
        "generated_from": {name: counts[name] for name in ("messages", "documents", "calls", "unread")},
    }
    tail: dict[str, list[dict[str, Any]]] = {
        "parties": sorted(
            (party_row(party) for party in store.timeline.parties()), key=lambda row: str(row["id"])
        ),
        "events": [event_row(event) for event in store.timeline.events()],
        "links": [],
        "gaps": [gap_row(gap) for gap in store.timeline.gaps()],
        "ghosts": [],
        "patterns": [],
    }
    file.write(b"{\n")
    for name, value in head.items():
        file.write(f'"{name}": {_dump(value)},\n'.encode())
    file.write(b'"messages": [')
    for number, row in enumerate(_message_rows(workspace)):
        file.write((",\n" if number else "\n").encode() + _dump(row).encode())
    file.write(b"\n]")
    for name, rows in tail.items():
        file.write(f',\n"{name}": ['.encode())
        file.write(",".join("\n" + _dump(row) for row in rows).encode())
        file.write(b"\n]" if rows else b"]")
    file.write(b"\n}\n")


def event_row(event: Event) -> dict[str, Any]:
    """Return an event as the contract's `events` rows have it."""
    return {
        "id": event.id,
        "kind": event.kind,
        "category": event.category,
        "modality": event.modality,
        "date": _day(event.date),
        "date_end": _day(event.date_end),
        "precision": event.precision,
        "date_basis": event.date_basis,
        "learned_date": _day(event.learned_date),
        "decided_date": _day(event.decided_date),
        "asserted_by": event.asserted_by,
        "actor": event.actor or None,
        "target": event.target or None,
        "services": list(event.services),
        "summary": event.summary,
        "confidence": round(event.confidence, 4),
        "status": event.status,
        "disputed": event.disputed,
        "evidence": [span_row(item.span) for item in event.evidence],
    }


def gap_row(gap: Gap) -> dict[str, Any]:
    """Return a gap as the contract's `gaps` rows have it."""
    return {
        "id": gap.id,
        "kind": gap.kind,
        "category": gap.category,
        "trigger": gap.trigger or None,
        "opened": _day(gap.opened),
        "due": _day(gap.due),
        "closed": _day(gap.closed),
        "status": gap.status,
        "rule": gap.rule,
        "citation": gap.citation,
        "evidence": [span_row(span) for span in gap.evidence],
    }


def span_row(span: Span) -> dict[str, Any]:
    """Return a citation: half-open offsets into the text that `show` prints."""
    return {
        "message": span.message_key[:ID_LENGTH],
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
        "part": span.part,
    }


def party_row(party: Party) -> dict[str, Any]:
    """Return a person or body as the contract's `parties` rows have it."""
    return {
        "id": party.id,
        "name": party.name,
        "addresses": sorted(party.addresses),
        "phones": sorted(party.phones),
        "role": party.role or None,
        "side": party.side,
        "decides": party.decides,
    }


def _message_rows(workspace: Workspace) -> Iterator[dict[str, Any]]:
    store = workspace.store
    originals = store.messages.duplicates()
    keys = store.messages.keys()
    for at in range(0, len(keys), 200):
        some = keys[at : at + 200]
        copies = store.evidence.provenance(some)
        for message in store.messages.load(some):
            yield _message_row(message, [copy for copy, _ in copies[message.key]], originals.get(message.key))


def _message_row(message: Message, copies: Sequence[Provenance], original: str | None) -> dict[str, Any]:
    sent = message.sent_at
    if sent and message.utc_offset_minutes is not None:
        sent = sent.astimezone(timezone(timedelta(minutes=message.utc_offset_minutes)))
    return {
        "id": message.key[:ID_LENGTH],
        "message_id": message.message_id,
        "sha256": message.key,
        "date": sent.isoformat() if sent else None,
        "date_source": message.date_source,
        "medium": message.medium,
        "from": _address(message.sender),
        "to": [_address(address) for address in message.to],
        "cc": [_address(address) for address in message.cc],
        "subject": message.subject,
        "sources": [_source(copy) for copy in copies],
        "duplicate_of": original[:ID_LENGTH] if original else None,
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _source(copy: Provenance) -> dict[str, Any]:
    return {
        "kind": copy.source_kind,
        "source": copy.source if copy.source_kind == "imap" else _file_name(copy.source),
        "folder": copy.folder,
        "member": copy.member,
        "uidvalidity": copy.uidvalidity or None,
        "uid": copy.uid or None,
        "production": copy.production or None,
        "fetched_at": copy.fetched_at.isoformat(timespec="seconds"),
    }


def _file_name(path: str) -> str:
    """Leave out where a file lay: folder names of one's own computer are nobody else's business."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _dump(value: Any) -> str:
    # Lone surrogates from broken mail cannot be written as UTF-8; JSON's own escape keeps them.
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


EXPORT = Export(write=write_json)
