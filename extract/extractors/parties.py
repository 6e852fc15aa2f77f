"""Finds people by what they are called: titles and roles, not names.

Who stands behind an address is the directory's matter; this finds "the nurse", "our advocate", "mom".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import read_toml
from extract.passage import Extractor, Found, Notes, Passage
from extract.tables import WordTable

if TYPE_CHECKING:
    from spacy.tokens import Doc


@cache
def _table() -> WordTable:
    rows = read_toml("roles").items()
    return WordTable((code, row["words"], row.get("strict", ())) for code, row in rows)


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[Found, ...]:
    return _table().find(doc)


EXTRACTOR: Extractor[Found] = Extractor("parties", _find)
