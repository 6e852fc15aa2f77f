from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from models.records import Address, CalendarDay, Call, Failure, Message, Part, Zone

NOW = datetime(2025, 3, 4, 14, 0, tzinfo=UTC)


@pytest.fixture
def add(store, make_item):
    """Keep bytes and write a message read from them; returns the message."""

    def add_one(text: str = "hello there", *, raw: bytes | None = None, **fields) -> Message:
        raw = raw or f"{text}{fields}".encode()
        store.evidence.keep([make_item(raw, uid=len(store.evidence.of_kind("mail")) + 1)])
        from models.records import message_key

        parts = fields.pop("parts", (Part("body", "text/plain", text),))
        values = {
            "message_id": "m1@x", "sent_at": NOW, "utc_offset_minutes": -300, "date_source": "date",
            "sender": Address("Dana", "dana@example.org"), "to": (Address("", "okafor@example.org"),),
            "cc": (Address("Bo", "bo@example.org"),), "subject": "About Leo", "parts": parts,
        }  # fmt: skip
        message = Message(key=message_key(raw), medium="mail", **(values | fields))
        store.messages.add([message], reader_version=1)
        return message

    return add_one


def test_load_gives_back_what_was_added(store, add):
    zones = (Zone(0, 3, "own"), Zone(3, 5, "quoted", 1, "Ann", "ann@x", datetime(2025, 1, 2, 3, 4), "abc"))
    parts = (
        Part("body", "text/plain", "abcde", zones=zones),
        Part("attachment:Größe.pdf", "application/pdf", "page", 10, "f" * 64, "first 500 pages only"),
    )
    message = add(
        parts=parts, in_reply_to=("a@x",), references=("a@x", "b@x"), defects=("odd",), automatic=True
    )

    assert store.messages.load([message.key]) == [message]


def test_load_keeps_the_order_asked_for_and_leaves_out_unknown_keys(store, add):
    one, two = add("one"), add("two")

    found = store.messages.load([two.key, "0" * 64, one.key])

    assert [message.body for message in found] == ["two", "one"]


def test_add_again_replaces_parts_zones_and_index(store, add):
    message = add("pineapple")
    store.messages.add([replace(message, parts=(Part("body", "text/plain", "mango"),))], reader_version=2)

    assert store.messages.search("pineapple") == []
    assert [hit.key for hit in store.messages.search("mango")] == [message.key]
    assert store.messages.counts()["messages"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("evaluation", True),
        ("evaluat*", True),  # beginnings are found: no stemmer stands in the way
        ("EVALUATION Leo", True),  # a word of the subject and one of the body
        ("evaluation nothing", False),  # every word must occur
        ("dana", True),  # people count
        ('"; DROP TABLE message; --', False),
        ("AND OR NOT (", False),  # words, not operators
        ("", False),
        ('"', False),
    ],
)
def test_search_takes_words_and_never_operators(store, add, query, found):
    add("Please schedule the evaluation.")

    assert bool(store.messages.search(query)) is found


def test_search_finds_words_in_attachments(store, add):
    add(
        parts=(
            Part("body", "text/plain", "see file"),
            Part("attachment:iep.pdf", "application/pdf", "occupational"),
        )
    )

    [hit] = store.messages.search("occupational")

    assert hit.part == "attachment:iep.pdf"


def test_mark_duplicates_points_later_copies_at_the_first(store, add):
    first = add("same words", raw=b"1", sent_at=NOW)
    second = add("same   words", raw=b"2", sent_at=NOW.replace(hour=15))

    store.messages.mark_duplicates()

    assert store.messages.duplicates() == {second.key: first.key}
    assert store.messages.to_extract(1) == [first.key]


@pytest.mark.parametrize(
    "other",
    [
        {"text": "other words"},  # Message-IDs repeat in real mail: the ID alone proves nothing
        {"sender": Address("Eve", "eve@example.org")},
        {"message_id": ""},
    ],
)
def test_mark_duplicates_needs_more_than_the_message_id(store, add, other):
    add("same words", raw=b"1")
    add(other.pop("text", "same words"), raw=b"2", **other)

    store.messages.mark_duplicates()

    assert store.messages.duplicates() == {}


def test_messages_without_id_are_never_duplicates(store, add):
    add("same words", raw=b"1", message_id="")
    add("same words", raw=b"2", message_id="")

    assert store.messages.mark_duplicates() == 0


def test_in_threads_of_finds_replies_to_a_message_that_came_late(store, add):
    reply = add("reply", message_id="r@x", in_reply_to=("q@x",))
    chain = add("third", message_id="t@x", references=("q@x", "r@x"))
    add("other", message_id="o@x")
    late = add("question", message_id="q@x")

    assert store.messages.in_threads_of([late.key]) == sorted([reply.key, chain.key])


def test_set_zones_makes_the_message_due_for_extraction_again(store, add):
    message = add("own words")
    store.timeline.set_mentions([message.key], [], version=3)
    assert store.messages.to_extract(3) == []

    store.messages.set_zones({(message.key, "body"): (Zone(0, 3, "own"),)})

    assert store.messages.to_extract(3) == [message.key]
    assert store.messages.unzoned() == []


def test_failures_are_cleared_by_a_later_success(store, add):
    message = add("x")
    store.messages.fail([Failure("read", message.key, "first", 1), Failure("read", message.key, "second", 1)])
    assert [failure.reason for failure in store.messages.failures()] == ["second"]

    store.messages.add([message], reader_version=1)

    assert store.messages.failures() == []


def test_the_same_call_in_two_logs_counts_once(store, make_item):
    store.evidence.keep([make_item(b"log1", kind="call_log"), make_item(b"log2", kind="call_log", uid=2)])
    moment = datetime(2025, 3, 4, 9, 30)
    for key in store.evidence.of_kind("call_log"):
        store.messages.set_calls(key, [Call(key, 1, moment, "in", "555-0101", "School", 30)])

    assert len(store.messages.calls()) == 1


def test_calendar_days_are_replaced_per_calendar(store, make_item):
    store.evidence.keep([make_item(b"ics", kind="calendar")])
    [key] = store.evidence.of_kind("calendar")
    days = [CalendarDay(key, date(2025, 12, 22), date(2026, 1, 3), "Winter break")]

    store.messages.set_calendar(key, days)
    store.messages.set_calendar(key, days)

    assert store.messages.calendar() == days


def test_find_takes_a_beginning_or_a_message_id(store, add):
    message = add("x", message_id="100%_sure@x")

    assert store.messages.find(message.key[:8].upper()) == [message.key]
    assert store.messages.find("<100%_sure@x>") == [message.key]
    assert store.messages.find("%") == []
