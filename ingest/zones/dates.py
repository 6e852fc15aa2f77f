"""Reads the date of an attribution line, in the forms that mail programs write.

The result is naive: it is the clock of whoever quoted, and the line seldom says which that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from ingest.zones.phrases import table

_CAP = 300
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)(?:\s?([AaPp])\.?\s?[Mm]\b)?")
_CLOCK_H = re.compile(r"(?<!\d)(\d{1,2})\s?[hH]\s?(\d{2})(?!\d)")
_CLOCK_DOT = re.compile(r"(?:kl|um|ore|alle|om|at)\.?\s(\d{1,2})\.(\d{2})(?![.\d])")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMERIC = re.compile(r"(?<![\d:])(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_PADDED = re.compile(r"(?<!\d)0\d/\d{2}/|(?<!\d)\d{2}/0\d/")
_HALF_DAY = re.compile(r"\d\s?[AaPp]\.?\s?[Mm]\b|^\D{0,20}\d{2}/\d{2}/\d{2,4}\D*$")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A date as a line gives it; `timed` says whether it had a time of day."""

    at: datetime
    timed: bool


@cache
def months() -> dict[str, int]:
    """Return the number of each month by its names in all known languages."""
    rows = table("dates", "months")
    return {name: int(number) for number, names in rows.items() for name in names}


@cache
def words(kind: str) -> frozenset[str]:
    """Return one of the lists under [words] in dates.toml."""
    return frozenset(table("dates", "words")[kind])


def read_written(text: str, *, month_first: bool = True) -> Written | None:
    """Return the date that a short text states, or None without a full day, month and year.

    Args:
        text: The part of an attribution line, or the value of a header, that holds a date.
        month_first: How 3/4/2025 is meant; ignored where only one reading is possible.
    """
    text = text[:_CAP]
    day = _numeric_day(text, month_first=month_first) or _named_day(text)
    if day is None:
        return None
    clock = _clock(text)
    try:
        return Written(datetime(*day, *(clock or (0, 0, 0))), clock is not None)  # noqa: DTZ001 - naive on purpose
    except ValueError:
        return None


def has_clock(text: str) -> bool:
    """Say whether a short text states a time of day."""
    return _clock(text[:_CAP]) is not None


def _clock(text: str) -> tuple[int, int, int] | None:
    found = _CLOCK.search(text)
    if not found:
        found = _CLOCK_H.search(text) or _CLOCK_DOT.search(text)
        return (
            (int(found[1]), int(found[2]), 0) if found and int(found[1]) < 24 and int(found[2]) < 60 else None
        )
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    half = (found[4] or "").lower()
    if not half and any(word in text for word in words("afternoon")):
        half = "p"
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _numeric_day(text: str, *, month_first: bool) -> tuple[int, int, int] | None:
    found = _ISO.search(text) or _CJK.search(text)
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if year < 100 else 0
    # A dot is never American, nor are leading zeros with a clock of 24 hours; no month is above twelve.
    american = month_first and found[2] != "." and not (_PADDED.search(text) and not _HALF_DAY.search(text))
    if (american and first <= 12) or second > 12:
        return year, first, second
    return year, second, first


def _named_day(text: str) -> tuple[int, int, int] | None:
    """Find "4 March 2025", else "March 4, 2025".

    Day before month is tried first over the whole text: in "mar, 4 feb 2025" the first word is Tuesday.
    """
    tokens = [token for token in _TOKEN.findall(text.casefold()) if token not in words("between")]
    named = [(at, months()[token]) for at, token in enumerate(tokens) if token in months()]
    named += [
        (at, int(tokens[at + 1]))
        for at, token in enumerate(tokens[:-1])
        if token in words("month_by_number") and tokens[at + 1].isdecimal() and len(tokens[at + 1]) < 3
    ]
    for at, month in named:
        day = _day_number(tokens, at - 1)
        if day and (year := _year(tokens, at + 1)):
            return year, month, day
    for at, month in named:
        day = _day_number(tokens, at + 1)
        if day and (year := _year(tokens, at + 2)):
            return year, month, day
    return None


def _day_number(tokens: list[str], at: int) -> int:
    token = tokens[at] if 0 <= at < len(tokens) else ""
    return int(token) if token.isdecimal() and len(token) < 3 and 0 < int(token) < 32 else 0


def _year(tokens: list[str], start: int) -> int:
    for token in tokens[start : start + 3]:
        if len(token) == 4 and token.isdecimal() and 1970 <= int(token) < 2100:
            return int(token)
    return 0
