"""mbox: many messages in one file, as Google Takeout, Thunderbird and mailing lists write them.

What is kept of a message is every byte between its separator line and the next separator,
less the one empty line that belongs to the separator (RFC 4155). A body line that the writer
turned into ">From " stays so: which of the dialects wrote it cannot be known, and evidence is
not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.file_source import MOST_BYTES, OpenFile, Problems, StreamSource, place, too_large
from ingest.mbox_split import separator_date, split_mbox, starts_mbox
from ingest.peek import decoded, peek_headers
from models.records import EvidenceItem, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS_FLAGS = {"R": r"\Seen", "A": r"\Answered", "F": r"\Flagged", "D": r"\Deleted", "T": r"\Draft"}

MOZILLA_FLAGS = {1: r"\Seen", 2: r"\Answered", 4: r"\Flagged", 8: r"\Deleted"}
"""Thunderbird leaves deleted messages in the file until it is compacted; they are taken in."""


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending, else by a first line that separates messages."""
    suffix = PurePath(name).suffix.lower()
    return suffix in {".mbox", ".mbx"} or (suffix not in {".eml", ".emlx"} and starts_mbox(head))


def read(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
    """Yield the messages in the order of the file; `uid` is their position, from 1."""
    where, uid = place(provenance), 0
    for separator, raw in split_mbox(file.stream, most_bytes=MOST_BYTES):
        if not separator and not raw.strip():
            continue
        uid += 1
        if len(raw) > MOST_BYTES:
            problems.add(f"{where}, message {uid}", too_large("export this message by itself"))
            continue
        if not raw.strip():
            problems.add(f"{where}, message {uid}", "nothing stands between two separator lines")
            continue
        if not separator:
            problems.add(where, "does not begin with a separator line; what stands before the first is kept")
        yield EvidenceItem("mail", _provenance(replace(provenance, uid=uid), separator, raw), raw=raw)
    if not uid:
        problems.add(where, "the file is empty")


def gmail_labels(value: str) -> tuple[str, ...]:
    """Return the labels in an X-Gmail-Labels header, in its order; a label may hold a quoted comma."""
    labels, quoted, current = [], False, ""
    for char in decoded(value):
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            labels.append(current.strip())
            current = ""
        else:
            current += char
    labels.append(current.strip())
    return tuple(dict.fromkeys(label for label in labels if label))


def _provenance(provenance: Provenance, separator: bytes, raw: bytes) -> Provenance:
    headers = peek_headers(raw)
    thread = headers.get("x-gm-thrid", "")
    return replace(
        provenance,
        internal_date=separator_date(separator),
        flags=_flags(headers),
        labels=gmail_labels(headers.get("x-gmail-labels", "")),
        gmail_thread_id=int(thread) if thread.isascii() and thread.isdigit() and len(thread) < 20 else None,
        message_id=headers.get("message-id", "").strip(" <>"),
    )


def _flags(headers: dict[str, str]) -> tuple[str, ...]:
    """Return the flags that mail programs wrote into the headers."""
    status = headers.get("status", "") + headers.get("x-status", "")
    mozilla = headers.get("x-mozilla-status", "")
    bits = int(mozilla, 16) if re.fullmatch(r"[0-9a-fA-F]{1,8}", mozilla) else 0
    found = [flag for letter, flag in STATUS_FLAGS.items() if letter in status]
    found += [flag for bit, flag in MOZILLA_FLAGS.items() if bits & bit]
    return tuple(dict.fromkeys(found))


SOURCE = StreamSource("mbox", "mail archives (.mbox, Google Takeout)", recognises, read)
