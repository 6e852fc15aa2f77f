"""Reads documents that are evidence on their own: PDF, Word, plain text, web pages, saved mail.

A document has no sender and no date that can be trusted as a message's can. The date that the file
itself carries says when somebody saved it, which may be years after it was written, so it is not
taken as `sent_at`: it stands among the defects, for people to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.attachments import WORD, kind_of, text_of
from ingest.mime import clean_name
from ingest.office import docx_created, pdf_created
from models.records import Address, Message, Part, message_key

if TYPE_CHECKING:
    from datetime import datetime


def read_document(raw: bytes, *, name: str, key: str | None = None, added_at: datetime) -> Message:
    """Read one document. Never raises: why there is no text is said in the body's `note`.

    Args:
        raw: The file's exact bytes.
        name: Its file name, which becomes the subject.
        key: The SHA-256 of the bytes if the caller has it already.
        added_at: When it was taken in. A file that says it was made later is noted.

    Returns:
        A message of medium "document" without sender; `sent_at` is None and `date_source` "none".
    """
    kind = kind_of(raw, media_type="", name=name)
    text, note = text_of(raw, media_type=kind, name=name)
    created = _created(raw, kind)
    defects = [f"document: the file says it was made {created}"] if created else []
    if created > added_at.isoformat():
        defects.append("document: the file says it was made after it was added here")
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
        subject=clean_name(name) or "unnamed document",
        parts=(Part("body", kind, text, size=len(raw), note=note),),
        defects=tuple(defects),
    )


def _created(raw: bytes, kind: str) -> str:
    """Return the date of creation that the file carries, as ISO 8601 text, or ""."""
    if kind == "application/pdf":
        return pdf_created(raw)
    return docx_created(raw) if kind == WORD else ""
