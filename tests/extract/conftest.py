"""A small case, and short ways to read a text in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from extract.nlp import pipeline
from extract.passage import Passage
from extract.reader import Reader
from models.people import Directory
from models.records import Address, Case, Message, Part, Person, School
from timeline.people import build_parties

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.passage import Act
    from models.records import Zone

WEDNESDAY = datetime(2024, 3, 6, 12, 0)


@pytest.fixture(scope="session")
def case() -> Case:
    """A family with two children, and their school."""
    return Case(
        name="Rivera",
        timezone="America/New_York",
        student=("Leo Rivera", "Leo"),
        siblings=("Ana",),
        people=(
            Person("Dana Rivera", ("dana@example.org",), ("+1 717 555 0101",), "parent"),
            Person("Pat Moss", ("pmoss@maple.example.us",), (), "principal"),
        ),
        schools=(School("Maple", ("maple.example.us",), ("+1 717 555 0199",)),),
    )


@pytest.fixture(scope="session")
def reader(case: Case) -> Reader:
    """The reader of the case, built once."""
    return Reader(case)


@pytest.fixture(scope="session")
def directory(case: Case) -> Directory:
    """The people of the case."""
    return Directory.of(build_parties(case, []), case)


@pytest.fixture
def acts(reader: Reader) -> Callable[..., dict[str, Act]]:
    """Read a text as one side wrote it: category -> act."""

    def read(
        side: str, text: str, *, written: datetime = WEDNESDAY, broadcast: bool = False
    ) -> dict[str, Act]:
        passage = Passage("k", "body", 0, text, side, written=written, broadcast=broadcast)  # type: ignore[arg-type]
        return {act.category: act for act in reader.notes(passage)[1]}

    return read


@pytest.fixture
def sentences() -> Callable[[str], list[str]]:
    """Split a text into its sentences, without the blanks around them."""
    return lambda text: [s.text.strip() for s in pipeline()(text).sents if s.text.strip()]


@pytest.fixture
def make_message() -> Callable[..., Message]:
    """Make a message of the case."""

    def make(
        text: str,
        *,
        sender: str = "dana@example.org",
        sent: datetime | None = datetime(2024, 3, 6, 17, 0, tzinfo=UTC),
        zones: tuple[Zone, ...] = (),
        attachments: tuple[Part, ...] = (),
        **fields: object,
    ) -> Message:
        return Message(
            key="a" * 64, medium="mail", message_id="one@example.org", sent_at=sent, utc_offset_minutes=0,
            date_source="date", sender=Address("", sender), to=(), cc=(), subject="",
            parts=(Part("body", "text/plain", text, zones=zones), *attachments), **fields,  # type: ignore[arg-type]
        )  # fmt: skip

    return make
