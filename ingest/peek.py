"""Looks at the head of some bytes: are these mail headers, and what do a few of them say.

This is no parser. It is for provenance and for recognising files, where a wrong answer costs
little and a message must not be parsed twice.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

HEADER_BYTES = 256 * 1024
"""Headers beyond this are not looked at."""
WANTED = ("message-id", "x-gm-thrid", "x-gmail-labels", "status", "x-status", "x-mozilla-status")

_WANTED = re.compile(
    rb"^(%s)[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)" % "|".join(WANTED).encode(), re.IGNORECASE | re.MULTILINE
)
_END = re.compile(rb"\n\r?\n")
_NAME = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")


def peek_headers(raw: bytes) -> dict[str, str]:
    """Return the first value of each header in `WANTED` that is there, unfolded, keyed in lower case."""
    found: dict[str, str] = {}
    for match in _WANTED.finditer(raw, 0, _end_of_headers(raw)):
        name = match[1].decode().lower()
        if name not in found:
            found[name] = _unfold(match[2])
    return found


def header_names(head: bytes) -> frozenset[str]:
    """Return the names of the headers that `head` begins with, lower case; empty if it is no mail.

    The last line is ignored if it is cut off, since `head` may be only the beginning of a file.
    """
    lines = head[: _end_of_headers(head)].split(b"\n")
    if lines and lines[0].startswith((b"From ", b">From ")):
        del lines[0]
    names: set[str] = set()
    for line in lines if len(head) < 1024 else lines[:-1]:
        if not line.strip():
            break
        if line[:1] in b" \t" and names:
            continue
        match = _NAME.match(line)
        if match is None:
            return frozenset()
        names.add(match[1].decode().lower())
    return frozenset(names)


def decoded(value: str) -> str:
    """Return a header's value with RFC 2047 words read, or as it is if they cannot be."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value


def _end_of_headers(raw: bytes) -> int:
    end = _END.search(raw, 0, HEADER_BYTES)
    return end.start() + 1 if end else min(len(raw), HEADER_BYTES)


def _unfold(value: bytes) -> str:
    return re.sub(rb"\r?\n[ \t]+", b" ", value).strip().decode("utf-8", "replace")
