"""Reads mail: exact bytes in, one `Message` out. Never raises, whatever the bytes."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from models.records import Address, Message, Part, message_key

READER_VERSION = 1
"""Raised whenever the same bytes give another text, so that what was read before is read again."""


def read_message(raw: bytes, *, key: str | None = None, internal_date: datetime | None = None) -> Message:
    """Read one message. Never raises: what cannot be read is said in `defects`.

    Args:
        raw: The exact bytes as they came.
        key: Their SHA-256 if the caller has it already.
        internal_date: When the server took it in, if it said.
    """
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    try:
        sent = parsedate_to_datetime(str(mail["Date"]))
    except (TypeError, ValueError):
        sent = None
    if sent is not None and sent.tzinfo is None:
        sent = sent.replace(tzinfo=UTC)
    offset = sent.utcoffset() if sent else None
    sender = getaddresses([str(mail["From"] or "")])[:1] or [("", "")]
    text = ""
    for part in mail.walk():
        if part.get_content_type() == "text/plain" and not text:
            text = bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace").replace("\r\n", "\n")
    return Message(
        key=key or message_key(raw),
        medium="mail",
        message_id=str(mail["Message-ID"] or "").strip(" <>"),
        sent_at=sent.astimezone(UTC) if sent else internal_date,
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else None,
        date_source="date" if sent else "internaldate" if internal_date else "none",
        sender=Address(sender[0][0], sender[0][1].lower()),
        to=tuple(Address(name, address.lower()) for name, address in getaddresses([str(mail["To"] or "")])),
        cc=tuple(Address(name, address.lower()) for name, address in getaddresses([str(mail["Cc"] or "")])),
        subject=str(mail["Subject"] or ""),
        parts=(Part("body", "text/plain", text),),
        in_reply_to=tuple(str(mail["In-Reply-To"] or "").replace("<", " ").replace(">", " ").split()),
        references=tuple(str(mail["References"] or "").replace("<", " ").replace(">", " ").split()),
    )
