"""Finds acts by the lexicons: what was asked, done, said or held back, and how it is meant.

The part to be replaced by a trained reader: whoever offers an `Extractor[Act]` may stand here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.modality import clause_around, read_modality
from extract.passage import Act, Extractor, FoundDate, Notes, Passage
from extract.phrases import plain
from models.codes import KIND_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from extract.lexicon import Lexicon, Row
    from extract.phrases import Phrase

LONGEST_QUOTE = 180
"""Characters: a longer sentence is quoted by its clause only."""

FOLLOWS = frozenset(
    ("notification_missed", "parent_notified", "incident", "removal_from_class", "restraint_or_seclusion")
)
"""Acts that people tell as the next step of a story, without naming its day again."""

HEADING_BARS = 2
"""A line of a table has at least so many bars."""

FOLLOWS_SENTENCES = 2
"""How far back such a story's day may stand."""

REFUSALS = frozenset(category for category in KIND_OF if category.endswith("_denial"))
"""Acts that are done by saying "no", now, whatever day the "no" speaks of."""

ONLY_SPOKEN_OF = frozenset(("policy", "offered", "conditional", "hypothetical", "question", "threatened"))
"""How a school speaks of a family's act that nobody did: "you may file a complaint"."""

COARSE = frozenset(("month", "season", "year"))
"""Precisions that say when a thing was, but not when it is only asked or thought of."""

DOERS = {"protected_activity": "family", "adverse_action": "school"}
"""Which side does the acts of a kind; a school event has no side of its own."""

_OTHER_CHILD = re.compile(
    r"\b(?:another|other|a different|some) (?:kids?|child|children|students?|boys?|girls?|parents?)\b"
    r"|\bmy (?:cousin|nephew|niece|neighbor)\b"
)

_ASIDE = re.compile(r"\([^()]*\)")


def extractor(lexicon: Lexicon, siblings: tuple[str, ...] = ()) -> Extractor[Act]:
    """Return the act extractor over a lexicon; sentences about a sibling alone are left out."""
    others = (
        re.compile(r"\b(?:" + "|".join(re.escape(plain(s)) for s in siblings) + r")\b") if siblings else None
    )

    def find(passage: Passage, doc: Doc, notes: Notes) -> tuple[Act, ...]:
        found: dict[tuple[int, str], Act] = {}
        starts = [sentence.start_char for sentence in doc.sents]
        for number, sentence in enumerate(doc.sents):
            start, end = sentence.start_char, sentence.end_char
            earliest = starts[max(0, number - FOLLOWS_SENTENCES)]
            text = plain(passage.text[start:end])
            if others and others.search(text):
                continue
            for act in _in_sentence(lexicon, passage, text, start, earliest, notes):
                key = (start, act.category)
                if key not in found or act.score > found[key].score:
                    found[key] = act
        return tuple(sorted(found.values(), key=lambda a: (a.start, a.end, a.category)))

    return Extractor("acts", find)


def _in_sentence(
    lexicon: Lexicon, passage: Passage, text: str, offset: int, earliest: int, notes: Notes
) -> Iterator[Act]:
    """Yield the acts of one sentence; `earliest` is where a story's date may stand that this one follows."""
    for row, phrase, start, end in lexicon.matches(text):
        if passage.side not in row.who or (passage.broadcast and not row.notice) or _is_heading(text, start):
            continue
        modality = _modality(row, phrase, passage, text, start, end)
        if (
            modality == "done"
            and row.modality == "read"
            and row.category not in REFUSALS
            and row.timing == "fact"
            and _lies_ahead(passage, notes, offset, len(text))
        ):
            modality = "planned"  # "the aide starts Monday"
        if _only_spoken_of(row, passage, modality):
            continue
        first, last = _quote(text, start, end)
        dates = [d for d in notes.dates if offset <= d.start and d.end <= offset + len(text)]
        near = clause_around(text, start, end)
        role = _Role(modality, start + offset, near[0] + offset, near[1] + offset, _asides(text, offset))
        if not dates and row.category in FOLLOWS:
            dates = [d for d in notes.dates if earliest <= d.start and d.end <= offset][-1:]
        services = tuple(
            dict.fromkeys(s.code for s in notes.services if offset + first <= s.start < offset + last)
        )
        yield Act(
            start=offset + first,
            end=offset + last,
            category=row.category,
            modality=modality,
            score=row.score,
            rule=row.name,
            on=_when(row, role, passage, dates),
            target=row.target,
            services=services,
        )


