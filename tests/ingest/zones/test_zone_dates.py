"""Dates in the forms that mail programs write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from ingest.zones.dates import has_clock, months, read_written


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Tue, Mar 4, 2025 at 3:22 PM", datetime(2025, 3, 4, 15, 22)),
        ("Tuesday, August 19th, 2025 at 4:40 PM", datetime(2025, 8, 19, 16, 40)),
        ("Monday, May 5, 2025 at 11:42:17 AM CDT", datetime(2025, 5, 5, 11, 42, 17)),
        ("12:05 AM, March 4, 2025", datetime(2025, 3, 4, 0, 5)),
        ("4 Mar 2025 12:05 pm", datetime(2025, 3, 4, 12, 5)),
        ("2/4/25  3:31 PM  (GMT-05:00)", datetime(2025, 2, 4, 15, 31)),
        ("19/08/2025 16:40", datetime(2025, 8, 19, 16, 40)),  # no month is 19
        ("17.02.25 um 13:26", datetime(2025, 2, 17, 13, 26)),
        ("03.04.2025", datetime(2025, 4, 3)),  # dots are never American
        ("2025-03-04 15:22 GMT-05:00", datetime(2025, 3, 4, 15, 22)),
        ("mar, 4 feb 2025 a las 16:20", datetime(2025, 2, 4, 16, 20)),  # martes is no March
        ("miércoles, 16 de octubre de 2024 20:11", datetime(2024, 10, 16, 20, 11)),
        ("14 may 2025 a las 4:20 p. m.", datetime(2025, 5, 14, 16, 20)),
        ("20 janv. 2025 à 17 h 02", datetime(2025, 1, 20, 17, 2)),
        ("mercredi 11 décembre 2024 12:14", datetime(2024, 12, 11, 12, 14)),
        ("Di., 4. März 2025 um 15:22 Uhr", datetime(2025, 3, 4, 15, 22)),
        ("seg., 10 de fev. de 2025 às 14:05", datetime(2025, 2, 10, 14, 5)),
        ("4 thg 3, 2025 vào lúc 15:22", datetime(2025, 3, 4, 15, 22)),
        ("2025年3月4日 下午3:22", datetime(2025, 3, 4, 15, 22)),
        ("Mar 4, 2025", datetime(2025, 3, 4)),
    ],
)
def test_read_written_reads_date_and_time(text, at):
    written = read_written(text)

    assert written is not None
    assert written.at == at


def test_read_written_takes_the_order_of_the_language():
    assert read_written("3/4/2025", month_first=False) == read_written("2025-04-03")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "On Monday",
        "March 2025",
        "Mar 4 at 3:22 PM",
        "45/67/2025",
        "February 30, 2025",
        "2025",
        "at 3:22 PM",
        "1" * 500,
    ],
)
def test_read_written_gives_nothing_for_less_than_a_full_date(text):
    assert read_written(text) is None


@pytest.mark.parametrize(
    ("text", "clock"), [("3:22", True), ("25:99", False), ("ratio 3:2", False), ("14h05", True)]
)
def test_has_clock_wants_a_time_of_day(text, clock):
    assert has_clock(text) is clock


def test_every_month_has_names():
    assert set(months().values()) == set(range(1, 13))
