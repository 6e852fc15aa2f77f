"""Turns the pieces of a date expression into days, against the day on which it was written.

Pure arithmetic; conventions as docs/evaluation.md lists them. Weeks run from Monday to Sunday.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal

from dateutil.easter import easter

from extract.lexicon import read_toml

Tense = Literal["past", "future", "none"]
Stretch = tuple[date, date | None]

MONTHS = {
    name: n
    for n, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
WEEKDAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "fall": 9, "autumn": 9}
NUMBERS = {
    word: n
    for n, words in enumerate(
        (
            "",
            "a an one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
}


SURELY_NEAR_DAYS = 75
"""A day and month this near is meant, whatever a verb beside it looks like: people name the year otherwise."""


def month_number(word: str) -> int:
    """Return 1 to 12 for a month's name or its short form."""
    return MONTHS[word[:3].lower()]


def weekday_number(word: str) -> int:
    """Return 0 (Monday) to 6 for a weekday's name or its short form."""
    return WEEKDAYS[word[:3].lower()]


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a date, or None if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(text: str) -> int:
    """Return the year that two or four digits mean; '68 and below lie in this century."""
    number = int(text)
    return number if number > 99 else 2000 + number if number <= 68 else 1900 + number


def near_month_day(month: int, day: int, base: date, tense: Tense) -> date | None:
    """Return the day of this month and day that the tense points to; the nearest if it points nowhere."""
    around = [d for year in (base.year - 1, base.year, base.year + 1) if (d := day_of(year, month, day))]
    nearest = min(around, key=lambda d: (abs((d - base).days), d > base), default=None)
    if nearest and abs((nearest - base).days) <= SURELY_NEAR_DAYS:
        return nearest
    if tense == "past":
        return max((d for d in around if d <= base), default=None)
    if tense == "future":
        return min((d for d in around if d >= base), default=None)
    return nearest


def near_day(day: int, base: date, tense: Tense) -> date | None:
    """Return the day of the month ("the 28th") that the tense points to; the nearest if nowhere."""
    around = []
    for shift in (-2, -1, 0, 1, 2):
        first = shift_month(base.replace(day=1), shift)
        if found := day_of(first.year, first.month, day):
            around.append(found)
    if tense == "past":
        return max((d for d in around if d <= base), default=None)
    if tense == "future":
        return min((d for d in around if d >= base), default=None)
    return min(around, key=lambda d: (abs((d - base).days), d > base), default=None)


def near_month(month: int, base: date, tense: Tense) -> Stretch:
    """Return the month that the tense points to: the one that runs counts for both directions."""
    if tense == "past":
        year = base.year if month <= base.month else base.year - 1
    elif tense == "future":
        year = base.year if month >= base.month else base.year + 1
    else:
        middle = date(base.year, base.month, 15)
        year = min(
            (base.year - 1, base.year, base.year + 1), key=lambda y: abs((date(y, month, 15) - middle).days)
        )
    return whole_month(year, month)


def whole_month(year: int, month: int) -> Stretch:
    """Return the first and the last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def whole_season(name: str, year: int) -> Stretch:
    """Return three months from the season's first; winter is of the year in which it begins."""
    first = date(year, SEASONS[name], 1)
    return first, shift_month(first, 3) - timedelta(days=1)


def near_weekday(weekday: int, base: date, tense: Tense) -> date:
    """Return the latest such day before `base` for the past, else the first one after it."""
    if tense == "past":
        return base - timedelta(days=(base.weekday() - weekday - 1) % 7 + 1)
    return base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)


def week_of(base: date, shift: int = 0) -> Stretch:
    """Return Monday and Sunday of the week of `base`, moved by whole weeks."""
    monday = base - timedelta(days=base.weekday()) + timedelta(weeks=shift)
    return monday, monday + timedelta(days=6)


def shift_month(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def count_of(word: str) -> int:
    """Return the number that digits or a small number word stand for; 0 if neither."""
    return int(word) if word.isdigit() else NUMBERS.get(word.lower(), 0)


@cache
def holidays() -> dict[str, tuple[list[int], list[int]]]:
    """Return words -> (fixed month and day, or the nth weekday of a month)."""
    return {
        word: (row.get("fixed", []), row.get("nth", []))
        for row in read_toml("holidays")["day"]
        for word in row["words"]
    }


def holiday(word: str, year: int) -> date:
    """Return a holiday's day in a year."""
    fixed, nth = holidays()[word]
    if fixed:
        return date(year, fixed[0], fixed[1])
    if not nth:
        sunday: date = easter(year)
        return sunday
    month, weekday, which = nth
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    last = whole_month(year, month)[1] or date(year, month, 28)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@lru_cache(maxsize=4096)
def written_out(text: str) -> date | None:
    """Return the day of a date that is written with day, month and year, read in the American order.

    dateparser does this part well, given one language and one order; looking for dates in running
    text, or filling in what is left out, it does not (docs/evaluation.md), so neither is asked of it.
    """
    import dateparser

    found = dateparser.parse(
        text, languages=["en"], settings={"DATE_ORDER": "MDY", "REQUIRE_PARTS": ["day", "month", "year"]}
    )
    return found.date() if found else None
