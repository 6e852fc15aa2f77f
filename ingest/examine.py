"""Opens a folder for reading only, and asks what it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.fetching import parse_fetch, parse_uid_set
from ingest.folders import Folder, FolderStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ingest.fetching import Fetched
    from ingest.wire import Wire
    from models.records import FolderState

_EXISTS = re.compile(rb"\* (\d+) EXISTS", re.I)
_CODE = re.compile(rb"\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)", re.I)
_VANISHED = re.compile(rb"\* VANISHED \(EARLIER\) ([\d:,*]+)", re.I)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FIRST_SPAN = 5_000
FULL_WINDOW = 20_000
"""Messages listed at once: each listing costs one wait on the line, and about 300 bytes a message."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened folder. `vanished`: UID spans that left since the saved state; None if not told."""

    status: FolderStatus
    vanished: tuple[tuple[int, int], ...] | None = None


def examine(wire: Wire, folder: Folder, before: FolderState | None, *, qresync: bool) -> Opened:
    """Open a folder with EXAMINE, which cannot change it: not even `\\Recent` is lost.

    Args:
        wire: The connection.
        folder: Which folder.
        before: What the last sync committed; used to ask what left since.
        qresync: Whether QRESYNC was switched on (RFC 7162).
    """
    since = before.highestmodseq if before and before.complete and qresync else None
    if since and before:
        extra = b" (QRESYNC (%d %d))" % (before.uidvalidity, since)
    else:
        extra = b" (CONDSTORE)" if wire.has("CONDSTORE") else b""
    values: dict[bytes, int] = {}
    vanished: list[tuple[int, int]] = []
    for answer in wire.ask(b"EXAMINE " + folder.wire_name + extra):
        if match := _EXISTS.match(answer.line):
            values[b"EXISTS"] = int(match[1])
        elif match := _CODE.match(answer.line):
            values[match[1].upper()] = int(match[2])
        elif match := _VANISHED.match(answer.line):
            vanished += parse_uid_set(match[1])
    known = folder.status or FolderStatus(0, 0, 0)
    status = FolderStatus(
        values.get(b"UIDVALIDITY", known.uidvalidity),
        values.get(b"UIDNEXT", known.uidnext),
        values.get(b"EXISTS", known.messages),
        values.get(b"HIGHESTMODSEQ"),
    )
    return Opened(status, tuple(vanished) if since else None)


def windows(wire: Wire, start: int, uidnext: int, items: bytes) -> Iterator[tuple[int, list[Fetched]]]:
    """List a folder in stretches, so that memory and silence stay bounded however long it is.

    Args:
        wire: The connection, in the folder.
        start: First UID to list.
        uidnext: First UID not to list; 0 if the server did not tell.
        items: What to ask of each message, e.g. b"RFC822.SIZE".

    Yields:
        (first UID not yet listed, messages ascending by UID). UIDs may be sparse: a stretch that
        brought little is followed by a wider one.
    """
    span = FIRST_SPAN
    while not uidnext or start < uidnext:
        stop = min(start + span, uidnext) if uidnext else 0
        last = b"%d" % (stop - 1) if stop else b"*"
        tag = wire.send(b"UID FETCH %d:%b (UID %b)" % (start, last, items))
        found: dict[int, Fetched] = {}
        for answer in wire.answers(tag):
            one = parse_fetch(answer)
            # "5:*" also lists the last message if its UID is below 5 (RFC 9051, 9, seq-range).
            if one and one.uid >= start and (not stop or one.uid < stop):
                found[one.uid] = one
        listed = [found[uid] for uid in sorted(found)]
        if not stop:
            yield (listed[-1].uid + 1 if listed else start), listed
            return
        yield stop, listed
        start = stop
        span = (
            span * 8
            if len(listed) < FULL_WINDOW // 8
            else span * 2
            if len(listed) < FULL_WINDOW // 2
            else span
        )
        if len(listed) > FULL_WINDOW:
            span = max(FIRST_SPAN, span // 8)


def search_since(wire: Wire, day: date, first: int, last: int) -> set[int]:
    """Return the UIDs in `first <= uid <= last` of mail that arrived on `day` or later."""
    text = b" SINCE %d-%b-%d" % (day.day, _MONTHS[day.month - 1].encode(), day.year)
    return _search(wire, first, last, text)


def search_present(wire: Wire, first: int, last: int) -> set[int]:
    """Return the UIDs in `first <= uid <= last` that the folder still lists."""
    return _search(wire, first, last, b"")


def _search(wire: Wire, first: int, last: int, criterion: bytes) -> set[int]:
    found: set[int] = set()
    for answer in wire.ask(b"UID SEARCH UID %d:%d%b" % (first, last, criterion)):
        if answer.line[:8].upper() == b"* SEARCH":
            found.update(int(word) for word in answer.line[8:].split() if word.isdigit())
    return found
