"""Recognises the words of messages that the archive holds.

Clients wrap, indent and re-encode what they quote, so lines are not compared: both texts are
read as one stream of words, and runs of `RUN` equal words count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.records import Address

if TYPE_CHECKING:
    from datetime import datetime


RUN = 5
"""Words that must be equal in a row; shorter runs are everyday phrases."""


@dataclass(frozen=True, slots=True)
class Held:
    """An earlier message that the archive holds, for recognising its words.

    `text` is what its sender wrote (own words), `index` what `index_lines` made of it; left empty,
    it is made when needed. Give the messages that References and In-Reply-To name, newest first.
    """

    key: str
    message_id: str
    sender: Address
    sent_at: datetime | None
    text: str
    index: frozenset[int] = field(default=frozenset(), compare=False)


def words_of(text: str) -> list[str]:
    """Return the words of a text, case folded, without marks of quoting and punctuation."""
    return [word for word in ("".join(filter(str.isalnum, raw)) for raw in text.casefold().split()) if word]


def index_lines(text: str) -> frozenset[int]:
    """Return the hashes of all runs of `RUN` words. Valid within one process only."""
    words = words_of(text)
    return frozenset(hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1))
