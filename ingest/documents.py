"""Reads documents that are evidence on their own: PDF, Word, plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.attachments import text_of
from models.records import Address, Message, Part, message_key

if TYPE_CHECKING:
    from datetime import datetime

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
}


def read_document(raw: bytes, *, name: str, key: str | None = None, added_at: datetime) -> Message:
    """Read one document. Never raises: why there is no text is said in the body's `note`."""
    media_type = MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    text, note = text_of(raw, media_type=media_type, name=name)
    return Message(
        key=key or message_key(raw),
        medium="document",
        message_id="",
        sent_at=None,
        utc_offset_minutes=None,
        date_source="none",
        sender=Address("", ""),
        to=(),
        cc=(),
        subject=name,
        parts=(Part("body", media_type, text, size=len(raw), note=note),),
    )
