"""Reads mail: exact bytes in, one `Message` out. Never raises, whatever the bytes.

The stdlib's compat32 parser opens the structure once. mail-parser reads dates, Received lines and
8-bit parameters, and is the second reader where no text was found; see docs/adr/0002-reading-mail.md.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ingest.addresses import MAX_CHARACTERS, read_addresses
from ingest.body_parts import TextReader, TooDeep, gather, gather_flat, has_words
from ingest.charset import decode_octets
from ingest.dates import choose_date
from ingest.encoded_words import header_text
from ingest.headers import is_automatic, list_id, message_ids
from ingest.mime import headers_of, open_mail
from ingest.parts import PartList
from ingest.second_reader import read_again
from models.records import Address, Message, Part, message_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from email.message import Message as Mail

    from ingest.body_parts import Gathered

READER_VERSION = 2
"""Raised whenever the same bytes give another text, so that what was read before is read again."""

MAX_DEFECTS = 50
NOBODY = Address("", "")

log = logging.getLogger(__name__)


def read_message(raw: bytes, *, key: str | None = None, internal_date: datetime | None = None) -> Message:
    """Read one message. Never raises: what cannot be read is said in `defects`.

    Args:
        raw: The exact bytes as they came.
        key: Their SHA-256 if the caller has it already.
        internal_date: When the server took it in, if it said.

    Returns:
        A message whose `parts[0]` is the body, its text in canonical form (ingest/plain_text.py),
        and whose other parts are the attachments in their order. Zones are left empty.
    """
    key = key or message_key(raw)
    try:
        return _read(raw, key, internal_date)
    except Exception as error:  # the last line of defence: bytes are kept and shown, never fatal
        log.exception("message kept unread key=%s", key[:16])
        return _unread(key, internal_date, f"unread: the reader failed ({type(error).__name__})")


def _read(raw: bytes, key: str, internal_date: datetime | None) -> Message:
    mail, leaves, defects = open_mail(raw)
    headers = headers_of(mail)
    sent = choose_date(headers.get("date", []), headers.get("received", []), internal_date)
    sender = _sender(headers, defects)
    to, cc = _people(headers, "to", defects), _people(headers, "cc", defects)
    subject = header_text(_first(headers, "subject"))
    parts = _parts(mail, leaves, raw, defects)
    defects += sent.defects
    _note_repeats(headers, defects)
    return Message(
        key=key,
        medium="mail",
        message_id=next(iter(message_ids(_first(headers, "message-id"), bare=True)), ""),
        sent_at=sent.at,
        utc_offset_minutes=sent.offset_minutes,
        date_source=sent.source,
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        parts=parts,
        in_reply_to=message_ids(" ".join(headers.get("in-reply-to", [])[:3])),
        references=message_ids(" ".join(headers.get("references", [])[:3])),
        list_id=list_id(headers),
        automatic=is_automatic(headers),
        defects=tuple(dict.fromkeys(defects))[:MAX_DEFECTS],
    )


def _unread(key: str, internal_date: datetime | None, reason: str) -> Message:
    sent = choose_date([], [], internal_date)
    body = (Part("body", "text/plain", "", note=reason),)
    return Message(
        key, "mail", "", sent.at, None, sent.source, NOBODY, (), (), "", body, defects=(reason, *sent.defects)
    )


def _first(headers: Mapping[str, list[str]], name: str) -> str:
    """Return the first value of a header that is not empty."""
    return next((value for value in headers.get(name, ()) if value.strip()), "")


def _sender(headers: Mapping[str, list[str]], defects: list[str]) -> Address:
    for name in ("from", "sender", "return-path"):
        found = [one for one in _people(headers, name, defects) if one.address] or list(
            _people(headers, name, defects)
        )
        if found:
            if name != "from":
                defects.append(f"from: there is no usable From header; taken from {name.title()}")
            return found[0]
    defects.append("from: there is no sender")
    return NOBODY


def _people(headers: Mapping[str, list[str]], name: str, defects: list[str]) -> tuple[Address, ...]:
    values = headers.get(name)
    if not values:
        return ()
    value = decode_octets(values[0] if len(values) == 1 else ", ".join(values[:100]))
    if len(value) > MAX_CHARACTERS:
        defects.append(f"{name}: only its first {MAX_CHARACTERS} characters were read")
    return read_addresses(value)


def _note_repeats(headers: Mapping[str, list[str]], defects: list[str]) -> None:
    """Note headers that RFC 5322 allows once only: the first was taken, or all of them for people."""
    for name in ("from", "date", "subject", "message-id", "to", "cc"):
        if len(headers.get(name, ())) > 1:
            defects.append(f"{name}: there are {len(headers[name])} {name.title()} headers")


def _parts(mail: Mail, leaves: list[Mail] | None, raw: bytes, defects: list[str]) -> tuple[Part, ...]:
    reader = TextReader(defects)
    parts = PartList(reader, defects)
    gathered = _gather(mail, leaves, reader)
    body = parts.body(gathered)
    if not has_words(body.text) and len(parts.attached) == 0:
        again = read_again(mail, size=len(raw))
        if has_words(again):
            defects.append("body: read by the second reader (mail-parser)")
            body = Part("body", body.media_type, again, size=body.size)
    return (body, *parts.attached)


def _gather(mail: Mail, leaves: list[Mail] | None, reader: TextReader) -> Gathered:
    if leaves is not None:
        return gather_flat(leaves, reader)
    try:
        return gather(mail, reader)
    except TooDeep:
        return gather_flat([part for part in _walk(mail) if not part.is_multipart()], reader)


def _walk(mail: Mail) -> list[Mail]:
    """Return all parts in order, without recursion."""
    found, waiting = [], [mail]
    while waiting:
        part = waiting.pop()
        found.append(part)
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting += [child for child in reversed(payload) if not isinstance(child, str)]
    return found
