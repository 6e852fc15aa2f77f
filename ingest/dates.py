"""Finds when a message was sent: its Date header, else a Received line, else the server's date.

mail-parser reads dates that follow RFC 5322, old forms included, and refuses the rest. Years of
mail hold many others (one-digit hours, "GMT+1", no zone, years of three digits), so a tolerant
reader follows it. A date that cannot be true falls through to the next source, and that is noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mailparser.dates import parse_mail_date
from mailparser.exceptions import MailParserError
from mailparser.utils import parse_received

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.records import DateSource

FIRST_YEAR = 1990
"""No mail with a school is older; clocks that lost their battery say 1970 or 1980."""
AHEAD = timedelta(days=2)
"""A sender's clock may be this far ahead of the servers that took the message in."""
LONGEST = 1_000
RECEIVED_TRIED = 30
MAX_HOURS = 15
"""No place on earth is further from UTC."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
ZONES = {
    name: hours * 60
    for names, hours in (
        ("ut utc gmt z wet", 0),
        ("edt ast", -4),
        ("est cdt", -5),
        ("cst mdt", -6),
        ("mst pdt", -7),
        ("pst akdt", -8),
        ("akst hdt", -9),
        ("hst", -10),
        ("bst cet", 1),
        ("cest eet", 2),
        ("eest msk", 3),
    )
    for name in names.split()
}

MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
DAY_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"\b(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-\s.,/]{{0,3}}{MONTH}[-\s,./]{{0,3}}(?P<year>\d{{2,4}})(?![\d:])",
        rf"\b{MONTH}[-\s]{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>\d{{4}})(?![\d:])",
        rf"\b{MONTH}\s{{1,3}}(?P<day>\d{{1,2}})\s.{{0,40}}?(?P<year>\b\d{{4}})\s{{0,3}}$",  # asctime
        r"\b(?P<number>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})(?!\d)",  # as in the United States
    )
)
TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?\s{0,3}(?P<half>[ap]\.?m\b)?",
    re.IGNORECASE | re.ASCII,
)
OFFSET = re.compile(
    r"\s{0,3}(?:(?:gmt|utc|ut)\s?)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)",
    re.I | re.A,
)
ZONE_NAME = re.compile(r"\s{0,3}\(?(?P<name>[a-z]{1,5})\b", re.IGNORECASE | re.ASCII)
STRICT_ZONES = frozenset(["UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"])
"""The names that mail-parser knows; any other name it reads as +0000 (RFC 5322, 4.3)."""
STRICT_ZONE = re.compile(r"(?:([+-])(\d\d)(\d\d)|\b([A-Za-z]{1,5}))\s*(?:\([^()]*\)\s*)*$")
COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (UTC) and the offset that its writer gave, None if unknown (UTC is assumed)."""

    at: datetime
    offset_minutes: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """When a message was sent, which source says so, and what was wrong with the better ones."""

    at: datetime | None
    offset_minutes: int | None
    source: DateSource
    defects: tuple[str, ...] = ()


def choose_date(dates: list[str], received: list[str], internal_date: datetime | None) -> Sent:
    """Choose among what the headers and the server say.

    Args:
        dates: Values of Date headers, in order; only the first that can be read counts.
        received: Values of Received headers, newest first.
        internal_date: When the server took the message in; UTC is assumed if it has no zone.

    Returns:
        The Date header's moment, unless it is before 1990 or more than two days after the newest
        known arrival; then that of a Received line; then `internal_date`.
    """
    defects: list[str] = []
    if internal_date is not None and internal_date.tzinfo is None:
        internal_date = internal_date.replace(tzinfo=UTC)
    for value in dates[:3]:
        moment = read_date(value)
        if moment is None:
            defects.append(f"date: '{_shown(value)}' cannot be read")
        elif not _possible(moment.at) or _is_ahead(moment.at, received, internal_date):
            defects.append(f"date: '{_shown(value)}' cannot be true")
        else:
            return Sent(moment.at, moment.offset_minutes, "date", tuple(defects))
    if not dates:
        defects.append("date: there is no Date header")
    arrival = _arrival(received[:RECEIVED_TRIED])
    if arrival is not None and (internal_date is None or arrival.at <= internal_date + AHEAD):
        return Sent(arrival.at, None, "received", tuple(defects))
    if internal_date is not None:
        return Sent(internal_date.astimezone(UTC), None, "internaldate", tuple(defects))
    return Sent(None, None, "none", tuple(defects))


