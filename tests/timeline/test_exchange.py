"""The envelope of a message."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from models.people import Directory
from models.records import Address, Case, Message, Part, Person
from timeline.exchange import exchange_of
from timeline.people import build_parties

CASE = Case(people=(Person("Dana", ("dana@example.org",), (), "parent"),))
DIRECTORY = Directory.of(build_parties(CASE, []), CASE)


def _message(sent: datetime | None) -> Message:
    return Message(
        "k", "mail", "1@example.org", sent, 0, "date", Address("Dana", "dana@example.org"),
        (Address("", "a@example.net"),), (Address("", "b@example.net"), Address("nobody", "")), "s",
        (Part("body", "text/plain", ""),), in_reply_to=("0@example.org",), references=("00@example.org",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("America/New_York", date(2024, 3, 6)),
        ("Asia/Tokyo", date(2024, 3, 7)),
        ("Pacific/Honolulu", date(2024, 3, 6)),
    ],
)
def test_exchange_of_takes_the_day_of_the_case(timezone: str, day: date) -> None:
    assert exchange_of(_message(datetime(2024, 3, 7, 3, 0, tzinfo=UTC)), DIRECTORY, timezone).day == day


def test_exchange_of_gathers_people_and_thread() -> None:
    exchange = exchange_of(_message(None), DIRECTORY, "UTC")

    assert exchange.day is None
    assert exchange.side == "family"
    assert exchange.people == {"a@example.net", "b@example.net"}
    assert exchange.refers_to == {"0@example.org", "00@example.org"}
