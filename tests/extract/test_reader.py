"""One message: which words are read, as whose, and with which date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from models.records import Part, Zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.reader import Reader
    from models.people import Directory
    from models.records import Message

HOME = "He was sent home today."


def _categories(mentions: object) -> set[str]:
    return {mention.category for mention in mentions}  # type: ignore[attr-defined]


def test_read_quotes_exactly_what_stands_in_the_part(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    message = make_message("Hello,\n\nLeo was suspended for\ntwo days. Nobody called me.\n\nDana")

    mentions = reader.read(message, directory)

    assert _categories(mentions) >= {"suspension", "notification_missed"}
    assert all(m.span.quote == message.body[m.span.start : m.span.end] for m in mentions)


def test_read_takes_the_speaker_from_the_sender(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    (mention,) = reader.read(make_message("I am requesting an evaluation of Leo."), directory)

    assert (mention.asserted_by, mention.actor_side) == ("family", "family")
    assert mention.actor == directory.party("dana@example.org").id  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["signature", "footer"])
def test_read_leaves_signature_and_footer(
    reader: Reader, directory: Directory, make_message: Callable[..., Message], kind: str
) -> None:
    message = make_message(HOME, zones=(Zone(0, len(HOME), kind),))  # type: ignore[arg-type]

    assert reader.read(message, directory) == ()


def test_read_leaves_quotes_of_held_messages(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    message = make_message(HOME, zones=(Zone(0, len(HOME), "quoted", level=1, source_key="b" * 64),))

    assert reader.read(message, directory) == ()


def test_read_gives_unheld_quotes_their_own_author_and_date(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    zone = Zone(
        0,
        len(HOME),
        "quoted",
        level=1,
        author_address="pmoss@maple.example.us",
        written_at=datetime(2023, 11, 2, 9, 0),
    )

    (mention,) = reader.read(make_message(HOME, zones=(zone,)), directory)

    assert mention.asserted_by == "school"
    assert str(mention.happened_on) == "2023-11-02"
    assert str(mention.told_on) == "2024-03-06"


def test_read_takes_an_inner_message_from_its_head(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    text = f"From: Pat Moss <pmoss@maple.example.us>\nDate: Tue, 13 Feb 2024 10:00:00 -0500\nSubject: x\n\n{HOME}"
    part = Part("attachment:mail.eml", "message/rfc822", text)

    (mention,) = reader.read(make_message("See below.", attachments=(part,)), directory)

    assert (mention.span.part, mention.asserted_by, str(mention.happened_on)) == (
        part.name,
        "school",
        "2024-02-13",
    )
    assert text[mention.span.start : mention.span.end] == mention.span.quote


def test_read_dates_by_the_clock_of_the_case(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    """At 03:00 UTC it is still the evening before in New York."""
    (mention,) = reader.read(make_message(HOME, sent=datetime(2024, 3, 7, 3, 0, tzinfo=UTC)), directory)

    assert str(mention.happened_on) == "2024-03-06"


def test_read_without_any_date_leaves_the_day_open(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    (mention,) = reader.read(make_message("He was sent home again.", sent=None), directory)

    assert mention.happened_on is None


def test_read_calls_an_old_act_recounted(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    (mention,) = reader.read(make_message("Leo was suspended for a day on October 3."), directory)

    assert (mention.modality, str(mention.happened_on)) == ("recounted", "2023-10-03")


@pytest.mark.parametrize(
    "text",
    [
        "Dear families,\n\nStudents were sent home early. He was sent home early.",
        "He was sent home early.\n\nUnsubscribe from this list",
    ],
)
def test_read_takes_nothing_from_newsletters(
    reader: Reader, directory: Directory, make_message: Callable[..., Message], text: str
) -> None:
    assert reader.read(make_message(text, sender="news@maple.example.us"), directory) == ()


def test_read_takes_only_attendance_from_automatic_mail(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    text = "Leo was marked absent in period 3. He was sent home."

    mentions = reader.read(make_message(text, sender="robot@maple.example.us", automatic=True), directory)

    assert _categories(mentions) == {"absence"}


def test_read_leaves_outsiders_who_do_not_name_the_child(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    assert (
        reader.read(make_message("He was suspended for a day.", sender="aunt@example.net"), directory) == ()
    )


def test_read_leaves_sentences_about_a_sibling(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    assert reader.read(make_message("Ana was suspended for a day."), directory) == ()


def test_read_twice_gives_the_same(
    reader: Reader, directory: Directory, make_message: Callable[..., Message]
) -> None:
    message = make_message("Leo was suspended for two days. Why was he alone? I want the incident report.")

    assert reader.read(message, directory) == reader.read(message, directory)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a" * 20_000, "> " * 5_000, "((((((" * 500, "1/1" * 3_000, "\u0130stanbul called"]
)
def test_read_survives_strange_text(
    reader: Reader, directory: Directory, make_message: Callable[..., Message], text: str
) -> None:
    assert isinstance(reader.read(make_message(text), directory), tuple)
