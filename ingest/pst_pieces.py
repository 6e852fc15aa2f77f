"""Takes one message of a .pst apart, through libpff. Numbers are MAPI properties (MS-OXPROPS)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingest.rebuild import Attachment, Letter, mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER_SMTP, SENDER_EMAIL = 0x5D01, 0x0C1F
MESSAGE_ID, IN_REPLY_TO, REFERENCES = 0x1035, 0x1042, 0x1039
DISPLAY_TO, DISPLAY_CC = 0x0E04, 0x0E03
RECIPIENT_KIND, RECIPIENT_NAME, RECIPIENT_SMTP, RECIPIENT_EMAIL = 0x0C15, 0x3001, 0x39FE, 0x3003
LONG_NAME, SHORT_NAME, MEDIA_TYPE, CONTENT_ID = 0x3707, 0x3704, 0x370E, 0x3712
ATTACHED_HOW, EMBEDDED_MESSAGE = 0x3705, 5
TO, CC = 1, 2
DAMAGE = (OSError, ValueError, TypeError, AttributeError, struct.error, MemoryError)


def letter(message: Any) -> tuple[Letter, list[str]]:
    """Return the pieces of a message, and a sentence for each that could not be had.

    Args:
        message: A `pypff.message`, or what has its methods.
    """
    lost: list[str] = []
    values = _values(message)
    to, cc = _recipients(message)
    headers = _text(_ask(message, "get_transport_headers"))
    return (
        Letter(
            headers=headers,
            sender=mailbox(
                _text(_ask(message, "get_sender_name")), _first(values, SENDER_SMTP, SENDER_EMAIL)
            ),
            to=to or _names(_first(values, DISPLAY_TO)),
            cc=cc or _names(_first(values, DISPLAY_CC)),
            subject=_subject(_text(_ask(message, "get_subject"))),
            sent_at=_aware(_ask(message, "get_client_submit_time") or _ask(message, "get_delivery_time")),
            message_id=_first(values, MESSAGE_ID),
            in_reply_to=_first(values, IN_REPLY_TO),
            references=_first(values, REFERENCES),
            plain=_text(_body(message, "get_plain_text_body", "plain body", lost)),
            html=_bytes(_body(message, "get_html_body", "HTML body", lost)),
            rtf=_bytes(_body(message, "get_rtf_body", "rich text body", lost)),
            attachments=tuple(_attachments(message, lost)),
        ),
        lost,
    )


def _attachments(message: Any, lost: list[str]) -> Iterator[Attachment]:
    """Yield the attachments; of one that cannot be had the name, for that is evidence too."""
    for number in range(1, (_ask(message, "get_number_of_attachments") or 0) + 1):
        name, values, data = f"attachment {number}", {}, b""
        try:
            attachment = message.get_attachment(number - 1)
            values = _values(attachment)
            name = _first(values, LONG_NAME, SHORT_NAME) or name
            if values.get(ATTACHED_HOW) == EMBEDDED_MESSAGE:
                # libpff hands out such a message only in the archive's own inner form.
                lost.append(
                    f"attachment {number} is a message and cannot be read here; save it from Outlook as .msg"
                )
            else:
                data = attachment.read_buffer(attachment.get_size())
        except DAMAGE:
            lost.append(f"the bytes of attachment {number} are damaged or lie elsewhere")
        yield Attachment(name, data, _first(values, MEDIA_TYPE), _first(values, CONTENT_ID))


def _recipients(message: Any) -> tuple[str, str]:
    """Return To and Cc as headers name them, from the list of recipients if there is one."""
    found: dict[int, list[str]] = {TO: [], CC: []}
    try:
        people = message.recipients
        sets = [people.get_record_set(number) for number in range(people.get_number_of_record_sets())]
    except DAMAGE:
        return "", ""
    for record_set in sets:
        values = _set_values(record_set)
        person = mailbox(_first(values, RECIPIENT_NAME), _first(values, RECIPIENT_SMTP, RECIPIENT_EMAIL))
        if person and values.get(RECIPIENT_KIND) in found:
            found[values[RECIPIENT_KIND]].append(person)
    return ", ".join(found[TO]), ", ".join(found[CC])


def _values(item: Any) -> dict[int, Any]:
    """Return property -> value of the first record set, for text and whole numbers."""
    try:
        return _set_values(item.get_record_set(0)) if item.get_number_of_record_sets() else {}
    except DAMAGE:
        return {}


def _set_values(record_set: Any) -> dict[int, Any]:
    values: dict[int, Any] = {}
    for number in range(_ask(record_set, "get_number_of_entries") or 0):
        try:
            entry = record_set.get_entry(number)
            kind, name = entry.get_value_type(), entry.get_entry_type()
            if kind in {0x001E, 0x001F}:
                values.setdefault(name, entry.get_data_as_string())
            elif kind == 0x0003:
                values.setdefault(name, entry.get_data_as_integer())
        except DAMAGE:
            continue
    return values


def _body(message: Any, getter: str, name: str, lost: list[str]) -> Any:
    """Return a body. libpff raises OSError both for none there and for damage; only the latter is told."""
    try:
        return getattr(message, getter)()
    except DAMAGE as error:
        if "missing" not in str(error).lower():
            lost.append(f"its {name} is damaged")
        return None


def _ask(item: Any, getter: str) -> Any:
    """Return what a getter gives, None if it fails: one broken property must not cost the others."""
    try:
        return getattr(item, getter)()
    except DAMAGE:
        return None


def _names(listed: str) -> str:
    """Return a list of names parted by semicolons as headers part them."""
    return ", ".join(mailbox(name, "") for name in listed.split(";") if name.strip())


def _first(values: dict[int, Any], *names: int) -> str:
    return next((_text(values[name]) for name in names if values.get(name)), "")


def _subject(subject: str) -> str:
    """Return a subject less the two characters by which Outlook marks the length of its prefix."""
    return subject[2:] if subject.startswith("\x01") else subject


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8").replace("\0", "")
        except UnicodeDecodeError:
            return value.decode("cp1252", "replace").replace("\0", "")
    return str(value).replace("\0", "") if value else ""


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode() if value else b""


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
