"""Opens the MIME structure of a message and its single parts, with the stdlib's compat32 parser.

The parser keeps every octet and raises nothing on bad input, but three shapes defeat it: nesting
(it recurses), Content-Type headers of megabytes (it reads parameters in quadratic time), and
parameters with raw 8-bit text. Each is met here, so that no other module needs to think of it.
"""

from __future__ import annotations

import binascii
import email
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mailparser.utils import mime_header_view

from ingest.encoded_words import header_text
from ingest.flat import split_flat
from ingest.inline_files import take_files
from ingest.raw_payload import raw_payload

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 50
HEADER_PARSER = BytesHeaderParser()
MANY_SEMICOLONS = 3_000
LONG_FIELD = re.compile(
    rb"^(content-(?:type|disposition)[ \t]*:(?:[^\n]*\n[ \t])*[^\n]*\n?)", re.IGNORECASE | re.MULTILINE
)
LONGEST_FIELD = 8_000
CACHED = 400
"""Longer headers are rare, and would only fill the cache."""
HTML = frozenset({"text/html", "text/enriched", "text/richtext"})
UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
BASE64_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
NOT_BASE64 = bytes(set(range(256)) - set(BASE64_LETTERS[:64]))
FILE_NAME = re.compile(
    r"(?:file)?name\*?\d{0,3}\*?\s{0,3}=\s{0,3}(?:\"([^\"]{1,300})\"|([^\s;\"]{1,300}))", re.IGNORECASE
)
NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
LONGEST_NAME = 150

PADDING = re.compile(rb"=[=\s]*")
MAX_PIECES = 1_000
SHORTEST_BASE64 = 16
BEFORE_HEADERS = re.compile(
    rb"(?:\xef\xbb\xbf|[\r\n]){1,20}(?=(?:from|to|date|subject|received|return-path|message-id|x-[\w-]{1,40})[ \t]?:)",
    re.IGNORECASE,
)
"""A byte-order mark or blank lines that some export put in front of the first header."""
PARAMETER_FAULTS = (ValueError, TypeError, LookupError, AttributeError, AssertionError)


def open_mail(raw: bytes) -> tuple[Message, list[Message] | None, list[str]]:
    """Parse bytes into a tree of parts.

    Returns:
        The message; for one that is nested too deep, its leaves as a flat list (else None); and
        what had to be done to read it.
    """
    defects: list[str] = []
    if raw[:1] in b"\r\n\xef" and (lead := BEFORE_HEADERS.match(raw)):
        raw = raw[lead.end() :]
        defects.append("structure: a mark or blank lines stand before the headers")
    if raw.count(b";") > MANY_SEMICOLONS:
        shorter = LONG_FIELD.sub(_shorten, raw)
        if shorter != raw:
            raw = shorter
            defects.append("structure: an endless Content-Type header was cut")
    lower = raw.lower()
    if lower.count(b"multipart/") + lower.count(b"message/") <= MAX_DEPTH:
        try:
            return _parse(raw), None, defects
        except RecursionError:
            pass
    head, leaves, depth = split_flat(raw)
    if depth <= MAX_DEPTH:  # many containers side by side, as in a digest: no danger
        try:
            return _parse(raw), None, defects
        except RecursionError:
            pass
    defects.append(f"structure: nested {depth} deep, read as a flat list of parts")
    return head, leaves, defects


def _parse(raw: bytes) -> Message:
    """Parse with the stdlib; the body of mail in one part is not taken through its loop over lines.

    Raises:
        RecursionError: If parts nest too deep.
    """
    ends = [at + size for at, size in ((raw.find(b"\r\n\r\n"), 2), (raw.find(b"\n\n"), 1)) if at > 0]
    if ends and raw[:1] not in b"\r\n" and b"ultipart/" not in raw and b"essage/" not in raw:
        cut = min(ends)  # the blank line, or beyond the end of headers that break off: the parser finds it
        mail = HEADER_PARSER.parsebytes(raw[:cut])
        rest = raw_payload(mail)
        if mail.get_content_maintype() not in {"multipart", "message"}:
            body = raw[cut:].decode("ascii", "surrogateescape")
            mail.set_payload(rest + body if rest else body.removeprefix("\r\n" if body[:1] == "\r" else "\n"))
            return mail
    return email.message_from_bytes(raw)


def _shorten(field: re.Match[bytes]) -> bytes:
    value = field[1]
    return value if len(value) <= LONGEST_FIELD else value[:LONGEST_FIELD].rstrip() + b"\r\n"


