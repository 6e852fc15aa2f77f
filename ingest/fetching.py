"""Takes FETCH answers apart: quickly in the shape that servers mostly send, else through imapclient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imapclient.exceptions import ProtocolError
from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_fetch_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ingest.wire import Answer

SET_BYTES = 7000
"""RFC 7162, 4 advises lines under 8,192 bytes; Dovecot answers longer ones with "Too long argument"."""

_ITEM = (
    rb"UID (?P<uid>\d+)|FLAGS \((?P<flags>[^()\"{}]*)\)|INTERNALDATE \"(?P<date>[^\"\\]*)\""
    rb"|RFC822\.SIZE (?P<size>\d+)|MODSEQ \(\d+\)"
)
_LINE = re.compile(rb"\* \d+ FETCH \((?:(?:" + _ITEM + rb")(?: (?!\))|(?=\))))+\)\r\n")
_BODY = re.compile(
    rb"\* \d+ FETCH \((?:(?:" + _ITEM + rb") )*BODY\[[^\]]*\](?:<(?P<origin>\d+)>)? ~?\{\d+\+?\}\r\n"
)
_FETCH = re.compile(rb"\* (\d+) FETCH (.*)\r\n$", re.I | re.S)
_ANNOUNCED = re.compile(rb"~?\{\d+\+?\}$")
_DATE = re.compile(r" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server told about one message. `body` is None if the answer held none (or NIL).

    `size` is the server's claim; the length of `body` is the truth. `origin` is the offset of a
    partial answer, None if the body is whole.
    """

    uid: int
    flags: tuple[str, ...] = ()
    internal_date: datetime | None = None
    size: int = 0
    body: bytes | Path | None = None
    origin: int | None = None
    gmail_message_id: int | None = None
    gmail_thread_id: int | None = None
    labels: tuple[str, ...] = ()


def parse_fetch(answer: Answer) -> Fetched | None:
    """Return what an answer says of one message; None if it is no FETCH answer with a UID.

    Servers put in EXISTS, EXPUNGE, VANISHED and flag changes whenever they like: those give None,
    and so does an answer that nobody can read (the caller notices that the message did not come).
    """
    if answer.tails == (b")\r\n",) and (match := _BODY.fullmatch(answer.line)) and match["uid"]:
        return _quick(match, answer.literals[0], match["origin"])
    if not answer.tails and (match := _LINE.fullmatch(answer.line)):
        return _quick(match, None, None) if match["uid"] else None
    return _thorough(answer)


def uid_set(uids: Iterable[int]) -> bytes:
    """Return ascending UIDs as an IMAP set, runs as ranges. Example: [1, 2, 3, 7] is b"1:3,7"."""
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in _runs(uids))


def uid_sets(uids: Iterable[int], *, most: int = 500) -> Iterator[tuple[list[int], bytes]]:
    """Yield ascending UIDs in groups of at most `most`, each with its set, none too long for a command."""
    group: list[int] = []
    for uid in uids:
        group.append(uid)
        if len(group) >= most or len(group) * 11 > SET_BYTES:
            yield group, uid_set(group)
            group = []
    if group:
        yield group, uid_set(group)


def parse_uid_set(text: bytes) -> list[tuple[int, int]]:
    """Return a set as (first, last) pairs, both included. Example: b"4:2,7" is [(2, 4), (7, 7)]."""
    pairs = []
    for part in text.split(b","):
        first, _, last = part.strip().partition(b":")
        if first.isdigit():
            a, b = int(first), int(last) if last.isdigit() else int(first)
            pairs.append((min(a, b), max(a, b)))
    return pairs


@lru_cache(maxsize=512)
def parse_internal_date(text: str) -> datetime | None:
    """Return INTERNALDATE as an aware datetime, None if it is none. Example: " 1-Jul-2024 08:00:00 +0200"."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        moment = datetime(
            int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=zone
        )
        moment.astimezone(timezone.utc)  # noqa: UP017 - year 1 and 9999 overflow here, and later would hurt
    except (ValueError, KeyError, OverflowError):
        return None
    return moment


def _quick(match: re.Match[bytes], body: bytes | Path | None, origin: bytes | None) -> Fetched:
    date, flags, size = match["date"], match["flags"], match["size"]
    return Fetched(
        uid=int(match["uid"]),
        flags=_flags(flags) if flags else (),
        internal_date=parse_internal_date(date.decode("latin-1")) if date else None,
        size=int(size) if size else 0,
        body=body,
        origin=int(origin) if origin is not None else None,
    )


@lru_cache(maxsize=512)
def _flags(text: bytes) -> tuple[str, ...]:
    return tuple(text.decode("utf-8", "replace").split())


def _thorough(answer: Answer) -> Fetched | None:
    match = _FETCH.match(answer.line)
    if not match:
        return None
    text, files = _as_imaplib(match[1] + b" " + match[2], answer)
    try:
        answers = parse_fetch_response(text, normalise_times=False, uid_is_key=False)
    except (ProtocolError, ValueError, TypeError, IndexError, AttributeError):
        return None
    values: dict[bytes, Any] = next(iter(answers.values()), {})
    uid = _number(values.get(b"UID"))
    return _from_values(uid, values, files) if uid else None


def _as_imaplib(first: bytes, answer: Answer) -> tuple[list[Any], dict[bytes, Path]]:
    """Return an answer in the form that imaplib gives, and marker -> file for literals on disk."""
    files: dict[bytes, Path] = {}
    text: list[Any] = []
    line = first
    for at, (literal, tail) in enumerate(zip(answer.literals, answer.tails, strict=True)):
        if not isinstance(literal, bytes):
            marker = b"\0file %d" % at
            files[marker] = literal
            literal = marker
        text.append((_ANNOUNCED.sub(b"{%d}" % len(literal), line), literal))
        line = tail.removesuffix(b"\r\n")
    text.append(line)
    return text, files


def _from_values(uid: int, values: dict[bytes, Any], files: dict[bytes, Path]) -> Fetched:
    body: bytes | Path | None = None
    origin = None
    for key, value in values.items():
        if key.startswith(b"BODY[") and isinstance(value, bytes):
            body = files.get(value, value)
            start = key.rpartition(b"]")[2].strip(b"<>")
            origin = int(start) if start.isdigit() else None
    return Fetched(
        uid=uid,
        flags=tuple(_text(flag) for flag in values.get(b"FLAGS") or ()),
        internal_date=values.get(b"INTERNALDATE"),
        size=_number(values.get(b"RFC822.SIZE")) or 0,
        body=body,
        origin=origin,
        gmail_message_id=_number(values.get(b"X-GM-MSGID")),
        gmail_thread_id=_number(values.get(b"X-GM-THRID")),
        labels=tuple(_label(label) for label in values.get(b"X-GM-LABELS") or ()),
    )


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _label(value: Any) -> str:
    """Decode a Gmail label, which travels as a folder name does."""
    try:
        return str(decode_utf7(value)) if isinstance(value, bytes) else str(value)
    except (UnicodeDecodeError, ValueError):
        return _text(value)


def _runs(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for uid in uids:
        if uid != last + 1:
            if first >= 0:
                yield first, last
            first = uid
        last = uid
    if first >= 0:
        yield first, last
