from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.records import Event
from schooltrail.words import ago, category_in_words, date_note, event_date, kind_in_words, local_day

EVENT = Event(
    "e",
    "adverse_action",
    "suspension",
    "done",
    date(2024, 3, 4),
    None,
    "day",
    "explicit",
    "school",
    "",
    "",
    (),
    "x",
    1,
    (),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Mar 4, 2024"),
        ({"date": None}, "date not known"),
        ({"precision": "month"}, "Mar 2024"),
        ({"precision": "month", "date_end": date(2024, 3, 31)}, "Mar 2024"),
        ({"precision": "year"}, "2024"),
        ({"precision": "week"}, "week of Mar 4, 2024"),
        ({"date_end": date(2024, 3, 6)}, "Mar 4, 2024 to Mar 6, 2024"),
        ({"date_end": date(2024, 3, 4)}, "Mar 4, 2024"),
    ],
)
def test_event_date_says_no_more_than_is_known(changes, words):
    assert event_date(replace(EVENT, **changes)) == words


def test_a_date_that_only_the_message_gives_is_marked():
    assert date_note(replace(EVENT, date_basis="email_date_fallback")) == "day of the message"
    assert date_note(EVENT) == ""


@pytest.mark.parametrize(
    ("modality", "word"),
    [("threatened", "might"), ("planned", "not shown as done"), ("denied_happening", "not to have")],
)
def test_what_did_not_happen_is_said_to_be_so(modality, word):
    assert word in kind_in_words(replace(EVENT, modality=modality))


def test_what_happened_needs_no_note():
    assert kind_in_words(EVENT) == "Possible adverse event"


def test_a_late_evening_belongs_to_the_familys_day():
    assert local_day(datetime(2024, 3, 5, 3, 30, tzinfo=UTC), "America/New_York") == "Mar 4, 2024"


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=-5), "just now"),  # a clock set back
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=40), "40 days ago"),
    ],
)
def test_ago(gap, words):
    now = datetime(2024, 3, 4, tzinfo=UTC)

    assert ago(now - gap, now) == words


def test_codes_become_words():
    assert category_in_words("cps_report") == "CPS report"
    assert category_in_words("iee_request") == "IEE request"
