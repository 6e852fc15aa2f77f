"""Sentences in mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She came.", ["He left.", "She came."]),
        ("Dear Ms. Lee,\n\nHe left.", ["Dear Ms. Lee,", "He left."]),  # a blank line parts, "Ms." does not
        ("He was sent\nhome again.", ["He was sent\nhome again."]),  # a wrapped line goes on
        ("- logs\n- notes", ["- logs", "- notes"]),
        ("1. logs\n2. notes", ["1. logs", "2. notes"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ('She said "stop." Then he left.', ['She said "stop."', "Then he left."]),
        ("At 3 p.m. he left", ["At 3 p.m. he left"]),
        ("on Jan. 4 he left", ["on Jan. 4 he left"]),
    ],
)
def test_sentences_are_split_at(
    sentences: Callable[[str], list[str]], text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "?!"])
def test_sentences_of_almost_nothing_do_no_harm(sentences: Callable[[str], list[str]], text: str) -> None:
    assert "".join(sentences(text)) == text.strip()
