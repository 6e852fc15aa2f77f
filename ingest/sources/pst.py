"""Outlook's archives (.pst, .ost). Needs the extra "outlook" (libpff).

Such a file keeps no message as it travelled, only its pieces. So each message is rebuilt from
them, always to the same bytes, and says so in a header (see ingest.rebuild). The archive itself
is not stored: keep it beside the workspace if its own bytes may be asked for.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ingest.file_source import MOST_BYTES, OpenFile, Problems, StreamSource, place, safe_name, too_large
from ingest.outlook import outlook_library
from ingest.peek import peek_headers
from ingest.pst_pieces import letter
from ingest.rebuild import rebuild
from models.errors import SourceError
from models.records import EvidenceItem, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

PST_MAGIC = b"!BDN"
DAMAGE = (OSError, ValueError, TypeError, struct.error, MemoryError)
"""What libpff raises: OSError, and others for values that are not what they should be."""
DEEPEST = 100
"""Folders in folders; a damaged file may hold a circle of them."""


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending or first bytes."""
    return PurePath(name).suffix.lower() in {".pst", ".ost"} or head.startswith(PST_MAGIC)


def read(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
    """Yield the messages, folder by folder; `uid` is their position, from 1.

    Raises:
        SourceError: If it is no such archive.
        ExtraMissing: If libpff is not installed.
    """
    pypff = outlook_library("pypff")
    archive = pypff.file()
    try:
        archive.open_file_object(file.stream)
        root = archive.get_root_folder()
    except DAMAGE as error:
        raise SourceError(
            f"{place(provenance)}: not a whole Outlook archive",
            "Close Outlook, copy the file again, or let Outlook's scanpst repair a copy of it.",
        ) from error
    uid = 0
    try:
        for folder, messages in _folders(root, provenance, problems):
            for number in range(_count(messages, folder, provenance, problems)):
                uid += 1
                found = replace(provenance, folder=folder, uid=uid)
                yield from _read_message(messages, number, found, problems)
    finally:
        archive.close()
    if not uid:
        problems.add(place(provenance), "the archive holds no messages")


def _folders(root: Any, provenance: Provenance, problems: Problems) -> Iterator[tuple[str, Any]]:
    """Yield (path in the archive, folder) from the top down, in the order of the archive."""
    stack: list[tuple[tuple[str, ...], Any]] = [((), root)] if root is not None else []
    while stack:
        path, folder = stack.pop()
        yield "/".join(path), folder
        below = []
        try:
            for number in range(folder.get_number_of_sub_folders() if len(path) < DEEPEST else 0):
                inner = folder.get_sub_folder(number)
                below.append(((*path, safe_name(inner.get_name() or "unnamed")), inner))
        except DAMAGE:
            problems.add(f"{place(provenance)}, folder {'/'.join(path)}", "its list of folders is damaged")
        stack += reversed(below)


def _count(messages: Any, folder: str, provenance: Provenance, problems: Problems) -> int:
    try:
        return int(messages.get_number_of_sub_messages())
    except DAMAGE:
        problems.add(f"{place(provenance)}, folder {folder}", "its list of messages is damaged")
        return 0


def _read_message(
    folder: Any, number: int, provenance: Provenance, problems: Problems
) -> Iterator[EvidenceItem]:
    where = f"{place(provenance)}, folder {provenance.folder}, message {number + 1}"
    try:
        pieces, lost = letter(folder.get_sub_message(number))
    except DAMAGE as error:
        problems.add(where, f"damaged ({type(error).__name__}), not taken in")
        return
    for reason in lost:
        problems.add(where, reason)
    raw = rebuild(pieces)
    if len(raw) > MOST_BYTES:
        problems.add(where, too_large("save it from Outlook by itself"))
        return
    message_id = peek_headers(raw).get("message-id", "").strip(" <>")
    yield EvidenceItem(
        "mail", replace(provenance, message_id=message_id, internal_date=pieces.sent_at), raw=raw
    )


SOURCE = StreamSource("pst", "Outlook archives (.pst)", recognises, read, random_access=True)
