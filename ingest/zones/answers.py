"""Finds answers that were typed between the lines of a quote without marks.

Outlook quotes without marks, and can put "[Dana Rivera]" before each comment typed into a quote;
people who answer that way by hand write "[DR]". Nobody else begins a line with that name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.zones.chain import Voice
from ingest.zones.phrases import fold, holds, phrases
from ingest.zones.signature import is_farewell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.zones.lines import Lines
    from models.records import Address

_LABEL = re.compile(r"[*_]{0,2}\[([^\[\]]{2,60})\]")
_MAX_TOP = 6
_MAX_ANSWER = 3
_ANNOUNCED = 160
_MIN_WRAPPED = 60
"""A line this long may have been wrapped, and then the answer goes on in the next one."""


def claim_answers(lines: Lines, owners: list[Voice | None], sender: Address) -> list[Voice | None]:
    """Return the voices again; lines of the message answered that bear the sender's name are own.

    Args:
        lines: The whole text.
        owners: The voice of each line.
        sender: Whose name or initials to look for.
    """
    rows = [row for row, text in enumerate(lines.texts) if _is_labelled(text, sender)]
    claimed = list(owners)
    answer = Voice("own", 0)
    for row in rows:
        voice = owners[row]
        if not voice or voice.kind != "quoted" or voice.level != 1 or lines.depths[row]:
            continue
        if voice.address and voice.address == sender.address:
            continue  # answers that the sender gave earlier, sent once more
        stop = row + 1
        while stop < len(lines) and owners[stop] is voice and _goes_on(lines, stop):
            stop += 1
        claimed[row:stop] = [answer] * (stop - row)
    return claimed


def claim_announced(lines: Lines, owners: list[Voice | None]) -> list[Voice | None]:
    """Return the voices again; what follows a question is own where the sender says so on top.

    Somebody who types "my answers are below" into a phone leaves no other mark than the order.

    Args:
        lines: The whole text.
        owners: The voice of each line.
    """
    top = [text for text, voice in zip(lines.texts, owners, strict=True) if voice and voice.kind == "own"]
    if not 0 < len(top) <= _MAX_TOP or not any(map(_announces, top)):
        return owners
    claimed, asked = list(owners), False
    answer = Voice("own", 0)
    for start, stop in _paragraphs(lines):
        voice = owners[start]
        if not voice or voice.kind != "quoted" or voice.level != 1 or lines.depths[start]:
            asked = False
            continue
        signed = is_farewell(lines.texts[start]) or lines.texts[start].strip(",. ") in (voice.name or " ")
        if asked and not signed and stop - start <= _MAX_ANSWER and lines.texts[stop - 1][-1] != "?":
            claimed[start:stop] = [answer] * (stop - start)
            asked = False
        else:
            asked = lines.texts[stop - 1][-1] == "?"
    return claimed


def _announces(text: str) -> bool:
    return len(text) <= _ANNOUNCED and holds(fold(text), phrases("introductions", "answers_below"))


def _paragraphs(lines: Lines) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of rows between blank ones."""
    start = -1
    for row, text in enumerate(lines.texts):
        if text and start < 0:
            start = row
        elif not text and start >= 0:
            yield start, row
            start = -1
    if start >= 0:
        yield start, len(lines)


def _is_labelled(text: str, sender: Address) -> bool:
    if "[" not in text[:3]:
        return False
    found = _LABEL.match(text)
    return found is not None and fold(found[1]).strip(" :,-") in _labels(sender.name)


def _goes_on(lines: Lines, row: int) -> bool:
    return (
        bool(lines.texts[row]) and lines.texts[row][0].islower() and len(lines.texts[row - 1]) >= _MIN_WRAPPED
    )


@lru_cache(maxsize=256)
def _labels(name: str) -> frozenset[str]:
    """Return how somebody may mark an own line: "dana rivera", "dana", "dr"; either name first."""
    last, comma, first = fold(name).partition(",")
    words = [word.strip(".()\"'") for word in (f"{first} {last}" if comma else last).split()]
    words = [word for word in words if word]
    if not words:
        return frozenset()
    ends = [words[0], words[-1]] if len(words) > 1 else words
    orders = [words, words[-1:] + words[:-1], ends, ends[::-1]]
    labels = {" ".join(order) for order in orders} | {"".join(word[0] for word in order) for order in orders}
    return frozenset(label for label in (*labels, *ends, fold(name)) if len(label) > 1)
