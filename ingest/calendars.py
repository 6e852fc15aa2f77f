"""Reads a district's calendar: bytes in, days without school out.

An event that lasts whole days is a time without school; one with hours is not (an evening
concert closes no school). Each event is read by itself, so that a broken one costs only itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from models.records import CalendarDay

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_YEARS = 30
"""A rule without an end is followed for so long after its first day."""
MOST_TIMES = 2000
MOST_ROWS = 50_000
YEARS = range(1970, 2200)
MOST_DAYS = 400
"""A longer event is no holiday but a mistake, or the school year itself."""
MOST_PROBLEMS = 50
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What icalendar and dateutil raise for values that are not what they should be."""

_EVENT = re.compile(
    r"^BEGIN:VEVENT[ \t]*$(.*?)(?:^END:VEVENT[ \t]*$|(?=^BEGIN:VEVENT)|\Z)", re.M | re.S | re.I
)


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Days without school by their start, and a sentence for each thing that could not be read."""

    days: tuple[CalendarDay, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """One all-day event: its first day, its length, its repetitions."""

    uid: str
    start: date
    length: timedelta
    summary: str
    rule: Any = None
    more: frozenset[date] = frozenset()
    less: frozenset[date] = frozenset()
    replaces: date | None = None


def read_calendar(raw: bytes, *, key: str) -> SchoolCalendar:
    """Read a calendar file (RFC 5545). Never raises for what stands in it.

    Args:
        raw: The .ics file.
        key: The evidence key of `raw`, for the days to point back at.
    """
    problems: list[str] = []
    days = _days(_read_events(raw, problems), key, problems)
    ordered = sorted(days, key=lambda day: (day.start, day.end, day.summary))
    if len(problems) > MOST_PROBLEMS:
        problems = [*problems[:MOST_PROBLEMS], f"{len(problems) - MOST_PROBLEMS} more problems like these"]
    return SchoolCalendar(tuple(ordered), tuple(problems))


def _read_events(raw: bytes, problems: list[str]) -> list[_Entry]:
    blocks = _EVENT.findall(_decode(raw))
    if not blocks:
        problems.append("no events were found in it")
    entries = []
    for number, block in enumerate(blocks, start=1):
        try:
            entry = _read_event(block)
        except BROKEN as error:
            problems.append(f"event {number} could not be read ({str(error)[:80]})")
            continue
        if entry and entry.length > timedelta(days=MOST_DAYS):
            problems.append(f"event {number} lasts over {MOST_DAYS} days and was passed over")
        elif entry:
            entries.append(entry)
    return entries


def _days(entries: list[_Entry], key: str, problems: list[str]) -> set[CalendarDay]:
    """Return what the entries come to; one that replaces an occurrence takes its place."""
    replaced = {(entry.uid, entry.replaces) for entry in entries if entry.replaces}
    days: set[CalendarDay] = set()
    for entry in entries:
        if len(days) > MOST_ROWS:
            problems.append(f"it holds over {MOST_ROWS} days; the rest was passed over")
            break
        try:
            starts = _starts(entry)
        except BROKEN as error:
            problems.append(f"a repetition could not be read and counts once ({str(error)[:80]})")
            starts = {entry.start}
        days |= {
            CalendarDay(key, start, start + entry.length, entry.summary)
            for start in starts
            if entry.replaces or (entry.uid, start) not in replaced
        }
    return days


def _read_event(block: str) -> _Entry | None:
    """Return an all-day event; None if it has hours or was cancelled."""
    from icalendar import Event  # late: it takes a tenth of a second that most runs do not need

    lines = block.strip("\r\n").replace("\r\n", "\n").replace("\n", "\r\n")
    event: Any = Event.from_ical(f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    if "DTSTART" not in event:
        raise ValueError("it has no first day")
    start, length = _extent(event)
    if length is None:
        return None
    if start.year not in YEARS:
        raise ValueError(f"its year is {start.year}")
    replaces = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None
    return _Entry(
        uid=str(event.get("UID", "")),
        start=start,
        length=max(length, timedelta(days=1)),
        summary=" ".join(str(event.get("SUMMARY", "")).split()),
        rule=event.get("RRULE"),
        more=frozenset(_dates(event.get("RDATE"))),
        less=frozenset(_dates(event.get("EXDATE"))),
        replaces=_day(replaces) if replaces else None,
    )


def _extent(event: Any) -> tuple[date, timedelta | None]:
    """Return first day and length; the length is None if the event has hours."""
    start = event["DTSTART"].dt
    # Outlook writes an all-day event with hours, from midnight to midnight, and this mark.
    marked = str(event.get("X-MICROSOFT-CDO-ALLDAYEVENT", "")).upper() == "TRUE"
    if isinstance(start, datetime) and not marked:
        return start.date(), None
    end = event["DTEND"].dt if "DTEND" in event else None
    if end is not None:
        return _day(start), _day(end) - _day(start)
    length = event["DURATION"].dt if "DURATION" in event else timedelta(days=1)
    return _day(start), timedelta(days=length.days)


def _starts(entry: _Entry) -> set[date]:
    """Return the first day of each occurrence."""
    # The first day counts even where the rule does not name it, as Outlook writes them.
    found = {entry.start} if entry.rule is None else {entry.start, *_repeated(entry)}
    return {day for day in found | entry.more if day.year in YEARS} - entry.less


def _repeated(entry: _Entry) -> Iterator[date]:
    """Follow the rule; it never has more than `MOST_TIMES` days within `MOST_YEARS`.

    COUNT is counted here and not by the library, which goes on to the year 9999 for a rule
    that names a 30 February.
    """
    from dateutil.rrule import rrulestr  # comes with icalendar

    rule = {name.upper(): value for name, value in entry.rule.items()}
    frequency = str(rule["FREQ"][0]).upper()
    if frequency not in FREQUENCIES:
        raise ValueError(f"days do not repeat {frequency.lower()}")
    last = entry.start + timedelta(days=366 * MOST_YEARS)
    until = min([_day(value) for value in rule.get("UNTIL", [])] + [last])
    count = min([int(value) for value in rule.get("COUNT", [])] + [MOST_TIMES])
    plain = type(entry.rule)({name: rule[name] for name in rule if name not in {"UNTIL", "COUNT"}})
    text = f"{plain.to_ical().decode()};UNTIL={until:%Y%m%d}T000000"
    begin = datetime.combine(entry.start, time())
    yield from (moment.date() for moment in islice(rrulestr(text, dtstart=begin), count))


def _dates(value: Any) -> Iterator[date]:
    for dates in value if isinstance(value, list) else [value] if value is not None else []:
        for item in dates.dts:
            moment = item.dt[0] if isinstance(item.dt, tuple) else item.dt
            yield _day(moment)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _decode(raw: bytes) -> str:
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
