"""Reads single values of a call log: moments, lengths, directions, numbers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

    from models.records import Direction

_IN = "in incoming inbound received answered i 1"
_OUT = "out outgoing outbound dialed dialled placed o 2"
# Whoever left a voicemail or was declined did call: for the family it is a call not taken.
_MISSED = "missed voicemail rejected declined blocked unanswered noanswer m 3 4 5 6"
DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(_IN.split(), "in"),
    **dict.fromkeys(_OUT.split(), "out"),
    **dict.fromkeys(_MISSED.split(), "missed"),
}
"""Words and, as Android numbers them, codes."""

LONGEST = 80
"""A value with more characters than this is none that could be read."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d{1,9})?"
    r" ?(?P<half>[ap]\.?m\.?)?(?: ?(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d))?$"
    r"|(?P<hour2>\d{1,2}) ?(?P<half2>[ap]\.?m\.?)$",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})$")
_NUMBERS = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d\d)$")
_WORDS = re.compile(
    r"(?:[a-z]+,? )?"
    r"(?:(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2})|(?P<day2>\d{1,2})[ -](?P<name2>[a-z]{3,9})\.?)"
    r",?[ -](?P<year>\d{4})$",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?:(\d{1,4}) ?h(?:ours?|rs?)?)?[ ,]*(?:(\d{1,5}) ?m(?:in(?:ute)?s?)?)?\.?[ ,]*"
    r"(?:(\d{1,6}) ?s(?:ec(?:ond)?s?)?)?\.?$",
    re.IGNORECASE,
)


def read_direction(text: str) -> Direction | None:
    """Return the direction that a word or code stands for; None if it is not known."""
    return DIRECTIONS.get(re.sub(r"[^a-z0-9]|\bcalls?\b", "", text.lower()))


def read_length(text: str, *, unit: int = 1) -> int | None:
    """Return seconds; an empty value is 0, one that cannot be read None.

    Knows "303", "5m 3s", "05:03" (minutes and seconds) and "0:05:03".

    Args:
        text: The value.
        unit: Seconds that a bare number counts by.
    """
    text = text.strip()
    if text in {"", "-", "--", "N/A"}:
        return 0
    if len(text) > LONGEST:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text):
        return round(float(text) * unit)
    if match := re.fullmatch(r"(?:(\d{1,4}):)?(\d{1,3}):(\d\d)(?:\.\d{1,6})?", text):
        hours, minutes, seconds = (int(group or 0) for group in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    match = _LENGTH.match(text)
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def read_moment(text: str, *, day_first: bool, zone: tzinfo) -> datetime | None:
    """Return naive local time; None if day or time of day cannot be read.

    Args:
        text: "2024-09-04T15:20", "9/4/2024 3:20 PM", "Sep 4, 2024 at 3:20 PM", or seconds or
            milliseconds since 1970.
        day_first: 9/4 is the ninth of April.
        zone: What a moment with an offset, or counted since 1970, is turned into.
    """
    if len(text) > LONGEST:
        return None
    # Phones part the time from "PM" by a narrow space that does not break.
    text = " ".join(text.split()).replace(" at ", " ").replace(", ", " ")
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return read_epoch(int(text) * (1000 if len(text) == 10 else 1), zone)
    day_text, _, clock_text = re.sub(r"(?<=\d)T(?=\d)", " ", text).rpartition(" ")
    if re.fullmatch(r"[ap]\.?m\.?|z|utc|gmt|[+-]\d\d:?\d\d", clock_text, re.IGNORECASE):
        day_text, _, rest = day_text.rpartition(" ")
        clock_text = f"{rest} {clock_text}"
    clock = _CLOCK.match(clock_text)
    day = _read_day(day_text.strip(" ,"), day_first=day_first)
    if clock is None or day is None:
        return None
    return _joined(day, clock, zone)


def read_epoch(milliseconds: int, zone: tzinfo) -> datetime | None:
    """Return the naive local time of so many milliseconds since 1970, UTC; None if there is no such time."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
        return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    except (OverflowError, ValueError):
        return None


def day_and_month(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a date like 9/4/2024; None if it is of another form."""
    match = re.match(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d", text)
    return (int(match[1]), int(match[2])) if match else None


def read_number(text: str) -> str:
    """Return a phone number as it stands, less what spreadsheets put around it."""
    text = text.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'").strip()


def _read_day(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    if match := _ISO.match(text):
        return int(match["year"]), int(match["month"]), int(match["day"])
    if match := _NUMBERS.match(text):
        first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
        month, day = (second, first) if day_first else (first, second)
        return year + 2000 if year < 100 else year, month, day
    if match := _WORDS.match(text):
        name = (match["name"] or match["name2"])[:3].lower()
        if name in _MONTHS:
            return int(match["year"]), _MONTHS.index(name) + 1, int(match["day"] or match["day2"])
    return None


def _joined(day: tuple[int, int, int], clock: re.Match[str], zone: tzinfo) -> datetime | None:
    hour = int(clock["hour"] or clock["hour2"])
    half = (clock["half"] or clock["half2"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        moment = datetime(*day, hour, int(clock["minute"] or 0), int(clock["second"] or 0))  # noqa: DTZ001 - local time
        if not clock["zone"]:
            return moment
        offset = clock["zone"].upper().replace(":", "").replace("UTC", "Z").replace("GMT", "Z")
        aware = datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S}{offset}", "%Y-%m-%d %H:%M:%S%z")
        return aware.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
