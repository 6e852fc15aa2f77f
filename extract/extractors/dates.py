"""Finds dates in mail and resolves them against the day on which the words were written.

One expression finds candidates cheaply (`extract.date_forms`); what it finds is typed, so that a
fraction, a name or a clock time (`extract.date_vetoes`) never reaches the arithmetic
(`extract.date_meaning`). What cannot be fixed to a day stays out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from extract.date_forms import ANY, FORMS, HEADER, LIST
from extract.date_meaning import resolve
from extract.date_values import day_of
from extract.date_vetoes import is_no_date
from extract.passage import Extractor, FoundDate, Notes, Passage
from extract.tense import read_tense

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[FoundDate, ...]:
    return tuple(find_dates(passage.text, passage.written, [s.start_char for s in doc.sents]))


EXTRACTOR: Extractor[FoundDate] = Extractor("dates", _find)


def find_dates(text: str, written: datetime | None, sentences: list[int]) -> Iterator[FoundDate]:
    """Yield the dates of a text in order.

    Args:
        text: What one person wrote, or a chain of quotes with "On ... wrote:" lines.
        written: When; without it only dates with a year can be resolved, and only those are given.
        sentences: Where sentences begin, ascending; tense is read within one.
    """
    base = written
    for match in ANY.finditer(text):
        form = (match.lastgroup or "_")[1:] if (match.lastgroup or "").startswith("_") else _form(match)
        if is_no_date(text, match, form):
            continue
        at = bisect_right(sentences, match.start()) - 1
        left = sentences[at] if at >= 0 else 0
        right = sentences[at + 1] if at + 1 < len(sentences) else len(text)
        tense = read_tense(text[left:right], match.start() - left, match.end() - left)
        resolved = resolve(form, match, base, tense)
        if resolved is None:
            continue
        (first, last), precision, basis = resolved
        yield FoundDate(match.start(), match.end(), match[0], first, last, precision, basis)
        yield from _listed(text, match, first, form, base)
        line = text.rfind("\n", 0, match.start()) + 1
        end_of_line = text.find("\n", match.end())
        header = text[line : end_of_line if end_of_line >= 0 else len(text)]
        if HEADER.match(header) and form in ("month_day", "day_month", "md", "iso") and basis == "explicit":
            base = datetime.combine(first, datetime.min.time()) + timedelta(hours=12)


def _form(match: re.Match[str]) -> str:
    return next(name for name, _ in FORMS if match[f"_{name}"] is not None)


def _listed(
    text: str, match: re.Match[str], first: date, form: str, base: datetime | None
) -> Iterator[FoundDate]:
    """Yield the further days of "October 3, 4 and 5": each is a date of its own."""
    if form == "ordinal" or (form == "month_day" and not match["y"] and not match["m_t"]):
        yield from _days_after(text, match.end(), first, ordinals_only=form == "ordinal")


def _days_after(text: str, at: int, last: date, *, ordinals_only: bool) -> Iterator[FoundDate]:
    while found := LIST.match(text, at):
        if ordinals_only and found["next"].isdigit():
            return
        day = day_of(last.year, last.month, int(re.sub(r"\D", "", found["next"])))
        if day is None or day <= last:
            return
        yield FoundDate(found.start("next"), found.end("next"), found["next"], day, None, "day", "explicit")
        at, last = found.end(), day
