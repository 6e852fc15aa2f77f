"""Makes Outlook's .msg files readable as mail. The .msg file stays the evidence.

Needs the extra "outlook" (extract-msg, which is under the GPL, so it is never required).
"""

from __future__ import annotations

import importlib
import logging
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from ingest.rebuild import Attachment, Letter, mailbox, rebuild
from models.errors import ExtraMissing, SourceError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DEEPEST = 5
"""Messages inside messages are followed so far."""
_TO, _CC = 1, 2


def readable(raw: bytes) -> bytes:
    """Return bytes that a mail reader understands: rebuilt from a .msg file, else `raw` itself.

    Raises:
        SourceError: If it is one of Outlook's files but no message can be read from it.
        ExtraMissing: If the package for .msg files is not installed.
    """
    return msg_to_eml(raw) if raw.startswith(OLE_MAGIC) else raw


def msg_to_eml(raw: bytes) -> bytes:
    """Return the message in a .msg file as RFC 5322 bytes, the same for the same file.

    Raises:
        SourceError, ExtraMissing: As in `readable`.
    """
    library = outlook_library("extract_msg")
    # It tells its log of subjects and addresses.
    logging.getLogger("extract_msg").setLevel(logging.CRITICAL + 1)
    try:
        with library.openMsg(
            raw, strict=False, errorBehavior=library.enums.ErrorBehavior.SUPPRESS_ALL
        ) as message:
            letter = _letter(message, depth=0)
    except Exception as error:  # a reader of a binary format meets damage with any exception there is
        raise _unreadable(type(error).__name__) from error
    if letter == Letter():
        raise _unreadable("there is nothing in it")
    return rebuild(letter)


def _unreadable(reason: str) -> SourceError:
    return SourceError(
        f"the Outlook message cannot be read ({reason})",
        "Open it in Outlook and save it again, or forward it to yourself and sync.",
    )


def outlook_library(name: str) -> Any:
    """Return an optional library for Outlook's formats.

    Raises:
        ExtraMissing: If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ExtraMissing(
            "Outlook's .msg and .pst files need packages that are not installed",
            "In the folder of schooltrail, run: pip install '.[outlook]' (they are under the GPL and LGPL).",
        ) from error


def _letter(message: Any, *, depth: int) -> Letter:
    """Take a message of extract-msg apart; appointments and contacts lack most of these."""
    plain = _get(message, "body") or ""
    # extract-msg makes HTML out of plain text where there is none; that is not what was sent.
    bodies = _get(message, "detectedBodies")
    has_html = bodies is not None and type(bodies).HTML in bodies
    return Letter(
        headers=_get(message, "headerText") or "",
        sender=mailbox(*parseaddr(_get(message, "sender") or "")),
        to=_people(message, _TO) or _get(message, "to") or "",
        cc=_people(message, _CC) or _get(message, "cc") or "",
        subject=_get(message, "subject") or "",
        sent_at=_aware(_get(message, "date") or _get(message, "receivedTime")),
        message_id=_get(message, "messageId") or "",
        in_reply_to=_get(message, "inReplyTo") or "",
        references=_get(message, "references") or "",
        plain=plain,
        html=(_get(message, "htmlBody") or b"") if has_html or not plain else b"",
        rtf=_get(message, "rtfBody") or b"",
        attachments=tuple(_attachments(message, depth)),
    )


def _get(thing: Any, name: str) -> Any:
    """Read one property; a broken one must not cost the others."""
    try:
        return getattr(thing, name, None)
    except Exception:  # see msg_to_eml
        return None


def _people(message: Any, kind: int) -> str:
    people = [person for person in _get(message, "recipients") or () if _get(person, "type") == kind]
    return ", ".join(filter(None, (mailbox(_get(p, "name") or "", _get(p, "email") or "") for p in people)))


def _attachments(message: Any, depth: int) -> list[Attachment]:
    found = []
    for number, attachment in enumerate(_get(message, "attachments") or (), start=1):
        data = _get(attachment, "data")
        name = (
            _get(attachment, "longFilename") or _get(attachment, "shortFilename") or _get(attachment, "name")
        )
        name = str(name or f"attachment {number}")
        if isinstance(data, bytes):
            found.append(
                Attachment(name, data, _get(attachment, "mimetype") or "", _get(attachment, "cid") or "")
            )
        elif data is not None and depth < DEEPEST:
            found.append(Attachment(name, rebuild(_letter(data, depth=depth + 1)), message=True))
        else:
            # Its name is evidence that it was there, even where its bytes cannot be had.
            found.append(Attachment(name, b""))
    return found


def _aware(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
