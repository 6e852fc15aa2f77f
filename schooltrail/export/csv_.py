"""The timeline as a table for a spreadsheet: one row per event, with its words and where they stand."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from schooltrail.export import Export
from schooltrail.words import KIND_NAMES, MODALITY_NAMES, category_in_words, local_moment

if TYPE_CHECKING:
    from schooltrail.workspace import Workspace

HEADINGS = (
    "Date", "Until", "How exact", "What", "Category", "Shown as", "Told by", "Summary", "Words", "Message",
    "Sent", "From", "Subject", "Part", "Places", "Reviewed",
)  # fmt: skip


def write_csv(workspace: Workspace, file: BinaryIO) -> None:
    """Write all events, earliest first. UTF-8 with a mark, which Excel needs to see accents."""
    store, timezone = workspace.store, workspace.config.case.timezone
    events = store.timeline.events()
    messages = {
        m.key: m
        for m in store.messages.iterate(
            sorted({e.evidence[0].span.message_key for e in events if e.evidence})
        )
    }
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="replace", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    for event in events:
        first = event.evidence[0] if event.evidence else None
        message = messages.get(first.span.message_key) if first else None
        rows.writerow(
            _safe(value)
            for value in (
                event.date.isoformat() if event.date else "",
                event.date_end.isoformat() if event.date_end else "",
                event.precision,
                KIND_NAMES[event.kind],
                category_in_words(event.category),
                MODALITY_NAMES.get(event.modality, event.modality),
                event.asserted_by,
                event.summary,
                first.span.quote if first else "",
                first.span.message_key[:16] if first else "",
                local_moment(message.sent_at, timezone).isoformat() if message and message.sent_at else "",
                (message.sender.name or message.sender.address) if message else "",
                message.subject if message else "",
                first.span.part if first else "",
                str(len(event.evidence)),
                event.status,
            )
        )
    text.detach()


def _safe(value: str) -> str:
    """Keep a spreadsheet from running mail text as a formula."""
    return "'" + value if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


EXPORT = Export(write=write_csv)
