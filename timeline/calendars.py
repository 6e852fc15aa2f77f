"""Counts school days: no weekends, no days that the district's calendar closes, nothing outside terms.

Days are counted as 34 CFR 300.11 tells them apart; the day that starts a clock is not counted.
Business days know weekends only: federal and state holidays are the district calendar's to tell.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from models.records import CalendarDay, Term

LONGEST_DAYS = 1500
"""A clock that found no school day for this long has no end: the terms do not reach that far."""


class SchoolCalendar:
    """Knows which days school is held, as far as it was told.

    Args:
        closed: Days without school, half-open stretches.
        terms: If any are given, days outside all of them are no school days.
    """

    def __init__(self, closed: Iterable[CalendarDay] = (), terms: Iterable[Term] = ()) -> None:
        self._closed = {
            day.start + timedelta(days=n)
            for day in closed
            for n in range(min((day.end - day.start).days, 400))
        }
        self._terms = tuple(terms)

    def is_school_day(self, day: date) -> bool:
        """Say whether school is held on this day, as far as the calendar knows."""
        if day.weekday() >= 5 or day in self._closed:
            return False
        return not self._terms or any(term.first <= day <= term.last for term in self._terms)

    def school_days_between(self, start: date, end: date) -> int:
        """Count school days after `start` up to and with `end`; 0 if `end` is not after `start`."""
        return sum(self.is_school_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def add_school_days(self, start: date, count: int) -> date:
        """Return the day that is `count` school days after `start`; `start` itself for 0."""
        return self._advance(start, count, self.is_school_day)

    def due(self, start: date, within: str) -> date:
        """Return the last day of a span such as "same_day", "10 school_days" or "5 business_days".

        Raises:
            ValueError: If `within` is none of the spans that config.toml knows.
        """
        if within == "same_day":
            return start
        count, _, unit = within.partition(" ")
        if not count.isdigit() or unit not in ("school_days", "business_days", "calendar_days"):
            raise ValueError(f"unknown span '{within}'")
        if unit == "calendar_days":
            return start + timedelta(days=int(count))
        counts = self.is_school_day if unit == "school_days" else _is_weekday
        return self._advance(start, int(count), counts)

    def _advance(self, start: date, count: int, counts: Callable[[date], bool]) -> date:
        day = start
        for _ in range(LONGEST_DAYS):
            if count <= 0:
                return day
            day += timedelta(days=1)
            count -= counts(day)
        # Past the last known term every weekday counts: a date too early is better than none.
        while count > 0:
            day += timedelta(days=1)
            count -= _is_weekday(day)
        return day


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5