def _lies_ahead(passage: Passage, notes: Notes, offset: int, length: int) -> bool:
    """Say whether all days that a sentence names are still to come."""
    days = [d.first for d in notes.dates if offset <= d.start and d.end <= offset + length and d.first]
    return bool(days) and passage.written is not None and min(days) > passage.written.date()


def _modality(row: Row, phrase: Phrase, passage: Passage, text: str, start: int, end: int) -> str:
    if row.modality != "read":
        return row.modality
    kind = KIND_OF[row.category]
    return read_modality(
        text,
        start,
        end,
        adverse=kind == "adverse_action",
        by_doer=DOERS.get(kind, passage.side) == passage.side,
        negative=phrase.negative,
        refusal=phrase.negative and row.category in REFUSALS,
    )


def _only_spoken_of(row: Row, passage: Passage, modality: str) -> bool:
    """Say whether somebody else only imagines, or allows, what a family might do."""
    familys = DOERS.get(KIND_OF[row.category]) == "family"
    return familys and passage.side != "family" and modality in ONLY_SPOKEN_OF


def _is_heading(text: str, start: int) -> bool:
    """Say whether a place stands in the heading of a table: cells without a number between bars."""
    line = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
    return line.count(" | ") >= HEADING_BARS and not any(c.isdigit() for c in line)


def _quote(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch to show: the sentence, or the clause where the sentence is long."""
    first, last = (0, len(text)) if len(text) <= LONGEST_QUOTE else clause_around(text, start, end)
    while first < last and text[first] in " \t\n\r,;-*>":
        first += 1
    while last > first and text[last - 1] in " \t\n\r":
        last -= 1
    return min(first, start), max(last, end)


@dataclass(frozen=True, slots=True)
class _Role:
    """What decides which date of a sentence is an act's own. Offsets are in the passage's text."""

    modality: str
    place: int
    clause_start: int
    clause_end: int
    asides: tuple[tuple[int, int], ...]

    def strays(self, day: FoundDate) -> bool:
        """Say whether a date only compares, or is too wide for what is merely asked or thought of."""
        aside = any(
            start <= day.start and day.end <= end and not start <= self.place < end
            for start, end in self.asides
        )
        open_ended = self.modality in ("hypothetical", "question")
        return day.precision in COARSE and (aside or open_ended)

    def distance(self, day: FoundDate) -> tuple[bool, int]:
        """Return how far a date is from the act: those of its own clause first, then by characters."""
        outside = not (self.clause_start <= day.start < self.clause_end)
        return outside, abs(day.start - self.place)


def _asides(text: str, offset: int) -> tuple[tuple[int, int], ...]:
    return tuple((m.start() + offset, m.end() + offset) for m in _ASIDE.finditer(text))


def _when(row: Row, role: _Role, passage: Passage, dates: list[FoundDate]) -> FoundDate | None:
    """Return the date of a sentence that tells when the act took place, else None."""
    if row.timing == "now" or not dates:
        return None
    usable = [d for d in dates if d.first is not None and not role.strays(d)]
    if passage.written and (
        role.modality in ("done", "ongoing") or row.timing == "told" or row.category in REFUSALS
    ):
        today = passage.written.date()
        usable = [d for d in usable if d.first and d.first <= today]
        if row.category in REFUSALS:  # "not this year" is said today
            usable = [d for d in usable if d.precision not in COARSE or (d.last and d.last < today)]
    return min(usable, key=role.distance, default=None)
