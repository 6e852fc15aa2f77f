"""Splits mail into sentences: at full stops, but also at blank lines, list items and short lines.

spaCy's own sentencizer knows no lines; in mail a greeting, a heading or a list item without a
full stop would run into the next thought and lend it a date or a "not" that is not its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.language import Language

if TYPE_CHECKING:
    from spacy.tokens import Doc

STOPS = frozenset((".", "!", "?", "…", "...", "..", "!!", "??", "?!", "!?", "???", "!!!"))
CLOSERS = frozenset(('"', "'", "”", "’", ")", "]", "»"))
ABBREVIATIONS = frozenset(
    (
        "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "jr.", "sr.", "vs.", "etc.", "e.g.", "i.e.", "no.",
        "jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.", "sept.", "oct.", "nov.", "dec.",
        "mon.", "tue.", "tues.", "wed.", "thu.", "thur.", "thurs.", "fri.", "sat.", "sun.", "a.m.", "p.m.",
        "min.", "approx.", "dept.", "ext.", "re.", "rm.", "p.", "pp.",
    )
)  # fmt: skip
SHORT_LINE = 45
"""Characters: a line shorter than this was ended by its writer, not by a mail program's wrapping."""

_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\(?\d{1,2}[.)]|\(?[a-h][.)])[ \t]")


@Language.component("mail_sentences")
def mail_sentences(doc: Doc) -> Doc:
    """Set sentence starts on every token."""
    start_next, line_start = True, 0
    for token in doc:
        if token.is_space:
            token.is_sent_start = False
            if "\n" in token.text:
                start_next = start_next or _line_ends_thought(doc, token.i, line_start)
                line_start = token.idx + len(token.text)
            continue
        if start_next and token.text not in CLOSERS:
            token.is_sent_start, start_next = True, False
        else:
            token.is_sent_start = False
        if _stops(doc, token.i):
            start_next = True
    return doc


def _line_ends_thought(doc: Doc, index: int, line_start: int) -> bool:
    token = doc[index]
    if token.text.count("\n") > 1:
        return True
    after = doc.text[token.idx + len(token.text) :][:6]
    if _ITEM.match(after):
        return True
    line = doc.text[line_start : token.idx]
    return len(line) < SHORT_LINE and not line.rstrip().endswith(",") and after[:1].isupper()


def _stops(doc: Doc, index: int) -> bool:
    token = doc[index]
    text = token.text
    if text in STOPS:
        follows = doc[index + 1] if index + 1 < len(doc) else None
        if text == "." and index and doc[index - 1].lower_ + "." in ABBREVIATIONS:
            return False
        return follows is None or bool(token.whitespace_) or follows.is_space or follows.text in CLOSERS
    # "p.m." and "Jan." are one token; they end a sentence only before a capital letter that starts one.
    return len(text) > 2 and text[-1] in "?!" and text[0].isalpha()
