"""District calendars: which days have no school."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.calendars import read_calendar


def event(*lines, uid="1"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}@example.org", *lines, "END:VEVENT", ""])


def calendar(*events, end="END:VCALENDAR\r\n"):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + end).encode()


def spans(raw):
    return [(str(day.start), str(day.end)) for day in read_calendar(raw, key="k").days]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20241128"], [("2024-11-28", "2024-11-29")]),  # no end: one day
        (["DTSTART;VALUE=DATE:20241128", "DTEND;VALUE=DATE:20241130"], [("2024-11-28", "2024-11-30")]),
        (
            ["DTSTART;VALUE=DATE:20241128", "DTEND;VALUE=DATE:20241128"],
            [("2024-11-28", "2024-11-29")],
        ),  # a slip
        (["DTSTART;VALUE=DATE:20241128", "DTEND;VALUE=DATE:20241101"], [("2024-11-28", "2024-11-29")]),
        (["DTSTART;VALUE=DATE:20241128", "DURATION:P3D"], [("2024-11-28", "2024-12-01")]),
        (["DTSTART:20241128T180000Z", "DTEND:20241128T200000Z"], []),  # an evening concert
        (["DTSTART;TZID=America/New_York:20241128T080000"], []),
        (["DTSTART;VALUE=DATE:20241128", "STATUS:CANCELLED"], []),
        (
            ["DTSTART:20241128T000000", "DTEND:20241129T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"],
            [("2024-11-28", "2024-11-29")],
        ),
        (
            ["DTSTART;VALUE=DATE:20241111", "RRULE:FREQ=YEARLY;COUNT=2"],
            [("2024-11-11", "2024-11-12"), ("2025-11-11", "2025-11-12")],
        ),
        (
            ["DTSTART;VALUE=DATE:20241223", "RRULE:FREQ=DAILY;UNTIL=20241224"],
            [("2024-12-23", "2024-12-24"), ("2024-12-24", "2024-12-25")],
        ),
        (
            ["DTSTART;VALUE=DATE:20241223", "RRULE:FREQ=DAILY;UNTIL=20241224T235959Z"],
            [("2024-12-23", "2024-12-24"), ("2024-12-24", "2024-12-25")],
        ),
        (
            ["DTSTART;VALUE=DATE:20241223", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20241224"],
            [("2024-12-23", "2024-12-24"), ("2024-12-25", "2024-12-26")],
        ),
        (
            ["DTSTART;VALUE=DATE:20241223", "RDATE;VALUE=DATE:20250102"],
            [("2024-12-23", "2024-12-24"), ("2025-01-02", "2025-01-03")],
        ),
    ],
)
def test_calendar_days_without_school(lines, expected):
    assert spans(calendar(event(*lines))) == expected


def test_calendar_days_carry_key_and_summary():
    raw = calendar(event("DTSTART;VALUE=DATE:20241128", "SUMMARY:Thanks", " giving\\, no school"))

    [day] = read_calendar(raw, key="k").days

    assert (day.key, day.start, day.end) == ("k", date(2024, 11, 28), date(2024, 11, 29))
    assert day.summary == "Thanksgiving, no school"


def test_calendar_days_are_in_order_and_once():
    first, second = event("DTSTART;VALUE=DATE:20250101"), event("DTSTART;VALUE=DATE:20241128")

    assert spans(calendar(first, second, first)) == [
        ("2024-11-28", "2024-11-29"),
        ("2025-01-01", "2025-01-02"),
    ]


def test_calendar_moves_one_of_a_series():
    raw = calendar(
        event("DTSTART;VALUE=DATE:20240102", "RRULE:FREQ=DAILY;COUNT=2"),
        event("RECURRENCE-ID;VALUE=DATE:20240103", "DTSTART;VALUE=DATE:20240108"),
    )

    assert spans(raw) == [("2024-01-02", "2024-01-03"), ("2024-01-08", "2024-01-09")]


def test_calendar_follows_a_rule_without_end_for_so_long():
    days = read_calendar(calendar(event("DTSTART;VALUE=DATE:20240704", "RRULE:FREQ=YEARLY")), key="k").days

    assert 25 <= len(days) <= 31


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",  # a day that never comes
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=DAILY;COUNT=99999999",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=NEVER",
        "FREQ=DAILY;INTERVAL=0",
        "COUNT=5",
        "nonsense",
    ],
)
def test_calendar_rules_that_would_run_for_ever_end_soon(rule):
    started = time.perf_counter()

    days = read_calendar(calendar(event("DTSTART;VALUE=DATE:20240101", f"RRULE:{rule}")), key="k").days

    assert time.perf_counter() - started < 5
    assert len(days) <= 2001
    assert date(2024, 1, 1) in {day.start for day in days}


def test_calendar_with_a_broken_event_gives_the_others():
    raw = calendar(
        event("DTSTART;VALUE=DATE:2024112"),
        event("SUMMARY:no day"),
        event("DTSTART;VALUE=DATE:20241128"),
    )

    read = read_calendar(raw, key="k")

    assert [str(day.start) for day in read.days] == ["2024-11-28"]
    assert [problem[:7] for problem in read.problems] == ["event 1", "event 2"]


def test_calendar_that_breaks_off_gives_what_is_whole():
    raw = calendar(
        event("DTSTART;VALUE=DATE:20241128"), "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20241129\r\nSUMM", end=""
    )

    assert spans(raw) == [("2024-11-28", "2024-11-29"), ("2024-11-29", "2024-11-30")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_calendar_in_any_encoding(encoding, end):
    text = calendar(event("DTSTART;VALUE=DATE:20241128", "SUMMARY:Fête")).decode().replace("\r\n", end)

    [day] = read_calendar(text.encode(encoding), key="k").days

    assert day.summary == "Fête"


@pytest.mark.parametrize("year", ["0001", "1066", "9999"])
def test_calendar_passes_over_years_of_no_school(year):
    read = read_calendar(calendar(event(f"DTSTART;VALUE=DATE:{year}1231", "RRULE:FREQ=DAILY")), key="k")

    assert read.days == ()
    assert "event 1" in read.problems[0]


def test_calendar_passes_over_a_holiday_of_years():
    read = read_calendar(calendar(event("DTSTART;VALUE=DATE:20240101", "DTEND;VALUE=DATE:20280101")), key="k")

    assert read.days == ()
    assert "over 400 days" in read.problems[0]


@pytest.mark.parametrize("raw", [b"", b"junk", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_calendar_without_events_is_told(raw):
    read = read_calendar(raw, key="k")

    assert read.days == ()
    assert read.problems == ("no events were found in it",)


WORDS = [
    "DTSTART", "DTEND", "RRULE", ";VALUE=DATE", ":", "20241128", "FREQ=DAILY", "P1D", "DURATION", "EXDATE",
    "RECURRENCE-ID", "T000000Z", ",", "COUNT=2", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from([*WORDS, "\n"]), max_size=25))
def test_read_calendar_never_raises(words):
    read = read_calendar(calendar(event("".join(words))), key="k")

    assert all(day.start < day.end for day in read.days)
