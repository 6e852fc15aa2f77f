"""Finds words of a table in a text: the longest first, each place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.nlp import pipeline
from extract.passage import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc


class WordTable:
    """Codes by words, for spaCy's PhraseMatcher.

    Args:
        rows: (code, words, strict words); strict words match in their own capitals only.
    """

    def __init__(self, rows: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> None:
        from spacy.matcher import PhraseMatcher

        nlp = pipeline()
        self._loose = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._strict = PhraseMatcher(nlp.vocab, attr="ORTH")
        for code, words, strict in rows:
            self._loose.add(code, [nlp.make_doc(word) for word in words])
            if strict := tuple(strict):
                self._strict.add(code, [nlp.make_doc(word) for word in strict])

    def find(self, doc: Doc) -> tuple[Found, ...]:
        """Return what stands in the text, in its order; where two overlap, the longer one."""
        from spacy.util import filter_spans

        spans = self._loose(doc, as_spans=True) + self._strict(doc, as_spans=True)
        return tuple(Found(s.start_char, s.end_char, s.text, s.label_) for s in filter_spans(spans))
