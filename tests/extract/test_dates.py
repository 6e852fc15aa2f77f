"""Dates: what is one, and which day it means."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.extractors.dates import find_dates
from extract.nlp import pipeline

WEDNESDAY = datetime(2024, 3, 6, 12, 0)


def _dates(text: str, written: datetime | None = WEDNESDAY) -> list[tuple[str, str, str | None]]:
    starts = [s.start_char for s in pipeline()(text).sents]
    return [
        (d.text, d.first.isoformat() if d.first else "", d.last.isoformat() if d.last else None)
        for d in find_dates(text, written, starts)
    ]


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("We met on February 12, 2023.", "February 12, 2023", "2023-02-12"),
        ("We met on 2/12/23.", "2/12/23", "2023-02-12"),
        ("See the note of 2024-01-05.", "2024-01-05", "2024-01-05"),
        ("the 3rd of January 2024", "the 3rd of January 2024", "2024-01-03"),
        ("It began on November 18 and went on.", "November 18", "2023-11-18"),  # past across New Year
        ("Please come on November 18.", "November 18", "2024-11-18"),
        ("He was sent home on Monday.", "Monday", "2024-03-04"),
        ("Please come on Monday.", "Monday", "2024-03-11"),
        ("He was out on Wednesday.", "Wednesday", "2024-02-28"),  # strictly before
        ("Let us meet this Friday.", "this Friday", "2024-03-08"),
        ("Let us meet next Friday.", "next Friday", "2024-03-15"),
        ("We met last Friday.", "last Friday", "2024-03-01"),
        ("He fell yesterday.", "yesterday", "2024-03-05"),
        ("He fell three weeks ago.", "three weeks ago", "2024-02-14"),
        ("We leave the day after tomorrow.", "the day after tomorrow", "2024-03-08"),
        ("By Thanksgiving it had stopped.", "Thanksgiving", "2023-11-23"),
        ("It was closed on Memorial Day.", "Memorial Day", "2023-05-29"),
        ("It closed at Easter 2025.", "Easter 2025", "2025-04-20"),
        ("It is due by the 28th.", "the 28th", "2024-03-28"),
        ("Tuesday, March 5 was hard.", "Tuesday, March 5", "2024-03-05"),
        ("Friday, March 5 was hard.", "Friday, March 5", "2024-03-05"),  # the day of the month wins
    ],
)
def test_date_means(text: str, words: str, day: str) -> None:
    assert [(found, first) for found, first, _ in _dates(text)] == [(words, day)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("He was out Jan 8-10.", "2024-01-08", "2024-01-10"),
        ("from 12/18/23 - 1/5/24", "2023-12-18", "2024-01-05"),
        ("It was in February 2024.", "2024-02-01", "2024-02-29"),
        ("It began in fall 2023.", "2023-09-01", "2023-11-30"),
        ("in the 2022-23 school year", "2022-07-01", "2023-06-30"),
        ("He was out last week.", "2024-02-26", "2024-03-03"),
        ("the week of March 11", "2024-03-11", "2024-03-17"),
        ("since 2021", "2021-01-01", "2021-12-31"),
        ("It was in mid January.", "2024-01-01", "2024-01-31"),
    ],
)
def test_period_runs_from_to(text: str, first: str, last: str) -> None:
    assert [(a, b) for _, a, b in _dates(text)] == [(first, last)]


def test_list_of_days_is_several_dates() -> None:
    assert [day for _, day, _ in _dates("He was out January 8, 9 and 11.")] == [
        "2024-01-08",
        "2024-01-09",
        "2024-01-11",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He read 4/5 words with 3/4 trials correct.",
        "30 minutes, 2-3 times a week",
        "34 CFR 300.503 and Section 504",
        "the 12:1:1 room",
        "Call 717-555-0101.",
        "in second period",
        "at the 9th percentile",
        "April said that May may march.",
        "He sat down in the sun.",
        "every Tuesday",
        "Room 2024",
        "the 2nd grade",
        "Mr. Friday came",
        "within 10 school days",
        "after spring break",
        "on June 31",
        "Pickup is at 2:15.",
    ],
)
def test_no_date_is_seen_in(text: str) -> None:
    assert _dates(text) == []


def test_relative_date_without_base_stays_out() -> None:
    assert _dates("He fell yesterday.", None) == []


def test_full_date_needs_no_base() -> None:
    assert [day for _, day, _ in _dates("He fell on March 4, 2024.", None)] == ["2024-03-04"]


def test_today_soon_after_midnight_is_the_day_before() -> None:
    assert [day for _, day, _ in _dates("He fell today.", datetime(2024, 3, 7, 0, 18))] == ["2024-03-06"]


def test_quoted_header_is_the_base_for_what_follows() -> None:
    text = "Thanks.\n\nOn Mon, Feb 5, 2024 at 4:41 PM Pat wrote:\nHe fell yesterday."

    assert _dates(text)[-1][:2] == ("yesterday", "2024-02-04")


@given(st.text(alphabet="0123456789/-., aMapril'to", max_size=60))
def test_find_dates_never_raises_on_scrambled_dates(text: str) -> None:
    for found, first, _ in _dates(text):
        assert found in text
        assert first


@given(
    st.dates(datetime(1990, 1, 1).date(), datetime(2060, 12, 31).date()),
    st.sampled_from(["%B %-d, %Y", "%-m/%-d/%Y", "%d %b %Y"]),
)
def test_written_out_date_is_read_back(day: object, form: str) -> None:
    text = f"He fell on {day:{form}} here."

    assert [first for _, first, _ in _dates(text)] == [str(day)]
