"""Single messages: .eml, and .emlx of Apple Mail.

An .emlx file is a line with a byte count, the message, and a property list with Apple's own
notes. The evidence is the message alone, exactly, so that it is known again when the same
message comes from a server.
"""

from __future__ import annotations

import plistlib
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from ingest.file_source import MOST_BYTES, OpenFile, Problems, StreamSource, place, too_large, whole_file
from ingest.mbox_split import starts_mbox
from ingest.peek import header_names, peek_headers
from models.records import EvidenceItem, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = frozenset({"message-id", "received"})
"""Headers that nobody types: a file with one of them is mail whatever its name."""
OTHERS = frozenset({".mbox", ".mbx", ".mht", ".mhtml"})
"""Files that may begin like mail; browsers save web pages with the headers of a message."""
APPLE_FLAGS = ((1, r"\Seen"), (2, r"\Deleted"), (4, r"\Answered"), (16, r"\Flagged"), (64, r"\Draft"))
PLIST_BYTES = 1024 * 1024


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending, else by headers: mail is often saved without one, or under a number."""
    suffix = PurePath(name).suffix.lower()
    if suffix in {".eml", ".emlx"}:
        return True
    if suffix in OTHERS or starts_mbox(head):
        return False
    names = header_names(head)
    if suffix in {".txt", ".text"}:
        return "from" in names and bool(MARKS & names)
    return "from" in names and bool({"date", *MARKS} & names)


def read(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
    """Yield the one message."""
    if file.name.lower().endswith(".emlx"):
        return _read_emlx(file, provenance, problems)
    return whole_file("mail")(file, provenance, problems)


def _read_emlx(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
    where = place(provenance)
    first = file.stream.readline(32)
    if not first.strip().isdigit():
        problems.add(where, "no byte count in its first line; kept as a document, not as mail")
        file.stream.seek(0)
        yield from whole_file("document")(file, replace(provenance, source_kind="document"), problems)
        return
    size = int(first)
    if size > MOST_BYTES:
        problems.add(where, too_large("export it from Apple Mail as .eml"))
        return
    raw = file.stream.read(size)
    if len(raw) < size:
        problems.add(where, f"{size - len(raw)} bytes are missing at its end; kept as far as it goes")
    if file.name.lower().endswith(".partial.emlx"):
        problems.add(where, "Apple Mail keeps the attachments of this message elsewhere; they are not in it")
    if raw:
        yield EvidenceItem(
            "mail",
            replace(
                provenance,
                message_id=peek_headers(raw).get("message-id", "").strip(" <>"),
                flags=_apple_flags(file.stream.read(PLIST_BYTES)),
            ),
            raw=raw,
        )


def _apple_flags(plist: bytes) -> tuple[str, ...]:
    """Read the flags; without them the message is as good, so a broken list is no problem."""
    try:
        bits = plistlib.loads(plist.strip())["flags"]
        return tuple(flag for bit, flag in APPLE_FLAGS if bits & bit)
    except (plistlib.InvalidFileException, ExpatError, KeyError, TypeError, ValueError):
        return ()


SOURCE = StreamSource("eml", "single messages (.eml, .emlx)", recognises, read)