def headers_of(part: Message) -> dict[str, list[str]]:
    """Return lower-case header name -> raw values in order, read once (lookups there are linear)."""
    found: dict[str, list[str]] = {}
    for name, value in part.raw_items():
        found.setdefault(name.lower(), []).append(str(value))
    return found


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part with what its Content- headers say. `disposition` and `media_type` are lower case."""

    part: Message
    media_type: str = "text/plain"
    charset: str | None = None
    flowed: bool = False
    delete_space: bool = False
    disposition: str = ""
    name: str = ""
    encoding: str = ""

    @property
    def is_html(self) -> bool:
        """Whether its text is made of tags."""
        return self.media_type in HTML


def read_part(part: Message) -> Leaf:
    """Read the Content- headers of one part, once. The first of each name counts."""
    kind = disposition = encoding = ""
    for name, value in part.raw_items():
        if name[:8].lower() == "content-":
            field = name[8:].lower()
            if field == "type":
                kind = kind or str(value)
            elif field == "disposition":
                disposition = disposition or str(value)
            elif field == "transfer-encoding":
                encoding = encoding or str(value)
    read = _read_fields if len(kind) + len(disposition) < CACHED else _read_fields.__wrapped__
    media_type, charset, flowed, delete_space, placed, file_name = read(
        kind, disposition, part.get_default_type()
    )
    encoding = encoding.partition(";")[0].strip().lower()
    return Leaf(part, media_type, charset, flowed, delete_space, placed, file_name, encoding)


@lru_cache(maxsize=1_024)
def _read_fields(kind: str, disposition: str, default: str) -> tuple[str, str | None, bool, bool, str, str]:
    """Read the two headers with the stdlib, through mail-parser's view where they hold raw 8-bit text."""
    part = Message()
    part.set_default_type(default)
    if kind:
        part["Content-Type"] = kind
    if disposition:
        part["Content-Disposition"] = disposition
    if not (kind.isascii() and disposition.isascii()):
        part = mime_header_view(part)[0]
    charset = _ask(lambda: part.get_param("charset"), None)
    charset = charset[2] if isinstance(charset, tuple) else charset
    return (
        _ask(part.get_content_type, "text/plain"),
        charset if isinstance(charset, str) and charset.strip() else None,
        str(_ask(lambda: part.get_param("format"), "")).lower() == "flowed",
        str(_ask(lambda: part.get_param("delsp"), "")).lower() == "yes",
        _ask(part.get_content_disposition, "") or "",
        _file_name(part, kind, disposition),
    )


def _ask(read: Callable[[], Any], otherwise: Any) -> Any:
    """Ask the stdlib, which raises many things on parameters that are not as they should be."""
    try:
        return read()
    except PARAMETER_FAULTS:
        return otherwise


def _file_name(part: Message, kind: str, disposition: str) -> str:
    name = _ask(part.get_filename, None)
    if name is None and "name" in (disposition + kind).lower():
        match = FILE_NAME.search(f"{disposition};{kind}")
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


def payload_of(leaf: Leaf) -> tuple[bytes, str]:
    """Return (bytes after the transfer encoding, sentence about what was wrong with it or "")."""
    source = raw_payload(leaf.part)
    octets = _octets(source)
    if leaf.encoding == "quoted-printable":
        return binascii.a2b_qp(octets), ""
    if leaf.encoding == "base64":
        return _from_base64(octets, is_text=leaf.media_type.startswith("text/"))
    if leaf.encoding in UUENCODED:
        files = take_files(source)[1]
        return (files[0].data, files[0].note) if files else (octets, "said to be uuencoded, but is not")
    return octets, ""


def _octets(source: str) -> bytes:
    try:
        return source.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return source.encode("utf-8", "replace")


def _from_base64(octets: bytes, *, is_text: bool) -> tuple[bytes, str]:
    """Decode base64 that may be cut short, hold strange characters, or never have been base64."""
    letters = octets.translate(None, b"\r\n")
    try:
        return binascii.a2b_base64(letters, strict_mode=True), ""
    except binascii.Error:
        pass
    lead, rest = _leading_base64(octets)
    if is_text and len(lead) >= SHORTEST_BASE64 and rest:
        return _decode_base64(lead) + b"\n" + rest, "text stands behind the base64, as some lists put it"
    strange = len(octets.translate(None, BASE64_LETTERS))
    if strange * 20 > len(octets) or (
        is_text and len(octets.split(None, 30)) > 20 and b" " in octets.strip()
    ):
        return octets, "said to be base64, but is not"
    return b"".join(
        _decode_base64(piece) for piece in PADDING.split(octets, MAX_PIECES)
    ), "the base64 is broken"


def _decode_base64(letters: bytes) -> bytes:
    letters = letters.translate(None, NOT_BASE64)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters  # it holds no whole byte
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _leading_base64(octets: bytes) -> tuple[bytes, bytes]:
    """Part the lines that are base64 from whatever follows them."""
    end = 0
    for line in octets.splitlines(keepends=True):
        if line.strip().translate(None, BASE64_LETTERS[:65]) or not line.strip():
            break
        end += len(line)
    return octets[:end], octets[end:].strip()
