"""Opens the MIME structure of a message and its single parts, with the stdlib's compat32 parser.

The parser keeps every octet and raises nothing on bad input, but three shapes defeat it: nesting
(it recurses), Content-Type headers of megabytes (it reads parameters in quadratic time), and
parameters with raw 8-bit text. Each is met here, so that no other module needs to think of it.
"""

from __future__ import annotations

import base64
import binascii
import email
import re
from email.message import Message
from typing import TYPE_CHECKING, Any

from mailparser.utils import mime_header_view

from ingest.encoded_words import header_text
from ingest.flat import split_flat

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 50
MANY_SEMICOLONS = 3_000
LONG_FIELD = re.compile(
    rb"^(content-(?:type|disposition)[ \t]*:(?:[^\n]*\n[ \t])*[^\n]*\n?)", re.IGNORECASE | re.MULTILINE
)
LONGEST_FIELD = 8_000
CONTAINER = re.compile(rb"content-type\s{0,9}:\s{0,9}(?:multipart|message)/", re.IGNORECASE)
BASE64_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
FILE_NAME = re.compile(
    r"(?:file)?name\*?\d{0,3}\*?\s{0,3}=\s{0,3}(?:\"([^\"]{1,300})\"|([^\s;\"]{1,300}))", re.IGNORECASE
)
NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
LONGEST_NAME = 150

_PARAMETER_FAULTS = (ValueError, TypeError, LookupError, AttributeError, AssertionError)


def open_mail(raw: bytes) -> tuple[Message, list[Message] | None, list[str]]:
    """Parse bytes into a tree of parts.

    Returns:
        The message; for one that is nested too deep, its leaves as a flat list (else None); and
        what had to be done to read it.
    """
    defects: list[str] = []
    if raw.count(b";") > MANY_SEMICOLONS:
        shorter = LONG_FIELD.sub(_shorten, raw)
        if shorter != raw:
            raw = shorter
            defects.append("structure: an endless Content-Type header was cut")
    if len(CONTAINER.findall(raw)) <= MAX_DEPTH:
        try:
            return email.message_from_bytes(raw), None, defects
        except RecursionError:
            pass
    head, leaves, depth = split_flat(raw)
    if depth <= MAX_DEPTH:  # many containers side by side, as in a digest: no danger
        try:
            return email.message_from_bytes(raw), None, defects
        except RecursionError:
            pass
    defects.append(f"structure: nested {depth} deep, read as a flat list of parts")
    return head, leaves, defects


def _shorten(field: re.Match[bytes]) -> bytes:
    value = field[1]
    return value if len(value) <= LONGEST_FIELD else value[:LONGEST_FIELD].rstrip() + b"\r\n"


def headers_of(part: Message) -> dict[str, list[str]]:
    """Return lower-case header name -> raw values in order, read once (lookups there are linear)."""
    found: dict[str, list[str]] = {}
    for name, value in part.raw_items():
        found.setdefault(name.lower(), []).append(str(value))
    return found


def media_type(part: Message) -> str:
    """Return the media type, lower case, "text/plain" if none is given."""
    return _parameter(part, Message.get_content_type, "text/plain").lower()


def charset_of(part: Message) -> str | None:
    """Return the declared charset, if any."""
    charset = _parameter(part, lambda one: one.get_param("charset"), None)
    if isinstance(charset, tuple):
        charset = charset[2]
    return charset if isinstance(charset, str) and charset.strip() else None


def parameter_of(part: Message, name: str) -> str:
    """Return a parameter of Content-Type, lower case, "" if there is none."""
    value = _parameter(part, lambda one: one.get_param(name), "")
    return str(value[2] if isinstance(value, tuple) else value or "").lower()


def disposition_of(part: Message) -> str:
    """Return "attachment", "inline", another word that the sender used, or ""."""
    return _parameter(part, Message.get_content_disposition, "") or ""


def file_name_of(part: Message) -> str:
    """Return the attachment's own name: decoded, without folders or control characters, or ""."""
    name = _parameter(part, Message.get_filename, None)
    if name is None and "name" in str(part.get("content-disposition", "")) + str(
        part.get("content-type", "")
    ):
        match = FILE_NAME.search(
            str(part.get("content-disposition", "")) + ";" + str(part.get("content-type", ""))
        )
        name = match and (match[1] or match[2])
    return clean_name(str(name)) if name else ""


def clean_name(name: str) -> str:
    """Make a sender's file name safe to show: last part of its path, no controls, at most 150 long."""
    name = NOT_IN_NAMES.sub("", header_text(name, limit=4_000))
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2].strip(" .")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = stem[: LONGEST_NAME - 8] + dot + ending if dot and len(ending) < 8 else name[:LONGEST_NAME]
    return name


def payload_of(part: Message) -> tuple[bytes, str]:
    """Return (bytes after the transfer encoding, sentence about what was wrong with it or "")."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        data = None
    if not isinstance(data, bytes):
        raw = part.get_payload()
        return (
            raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
        ), "the transfer encoding is broken"
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return _check_base64(part, data) if encoding == "base64" else (data, "")


def _check_base64(part: Message, data: bytes) -> tuple[bytes, str]:
    """Look again at base64 that the stdlib gave up on, or that never was base64."""
    source = part.get_payload()
    if not isinstance(source, str):
        return data, ""
    octets = source.encode("utf-8", "surrogateescape")
    strange = len(octets.translate(None, BASE64_LETTERS))
    if strange * 20 > len(octets) or (media_type(part).startswith("text/") and b" " in octets.strip()):
        return octets, "said to be base64, but is not"
    letters = octets.translate(None, b"= \t\r\n")
    if len(data) * 4 < len(letters) * 2 or len(letters) % 4 == 1:
        letters = bytes(byte for byte in letters if byte in BASE64_LETTERS) if strange else letters
        letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        try:
            return base64.b64decode(letters + b"=" * (-len(letters) % 4)), "the base64 is broken"
        except binascii.Error:
            return data, "the base64 is broken"
    return data, "the base64 is broken" if strange else ""


def _parameter(part: Message, read: Callable[[Message], Any], otherwise: Any) -> Any:
    """Ask the stdlib; raw 8-bit text goes through mail-parser's view of the header first."""
    try:
        if not all(value.isascii() for name, value in part.raw_items() if name[:8].lower() == "content-"):
            part = mime_header_view(part)[0]
        return read(part)
    except _PARAMETER_FAULTS:
        return otherwise
