"""Finds services and supports by their names, with the codes of the taxonomy."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extract.lexicon import read_toml
from extract.passage import Extractor, Found, Notes, Passage
from extract.tables import WordTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FREE_SPEECH = re.compile(
    r"\s+(?:contest|tournament|team|club|and debate|class|about|at the|on the|to the)\b", re.IGNORECASE
)
"""After "speech": words that make it an address, not a therapy."""


@cache
def _table() -> WordTable:
    rows = read_toml("services").items()
    return WordTable((code, row["words"], row.get("strict", ())) for code, row in rows)


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[Found, ...]:
    return tuple(
        found
        for found in _table().find(doc)
        if not (found.text.lower() == "speech" and _FREE_SPEECH.match(passage.text, found.end))
    )


EXTRACTOR: Extractor[Found] = Extractor("services", _find)
