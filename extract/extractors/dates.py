"""Finds dates and resolves them against the day on which the words were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.passage import Extractor, FoundDate, Notes, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[FoundDate, ...]:
    return ()


EXTRACTOR: Extractor[FoundDate] = Extractor("dates", _find)
