"""Stub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.passage import Extractor, Found, Notes, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[Found, ...]:
    return ()


EXTRACTOR: Extractor[Found] = Extractor("parties", _find)
