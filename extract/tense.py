"""Reads whether the words around a date look back or ahead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.modality import clause_around
from extract.phrases import plain

if TYPE_CHECKING:
    from extract.date_values import Tense

_PAST = re.compile(
    r"\b(?:was|were|did|didn't|had|wasn't|weren't|been|went|sent|said|told|met|came|got|took|gave|left|wrote|saw|held"
    r"|heard|found|began|ran|threw|bit|fell|made|kept|brought|spoke|spent|thought|knew|felt|lost|paid|sat|stood"
    r"|understood|forgot|broke|chose|drove|ate|slept|cried|ago|since|dated|yesterday|thank(?:s| you) for"
    r"|(?:has|have|'ve) (?:not |never |already |just |only )?(?:been|had|done|gone|\w+ed|\w+en)"
    r"|(?!need|speed|feed|indeed|exceed|succeed|proceed|attached|based|supposed|bed|red|wed|shed|sped)\w{2,}ed)\b"
)
_FUTURE = re.compile(
    r"\b(?:will|won't|shall|going to|gonna|must|should|need(?:s)?|can|could|would|may|might|please|due|deadline|by"
    r"|until|starts?|begins?|available|works?|free|plan(?:s|ning)?|want(?:s)?|let's|let us|hope|hoping|next|upcoming|is"
    r"|are|be|expect|before|tomorrow|coming|does|do|resumes?|expires?|opens?|returns?|rsvp|bring)\b|'ll\b"
)
_PARTICIPLE_AHEAD = re.compile(
    r"\b(?:is|are|be|been|'s|'re) (?:\w+ )?(?:scheduled|set|planned|needed|expected|moved|invited|required|closed"
    r"|rescheduled|postponed|booked|confirmed)\b|\b(?:if|unless) .*ed\b"
)


def read_tense(sentence: str, start: int, end: int) -> Tense:
    """Return where the clause around `start:end` of a sentence looks; the sentence decides if it has no verb."""
    text = plain(sentence)
    before = text[max(0, start - 12) : start]
    if re.search(r"\b(?:since|ever since|dated|of)\s+$", before):
        return "past"
    if re.search(r"\b(?:by|until|till|starting|beginning|effective)\s+$", before):
        return "past" if re.search(r"\b(?:was|were|had|did)\b", text) else "future"
    left, right = clause_around(text, start, end)
    for stretch in (_without(text, left, right, start, end), text[:start] + " " + text[end:]):
        if found := _look(stretch):
            return found
    return "none"


def _without(text: str, left: int, right: int, start: int, end: int) -> str:
    return text[left:start] + " " + text[end:right]


def _look(stretch: str) -> Tense | None:
    if _PARTICIPLE_AHEAD.search(stretch) and not re.search(r"\b(?:was|were|had|did)\b", stretch):
        return "future"
    past, future = _PAST.search(stretch), _FUTURE.search(stretch)
    strong = re.search(r"\b(?:will|won't|shall|going to|gonna|must|please)\b|'ll\b", stretch)
    if past and not strong:
        return "past"
    return "future" if future else None
