"""Builds the language pipeline once: the blank English tokenizer and our own sentence splitter.

No trained model is needed. spaCy is imported late, since it takes over a second.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


@cache
def pipeline() -> Language:
    """Return the one pipeline of this process."""
    import spacy

    import extract.sentences  # noqa: F401  (registers the component by its decorator)

    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    nlp.add_pipe("mail_sentences")
    return nlp
