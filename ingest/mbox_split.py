"""Cuts an mbox stream into messages, holding one message at a time.

The standard library's mailbox module first reads the whole file to learn where each message
begins, and takes any line that starts with "From " for a beginning. A separator here is a
line with a sender and a date, after an empty line, before a header.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1024 * 1024
LINE = 512
"""No separator line is longer, bytes."""

_MONTHS = b"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_ZONE = rb"[+-]\d{4}|[A-Z]{1,5}"
_SEPARATOR = re.compile(
    rb"From (?P<sender>[^\r\n]{0,300}?) ?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:(?P<month>%(m)s) +(?P<day>\d{1,2})|(?P<day2>\d{1,2}) (?P<month2>%(m)s) (?P<year2>\d{4}))"
    rb" +(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    rb"(?: +(?P<zone>%(z)s))?(?: +(?P<year>\d{4}))?(?: +(?P<zone2>%(z)s))?"
    rb"(?: remote from [^\r\n]{1,80})?[ \t]*\r?\n" % {b"m": _MONTHS, b"z": _ZONE}
)
_FOLLOWS = re.compile(rb"[!-9;-~]{1,76}[ \t]*:|>?From |\r?\n|\Z")


def starts_mbox(head: bytes) -> bool:
    """Say whether the first line separates messages."""
    return _separator_at(head, 0) is not None


def split_mbox(stream: BinaryIO, *, most_bytes: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield (separator line, message) in order.

    What stands before the first separator comes with an empty separator line. A message that
    is longer than `most_bytes` comes cut, but still longer than that, so that the caller can
    tell; no more of it is held.
    """
    held, separator, searched = bytearray(stream.read(CHUNK)), b"", 0
    at_start, at_end = True, not held
    while True:
        found = _next_separator(held, searched, at_start=at_start, at_end=at_end)
        at_start = False
        if found is not None:
            start, end = found
            if separator or start:
                yield separator, _message(held[:start])
            separator = bytes(held[start:end])
            del held[:end]
            searched = 0
            continue
        if at_end:
            break
        if len(held) > most_bytes + CHUNK:
            del held[most_bytes + LINE : -3 * LINE]
        searched = max(0, len(held) - 2 * LINE)
        chunk = stream.read(CHUNK)
        at_end = not chunk
        held += chunk
    if separator or held:
        yield separator, _message(held)


def separator_date(separator: bytes) -> datetime | None:
    """Return the time that a separator line gives, in UTC; None if it names no offset.

    Without one it may be local time or UTC, depending on the program that wrote it.
    """
    match = _SEPARATOR.match(separator)
    zone = (match["zone"] or match["zone2"] or b"") if match else b""
    if match is None or not (zone in {b"UTC", b"GMT"} or zone[:1] in {b"+", b"-"}):
        return None
    minutes = int(zone[1:3]) * 60 + int(zone[3:5]) if zone[1:].isdigit() else 0
    offset = timedelta(minutes=-minutes if zone.startswith(b"-") else minutes)
    month = _MONTHS.index(match["month"] or match["month2"]) // 4 + 1
    day, year = int(match["day"] or match["day2"]), int(match["year"] or match["year2"])
    clock = (int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    try:
        return datetime(year, month, day, *clock, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _next_separator(
    held: bytearray, searched: int, *, at_start: bool, at_end: bool
) -> tuple[int, int] | None:
    """Return where the next separator line begins and ends, from `searched` on.

    One too near the end of what is held is left for later: its next line must be seen too.
    """
    if at_start and (end := _separator_at(held, 0)) is not None:
        return 0, end
    at = searched
    while (at := held.find(b"\nFrom ", at)) >= 0:
        if not at_end and at >= len(held) - 2 * LINE:
            return None
        if _ends_empty_line(held, at) and (end := _separator_at(held, at + 1)):
            return at + 1, end
        at += 1
    return None


def _ends_empty_line(held: bytearray, at: int) -> bool:
    """Say whether the line break at `at` ends an empty line; what is held begins with a line."""
    before = bytes(held[max(0, at - 2) : at]).removesuffix(b"\r")
    return before.endswith(b"\n") or (not before and at < 2)


def _separator_at(held: bytes | bytearray, start: int) -> int | None:
    match = _SEPARATOR.match(held, start)
    if match is None or not (match["year"] or match["year2"]) or not _FOLLOWS.match(held, match.end()):
        return None
    return match.end()


def _message(held: bytearray) -> bytes:
    """Return the bytes less the empty line that ends a message in an mbox."""
    for ending in (b"\r\n", b"\n"):
        if held.endswith(ending + ending) or bytes(held[:3]) == ending:
            return bytes(held[: -len(ending)])
    return bytes(held)
