"""Whose words a letter is, whoever sent it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extract.letters import signature_of
from models.records import Part, Zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.reader import Reader
    from models.people import Directory
    from models.records import Message

LETTER = "Leo was suspended for a day.\n\nSincerely,\n\n{signed}\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We met.\nSincerely,\n\nPat Moss, M.Ed.\nPrincipal", ("Pat Moss", "Principal")),
        ("We met.\nKind regards\nPat Moss", ("Pat Moss",)),
        ("We sincerely hope so.\nPat Moss", ()),
        ("Sincerely,", ()),
        ("", ()),
    ],
)
def test_signature_of_reads_below_the_closing(text: str, lines: tuple[str, ...]) -> None:
    assert signature_of(text) == lines


@pytest.mark.parametrize(
    ("signed", "side"), [("Pat Moss", "school"), ("R. Oda\nPrincipal", "school"), ("Dana Rivera", "family"),
                         ("Somebody Else", "family")]
)  # fmt: skip
def test_read_takes_an_attached_letter_for_its_signers(
    reader: Reader, directory: Directory, make_message: Callable[..., Message], signed: str, side: str
) -> None:
    letter = Part("attachment:letter.pdf", "application/pdf", LETTER.format(signed=signed))

    mentions = reader.read(make_message("See the letter.", attachments=(letter,)), directory)

    assert {m.asserted_by for m in mentions} == {side}


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ({"author_address": "pmoss@maple.example.us"}, "Leo was suspended for a day."),
        ({"author_name": "Pat Moss"}, "Leo was suspended for a day."),
        ({}, LETTER.format(signed="Pat Moss")),
    ],
)
def test_read_takes_a_forwarded_letter_for_its_authors(
    reader: Reader,
    directory: Directory,
    make_message: Callable[..., Message],
    author: dict[str, str],
    text: str,
) -> None:
    zone = Zone(0, len(text), "forwarded", **author)  # type: ignore[arg-type]

    (mention,) = reader.read(make_message(text, zones=(zone,)), directory)

    assert mention.asserted_by == "school"