def read_date(value: str) -> Moment | None:
    """Read one date as mail programs write it, strictly first, then tolerantly.

    Example:
        >>> read_date("Mon, 3 Mar 2025 9:05:00 GMT-5").at.isoformat()
        '2025-03-03T14:05:00+00:00'
    """
    value = " ".join(value[:LONGEST].split())
    zone = STRICT_ZONE.search(value)
    if zone is not None and (int(zone[2]) <= MAX_HOURS if zone[1] else zone[4].upper() in STRICT_ZONES):
        strict = parse_mail_date(value)
        if strict.value is not None:
            return Moment(strict.value, _strict_offset(zone))
    return _tolerant(value)


def _strict_offset(zone: re.Match[str]) -> int | None:
    sign, hours, minutes, name = zone.groups()
    if name:
        return ZONES[name.lower()]
    if sign == "-" and hours == minutes == "00":  # RFC 5322, 3.3: the offset is not known
        return None
    return (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)


def _tolerant(value: str) -> Moment | None:
    zone_in_comment = value
    value = COMMENT.sub(" ", value)
    day = _day(value)
    clock = TIME.search(value)
    if day is None:
        return None
    offset = _offset(value[clock.end() :]) if clock else None
    if offset is None and clock:
        offset = _offset(zone_in_comment.partition("(")[2])
    try:
        moment = datetime(*day, *_clock(clock), tzinfo=UTC) - timedelta(minutes=offset or 0)
    except (ValueError, OverflowError):
        return None
    return Moment(moment, offset)


def _day(value: str) -> tuple[int, int, int] | None:
    for form in DAY_FORMS:
        match = form.search(value)
        if match is None:
            continue
        found = match.groupdict()
        month = MONTHS[found["month"].lower()] if "month" in found else int(found["number"])
        day, year = int(found["day"]), _year(found["year"])
        return (year, day, month) if month > 12 >= day and "month" not in found else (year, month, day)
    return None


def _year(digits: str) -> int:
    """Widen short years: "25" is 2025, and "125" or "0125" counts from 1900 (RFC 5322, 4.3)."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if 100 <= year < 200 else year


def _clock(match: re.Match[str] | None) -> tuple[int, int, int]:
    if match is None:
        return (0, 0, 0)
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    return hour, minute, min(second, 59)


def _offset(rest: str) -> int | None:
    match = OFFSET.match(rest)
    if match is not None:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        unknown = match["sign"] == "-" and minutes == 0
        return None if unknown or minutes > MAX_HOURS * 60 else minutes * (-1 if match["sign"] == "-" else 1)
    named = ZONE_NAME.match(rest)
    return ZONES.get(named["name"].lower()) if named else None


def _is_ahead(sent: datetime, received: list[str], internal_date: datetime | None) -> bool:
    """Say whether a Date is more than two days after the message arrived, as far as that is known."""
    if internal_date is not None and _possible(internal_date):
        return sent > internal_date + AHEAD
    if not received:
        return False
    day = _day(received[0][-LONGEST:].rpartition(";")[2])
    try:  # reading the day alone settles it for nearly all mail, in a fifth of the time
        if day is not None and sent.date() <= date(*day):
            return False
    except ValueError:
        pass
    arrival = _arrival(received[:1])
    return arrival is not None and sent > arrival.at + AHEAD


def _arrival(received: Iterable[str]) -> Moment | None:
    """Return the moment of the first Received line that has a usable one."""
    for value in received:
        moment = read_date(value[-LONGEST:].rpartition(";")[2]) or _traced(value[:LONGEST])
        if moment is not None and _possible(moment.at):
            return moment
    return None


def _traced(value: str) -> Moment | None:
    """Ask mail-parser for the date of a Received line: it knows comments and odd servers."""
    try:
        stamp = parse_received(value).get("date")
    except (MailParserError, ValueError, IndexError):
        return None
    return read_date(str(stamp)) if stamp else None


def _possible(moment: datetime) -> bool:
    return moment.year >= FIRST_YEAR


def _shown(value: str) -> str:
    return " ".join(value.encode("ascii", "replace").decode("ascii").split())[:80]
