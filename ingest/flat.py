"""Reads the parts of a message whose nesting no recursive parser survives.

Every boundary that is declared anywhere cuts, in one pass over the lines. Which part lay inside
which is lost; every word is kept.
"""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from itertools import islice
from typing import TYPE_CHECKING

from ingest.raw_payload import raw_payload

if TYPE_CHECKING:
    from email.message import Message

BOUNDARY = re.compile(rb"boundary\s{0,9}=\s{0,9}(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
MAX_LEAVES = 300
MAX_CHUNKS = 10_000


def split_flat(raw: bytes) -> tuple[Message, list[Message], int]:
    """Cut a message at every line that is a declared boundary.

    Returns:
        The outer headers, the leaves in order (containers without text of their own are left out),
        and how deep the boundaries nest.
    """
    boundaries = {(match[1] or match[2]).rstrip() for match in BOUNDARY.finditer(raw)}
    chunks: list[list[bytes]] = [[]]
    open_now: dict[bytes, int] = {}
    deepest = raw.lower().count(b"message/rfc822")
    for line in raw.split(b"\n"):
        if line.startswith(b"--"):
            mark = line[2:].rstrip()
            closing = mark not in boundaries and mark.endswith(b"--")
            mark = mark[:-2] if closing else mark
            if mark in boundaries:
                chunks.append([])
                _track(open_now, mark, closing=closing)
                deepest = max(deepest, len(open_now))
                continue
        chunks[-1].append(line)
    parser = BytesHeaderParser()
    head = parser.parsebytes(b"\n".join(chunks[0]))
    leaves = (_leaf(parser, b"\n".join(chunk)) for chunk in chunks[1:MAX_CHUNKS])
    found = list(islice((leaf for leaf in leaves if leaf is not None), MAX_LEAVES))
    return head, found or [head], deepest


def _track(open_now: dict[bytes, int], mark: bytes, *, closing: bool) -> None:
    """Keep the stack of open containers: `open_now` is in order of opening."""
    if mark not in open_now:
        if not closing:
            open_now[mark] = len(open_now)
        return
    while (last := next(reversed(open_now))) != mark:
        del open_now[last]
    if closing:
        del open_now[mark]


def _leaf(parser: BytesHeaderParser, chunk: bytes) -> Message | None:
    part = parser.parsebytes(chunk)
    while part.get_content_type() == "message/rfc822":
        inner = raw_payload(part).encode("ascii", "surrogateescape")
        if not inner.strip():
            return None
        part = parser.parsebytes(inner.lstrip(b"\r\n"))
    empty = not raw_payload(part).strip()
    return None if empty and part.get_content_maintype() == "multipart" else part
