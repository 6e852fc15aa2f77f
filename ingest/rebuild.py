"""Writes a message as RFC 5322 bytes from the pieces that Outlook's files keep it in.

The same pieces give the same bytes, on every version of Python: for a .pst the hash of these
bytes is the identity of the message. That is why the parts are put together here, plainly, and
not by a library that may fold or order headers anew with its next release.

Bytes that were made here say so in the header X-Schooltrail-Rebuilt: "parts" if the headers
are those that travelled, "headers and parts" if those were made from Outlook's properties.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MARK = "X-Schooltrail-Rebuilt"
_OF_THE_PARTS = re.compile(r"(content-[!-9;-~]*|mime-version|x-schooltrail-rebuilt)[ \t]*:", re.IGNORECASE)
_HEADER = re.compile(r"[!-9;-~]+[ \t]*:")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. `message` is set for a message inside a message, already rebuilt."""

    name: str
    data: bytes
    media_type: str = ""
    content_id: str = ""
    message: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """The pieces of a message. `headers` are those that travelled; empty if Outlook has none.

    `sender`, `to` and `cc` are as `mailbox` writes them. All fields down to `references` are used
    only if `headers` is empty. `html` is bytes in a charset of
    its own, named inside it or not at all.
    """

    headers: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    plain: str = ""
    html: bytes = b""
    rtf: bytes = b""
    attachments: tuple[Attachment, ...] = ()


def rebuild(letter: Letter) -> bytes:
    """Return the message with CRLF line ends and all bodies in base64."""
    lines = list(_travelled(letter.headers))
    mark = "parts" if lines else "headers and parts"
    lines = [*(lines or _made(letter)), f"{MARK}: {mark}", "MIME-Version: 1.0"]
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
    bodies = [_text(letter.plain, "plain")] if letter.plain or not letter.html else []
    if letter.html:
        bodies.append(_part("text/html", letter.html))
    if letter.rtf and not (letter.plain or letter.html):
        bodies = [_part("application/rtf", letter.rtf, name="body.rtf")]
    body = bodies[0] if len(bodies) == 1 else _multipart("alternative", bodies)
    if letter.attachments:
        body = _multipart("mixed", [body, *map(_attached, letter.attachments)])
    return head + body


def mailbox(name: str, address: str) -> str:
    """Return a person as a header names them; an address that is no mail address stays in words.

    Inside one organisation Outlook keeps a directory path (/O=…/CN=…) in place of an address.
    """
    name, address = _one_line(name or address), _one_line(address)
    if "@" not in address or " " in address:
        return _phrase(name) if name else ""
    return f"{_phrase(name)} <{address}>" if name != address else address


def _travelled(headers: str) -> Iterator[str]:
    """Yield the lines of the headers that travelled, less those that speak of the parts."""
    dropped = False
    seen = False
    for line in headers.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n"):
        if not line.strip():
            if seen:
                return
        elif line[0] in " \t":
            if seen and not dropped:
                yield line.rstrip()
        elif _HEADER.match(line):
            dropped = _OF_THE_PARTS.match(line) is not None
            seen = True
            if not dropped:
                yield line.rstrip()
        else:
            # "Microsoft Mail Internet Headers Version 2.0" stands above some; it is no header.
            dropped = True


def _made(letter: Letter) -> Iterator[str]:
    if letter.sent_at is not None:
        yield f"Date: {format_datetime(letter.sent_at)}"
    pairs = (
        ("From", letter.sender),
        ("To", letter.to),
        ("Cc", letter.cc),
        ("Subject", letter.subject),
        ("Message-ID", letter.message_id),
        ("In-Reply-To", letter.in_reply_to),
        ("References", letter.references),
    )
    for name, value in pairs:
        if value.strip():
            yield f"{name}: {_words(value)}"


def _phrase(name: str) -> str:
    quoted = name.replace("\\", "_").replace('"', "'")
    return f'"{quoted}"' if name.isascii() else _words(name)


def _words(value: str) -> str:
    """Return a value in encoded words (RFC 2047) if it needs them; each holds whole characters."""
    value = _one_line(value)
    if value.isascii():
        return value
    pieces = [value[at : at + 12] for at in range(0, len(value), 12)]
    words = (base64.b64encode(piece.encode("utf-8", "replace")).decode() for piece in pieces)
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _file_name(name: str) -> str:
    """Return the parameter that names a file, by RFC 2231 if it needs it."""
    name = _one_line(name)
    if name.isascii():
        quoted = name.replace("\\", "_").replace('"', "'")
        return f'filename="{quoted}"'
    return f"filename*=utf-8''{quote(name.encode('utf-8', 'replace'), safe='')}"


def _one_line(value: str) -> str:
    """Return a value without line breaks, so that none can end a header early."""
    return " ".join(value.replace("\0", "").split())


def _text(text: str, kind: str) -> bytes:
    return _part(f"text/{kind}; charset=utf-8", text.encode("utf-8", "replace"))


def _part(
    media_type: str, data: bytes, *, name: str = "", content_id: str = "", inline: bool = True
) -> bytes:
    lines = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    if name:
        lines.append(f"Content-Disposition: {'inline' if inline else 'attachment'}; {_file_name(name)}")
    if content_id:
        lines.append(f"Content-ID: <{_one_line(content_id).strip('<>')}>")
    head = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
    return head + b"\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _attached(attachment: Attachment) -> bytes:
    name = attachment.name or "attachment"
    if attachment.message:
        # A message inside a message may not be encoded (RFC 2046, 5.2.1); it is in base64 within.
        head = f"Content-Type: message/rfc822\r\nContent-Disposition: attachment; {_file_name(name)}\r\n\r\n"
        return head.encode() + attachment.data
    media_type = attachment.media_type
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type) or media_type.startswith(
        ("multipart/", "message/")
    ):
        media_type = "application/octet-stream"
    return _part(media_type, attachment.data, name=name, content_id=attachment.content_id, inline=False)


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = "=_" + hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + body + f"--{boundary}--\r\n".encode()
