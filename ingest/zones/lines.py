"""Cuts a text into lines with their depth of quoting. Everything after works on these lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

MAX_LINES = 20_000
"""What follows in a longer text stays in one last line: such texts are logs, not letters."""

LINE_CAP = 1_000
"""Characters of a line that rules look at; attribution lines are far shorter."""

MAX_DEPTH = 40

_TO = ("To:", "TO:", "to:", "tO:")

# Byte order marks and zero-width characters: iOS puts one at the start of every message it quotes.
BLANK = (
    " \t\r\n\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200e\u200f\u2060\ufeff"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Three columns of equal length: offset in the text, depth of quoting, words without marks.

    `addressed` has the rows with a "To:" line in one of the four rows below, which one rare layout needs.
    """

    starts: list[int]
    depths: list[int]
    texts: list[str]
    addressed: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.starts)

    def next_filled(self, row: int, *, within: int = 4) -> int:
        """Return the next row from `row` on that is not blank, or -1 if `within` rows hold none."""
        for at in range(row, min(row + within, len(self.texts))):
            if self.texts[at]:
                return at
        return -1


def scan(text: str) -> Lines:
    """Cut a text at line feeds; blank edges and quote marks are left out of `texts`."""
    rows = text.split("\n", MAX_LINES)
    starts = [0, *accumulate(len(raw) + 1 for raw in rows[:-1])]
    blank = None if text.isascii() else BLANK  # without BLANK stripping is quicker, and means the same
    texts = [raw[:LINE_CAP].strip(blank) for raw in rows]
    depths = [0] * len(rows)
    if ">" in text:
        for at, raw in enumerate(rows):
            if raw.startswith(">"):
                depths[at], words = _unquote(raw[:LINE_CAP])
                texts[at] = words.strip(BLANK)
    return Lines(starts, depths, texts, _addressed(text, texts))


def _addressed(text: str, texts: list[str]) -> frozenset[int]:
    if not any(mark in text for mark in _TO):
        return frozenset()
    named = (at for at, words in enumerate(texts) if words[:3] in _TO)
    return frozenset(row for at in named for row in range(max(0, at - 4), at))


def _unquote(raw: str) -> tuple[int, str]:
    """Count quote marks as clients nest them: ">> " and "> > " are both two deep."""
    if raw[1:2] == " " and raw[2:3] != ">":
        return 1, raw[2:]
    depth = at = 0
    while at < len(raw) and depth < MAX_DEPTH:
        if raw[at] == ">":
            depth += 1
        elif not (raw[at] == " " and raw[at + 1 : at + 2] == ">"):
            break
        at += 1
    return depth, raw[at:]
