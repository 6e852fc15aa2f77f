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
    """Set sentence starts on every token, all at once: one by one is several times slower."""
    import numpy as np

    whole = doc.text  # spaCy joins it anew each time it is asked
    tokens = [(token.text, token.idx, bool(token.whitespace_)) for token in doc]
    starts = np.full((len(tokens), 1), -1, dtype=np.int64)
    start_next, line_start = True, 0
    for index, (text, at, _) in enumerate(tokens):
        if text.isspace():
            if "\n" in text:
                start_next = start_next or _line_ends_thought(whole, text, at, line_start)
                line_start = at + len(text)
            continue
        if start_next and text not in CLOSERS:
            starts[index, 0], start_next = 1, False
        if _stops(tokens, index):
            start_next = True
    return doc.from_array(["SENT_START"], starts.view(np.uint64))  # type: ignore[arg-type]  # its stub wants 32 bits


def _line_ends_thought(whole: str, blank: str, at: int, line_start: int) -> bool:
    if blank.count("\n") > 1:
        return True
    after = whole[at + len(blank) : at + len(blank) + 6]
    if _ITEM.match(after):
        return True
    line = whole[line_start:at]
    return len(line) < SHORT_LINE and not line.rstrip().endswith(",") and after[:1].isupper()


def _stops(tokens: list[tuple[str, int, bool]], index: int) -> bool:
    text, _, spaced = tokens[index]
    if text in STOPS:
        if text == "." and index and (_abbreviates(tokens, index) or _numbers_item(tokens, index)):
            return False
        if index + 1 == len(tokens) or spaced:
            return True
        follows = tokens[index + 1][0]
        return follows.isspace() or follows in CLOSERS
    # "late?!" may come as one token with its marks; "p.m." ends a sentence only by what follows it.
    return len(text) > 2 and text[-1] in "?!" and text[0].isalpha()


def _abbreviates(tokens: list[tuple[str, int, bool]], index: int) -> bool:
    return tokens[index - 1][0].lower() + "." in ABBREVIATIONS


def _numbers_item(tokens: list[tuple[str, int, bool]], index: int) -> bool:
    """Say whether the full stop at `index` belongs to "1." at the beginning of a line."""
    number = tokens[index - 1][0]
    return number.isdigit() and len(number) <= 2 and (index == 1 or "\n" in tokens[index - 2][0])
