"""School days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import CalendarDay, Term
from timeline.calendars import SchoolCalendar

BREAK = CalendarDay("k", date(2024, 3, 25), date(2024, 3, 30), "Spring break")
CALENDAR = SchoolCalendar([BREAK])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2024-03-22", True),
        ("2024-03-23", False),  # Saturday
        ("2024-03-25", False),  # first day of the break
        ("2024-03-29", False),  # last day of the break
        ("2024-04-01", True),
    ],
)
def test_calendar_knows_school_days(day: str, held: bool) -> None:
    assert CALENDAR.is_school_day(date.fromisoformat(day)) is held


def test_calendar_end_is_not_closed() -> None:
    calendar = SchoolCalendar([CalendarDay("k", date(2024, 3, 25), date(2024, 3, 26), "")])

    assert calendar.is_school_day(date(2024, 3, 26))


def test_calendar_has_no_school_outside_terms() -> None:
    calendar = SchoolCalendar([], [Term("spring", date(2024, 1, 8), date(2024, 5, 24))])

    assert calendar.is_school_day(date(2024, 5, 24))
    assert not calendar.is_school_day(date(2024, 5, 27))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2024-03-04", "2024-03-04", 0),
        ("2024-03-04", "2024-03-05", 1),
        ("2024-03-22", "2024-04-01", 1),  # weekend, break, weekend
        ("2024-03-05", "2024-03-04", 0),  # backwards
    ],
)
def test_calendar_counts_days_between(start: str, end: str, count: int) -> None:
    assert CALENDAR.school_days_between(date.fromisoformat(start), date.fromisoformat(end)) == count


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("same_day", "2024-03-21"),
        ("2 school_days", "2024-04-01"),
        ("2 business_days", "2024-03-25"),
        ("2 calendar_days", "2024-03-23"),
        ("0 school_days", "2024-03-21"),
    ],
)
def test_calendar_says_when_due(within: str, due: str) -> None:
    assert CALENDAR.due(date(2024, 3, 21), within).isoformat() == due


@pytest.mark.parametrize("within", ["", "soon", "two school_days", "5 weeks", "-1 school_days"])
def test_calendar_refuses_an_unknown_span(within: str) -> None:
    with pytest.raises(ValueError, match="unknown span"):
        CALENDAR.due(date(2024, 3, 21), within)


def test_calendar_ends_where_no_school_day_ever_comes() -> None:
    calendar = SchoolCalendar([], [Term("past", date(2020, 1, 6), date(2020, 1, 10))])

    assert calendar.add_school_days(date(2024, 3, 4), 3) > date(2024, 3, 4)


@given(DAYS, st.integers(0, 60))
def test_adding_school_days_is_undone_by_counting_them(start: date, count: int) -> None:
    end = CALENDAR.add_school_days(start, count)

    assert CALENDAR.school_days_between(start, end) == count


@given(DAYS, st.integers(0, 400))
def test_school_days_are_never_more_than_days(start: date, days: int) -> None:
    assert 0 <= CALENDAR.school_days_between(start, start + timedelta(days=days)) <= days
