"""Parts one stretch of a sender's words into own, signature and footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.footer import (
    begins_footer,
    is_banner,
    is_footer_paragraph,
    is_rule,
    may_follow,
    speaks_of_self,
    warns,
    warns_twice,
)
from ingest.zones.signature import (
    is_farewell,
    is_sentence,
    is_separator,
    signature_start,
    without_proxy,
)
from ingest.zones.taglines import is_tagline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.zones.lines import Lines
    from models.records import Address, ZoneKind

_TAIL = 60
_LIST_ROWS = 5
_MAX_BANNER = 8
_WRAPPED = 60
"""A line of a banner this long may have been wrapped."""
_TAGLINES = 12
_MAX_SIGNATURE = 15
_BLOCK = 14
"""Rows that are looked at for a block: one of twelve, and what stands above it."""


def closing_kinds(lines: Lines, rows: Sequence[int], sender: Address) -> dict[int, ZoneKind]:
    """Return the kind of each row that is not the sender's own words.

    Args:
        lines: The whole text.
        rows: Rows of one stretch of the sender's words, ascending, blank ones left out.
        sender: Who wrote them.
    """
    kinds: dict[int, ZoneKind] = {}
    first = _mark_banners(lines, rows, kinds)
    tail = list(rows[max(first, len(rows) - _TAIL) :])
    footer = _footer_at(lines, tail)
    for row in tail[footer:]:
        kinds[row] = "footer"
    tail = tail[:footer]
    for row in tail[-_TAGLINES:]:
        if is_tagline(lines.texts[row]):
            kinds[row] = "signature"
    block = _separator_at(lines, tail)
    if block < 0:
        block = _block_at(lines, [row for row in tail if row not in kinds], sender)
    for row in tail:
        if block >= 0 and row >= block:
            kinds[row] = "signature"
    return kinds


def _mark_banners(lines: Lines, rows: Sequence[int], kinds: dict[int, ZoneKind]) -> int:
    """Mark the banners on top, with lines drawn around them. Returns the index of the first row after."""
    at = 0
    while at < len(rows):
        inner = _unruled_index(lines, rows, at)
        if not is_banner(lines.texts[rows[inner]]):
            break
        stop = inner + 1
        while stop < len(rows) and stop - inner < _MAX_BANNER and _continues_banner(lines, rows, stop):
            stop += 1
        if inner > at and stop < len(rows) and is_rule(lines.texts[rows[stop]]):
            stop += 1
        kinds.update(dict.fromkeys(rows[at:stop], "footer"))
        at = stop
    return at


def _continues_banner(lines: Lines, rows: Sequence[int], at: int) -> bool:
    """Say whether a row goes on with the banner above it; own words may follow without a blank line."""
    above, text = lines.texts[rows[at - 1]], lines.texts[rows[at]]
    if rows[at] != rows[at - 1] + 1 or is_rule(text):
        return False
    if is_banner(text) or warns_twice(text):
        return True
    wrapped = above[-1] not in ".!?]*:>" and not above.endswith("important")
    return wrapped and (warns(text) or text[0].islower() or len(above) >= _WRAPPED)


def _unruled_index(lines: Lines, rows: Sequence[int], at: int) -> int:
    return at + 1 if is_rule(lines.texts[rows[at]]) and at + 1 < len(rows) else at


def _footer_at(lines: Lines, rows: Sequence[int]) -> int:
    """Return the index of the row at which the footers begin that end the rows."""
    texts, best = lines.texts, len(rows)
    stop = len(rows)
    while stop > 0:
        start = stop - 1
        while start > 0 and rows[start - 1] == rows[start] - 1:
            start -= 1
        paragraph = [texts[row] for row in rows[start:stop]]
        inner = _opening_inside(paragraph)
        drawn = inner and is_rule(paragraph[inner]) and not _is_footer_head(paragraph[:inner])
        if is_footer_paragraph(paragraph) and not drawn:
            best = start
        elif inner and not _names_list(paragraph[:inner]):
            best = start + inner
            break
        elif inner or (best < len(rows) and _leads_to_footer(paragraph)):
            best = start
        elif not _is_loose_end(paragraph):
            break
        stop = start
    return best


def _is_footer_head(above: Sequence[str]) -> bool:
    """Say whether lines above a drawn one belong to the footer below it, and are no name or last word."""
    return is_footer_paragraph(above) or _names_list(above) or is_rule(above[0])


def _opening_inside(paragraph: Sequence[str]) -> int:
    """Return where a footer begins in a paragraph whose first lines are a name or signature, or 0."""
    for at in range(1, len(paragraph)):
        above = paragraph[at - 1]
        if may_follow(paragraph[at], above) and begins_footer(paragraph[at:]):
            start = at - 1 if is_rule(above) else at
            return max(start, 1)
        if is_rule(paragraph[at]) and is_footer_paragraph(paragraph[at:]):
            return at
    return 0


def _leads_to_footer(paragraph: Sequence[str]) -> bool:
    """Say whether a paragraph above a footer is part of it: a drawn line, with a list's name or not."""
    if is_rule(paragraph[0]):
        return len(paragraph) == 1 or _names_list(paragraph[1:])
    return (
        _names_list(paragraph)
        and not speaks_of_self(paragraph)
        and all(text[-1] not in ".!?," for text in paragraph)
    )


def _names_list(paragraph: Sequence[str]) -> bool:
    """Say whether the lines above the known words of a footer tell whose list it is."""
    whole = " ".join(paragraph).casefold()
    few = len(paragraph) < _LIST_ROWS and len(whole) < _LIST_ROWS * 60
    return few and any(word in whole for word in ("list", "group", "http", "@lists", "subscri", "member"))


def _is_loose_end(paragraph: Sequence[str]) -> bool:
    """Say whether a footer may stand above this: taglines, rules and bare links go on below it."""
    return all(
        is_rule(text) or is_tagline(text) or text.startswith(("http", "<http", "www.")) for text in paragraph
    )


def _separator_at(lines: Lines, rows: Sequence[int]) -> int:
    """Return the row of a "-- " that has a signature below it, or -1."""
    separators = [at for at, row in enumerate(rows) if is_separator(lines.texts[row])]
    if len(separators) != 1:
        return -1  # several of them part the points of a list
    below = rows[separators[0] + 1 :]
    if not 0 < len(below) < _MAX_SIGNATURE:
        return -1
    # A pair of dashes above a blank line or a sentence was typed to part two thoughts.
    row = rows[separators[0]]
    first = lines.texts[below[0]]
    typed = below[0] > row + 1 or is_sentence(first) or _is_point(first)
    return -1 if typed or any(is_farewell(lines.texts[at]) for at in below) else row


def _is_point(text: str) -> bool:
    """Say whether a line is a thing to do, as in "sign slip", and no tagline or address."""
    linked = "@" in text or "www." in text or "http" in text
    return text[0].islower() and " " in text and not linked and not is_tagline(text)


def _block_at(lines: Lines, rows: Sequence[int], sender: Address) -> int:
    """Return the row at which a signature block begins, with a line drawn above it, or -1."""
    cut = max(0, len(rows) - _BLOCK)
    above = [rows[cut - 1] if cut else -2, *rows[cut:]]
    rows = rows[cut:]
    # Bold words of a signature come as *words* in plain text.
    texts = [without_proxy(lines.texts[row].strip("*_ ") or lines.texts[row]) for row in rows]
    blank_above = [row - 1 != before for before, row in zip(above, rows, strict=False)]
    at = signature_start(texts, blank_above, sender)
    if at > 0 and is_rule(texts[at - 1]):
        at -= 1
    return rows[at] if at >= 0 else -1
