"""Finds the lines that introduce somebody else's message, whichever program wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from ingest.zones.attribution import find_address, find_attribution, may_attribute, openers
from ingest.zones.dates import has_clock, read_written
from ingest.zones.headers import field_of, find_block, find_notes_block
from ingest.zones.phrases import fold, phrases

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.zones.lines import Lines

_RULE = frozenset("_-=*")
_MARK_CAP = 600
_POINTER_CAP = 160
_MIN_RULE = 3
_PREFIX_CAP = 12
_DATE_FIELDS = ("Sent:", "Date:", "Enviado:", "Fecha:", "Envoyé :", "Date :", "Gesendet:", "Enviado em:")


@dataclass(frozen=True, slots=True)
class Introduction:
    """Rows `start <= row < stop` that say whose message follows.

    `forward` is None where the layout is the same for replies and forwards (a block of headers).
    `depth` is the depth of its last row: Apple Mail marks a forward outside the quote.
    """

    start: int
    stop: int
    depth: int
    name: str = ""
    address: str = ""
    written_at: datetime | None = None
    forward: bool | None = None


def find_introduction(lines: Lines, row: int, *, fresh: bool = False) -> Introduction | None:
    """Return the introduction that begins at a row that is not blank, or None.

    Args:
        lines: The whole text.
        row: Where it must begin.
        fresh: The subject says that nothing is answered, so that more proof is asked for.
    """
    text = lines.texts[row]
    found = None
    if text[0] in "-_=*" or text[-1] in ":-":
        found = _marked(lines, row, text)
    if not found and (":" in text[:34] or "：" in text[:34]):
        found = _block(lines, row, row, marked=False, forward=None)
        if (
            found
            and fresh
            and not (found.address and found.written_at and found.written_at.time() != time.min)
        ):
            found = None  # pasted by hand, and then it is a form more often than a message
    if not found and may_attribute(text):
        found = _attributed(lines, row, row, forward=False)
        if found and fresh and not (_is_marked_below(lines, found) and (found.address or found.written_at)):
            found = None
    return found or (_notes_from(lines, row, row, forward=None) if row in lines.addressed else None)


def may_introduce(lines: Lines, row: int) -> bool:
    """Say cheaply whether an introduction could begin at a row that is not blank; most rows say no."""
    text = lines.texts[row]
    return (
        text[0] in "-*_=0123456789"
        or text[-1] in ":：-"
        or ":" in text[:34]
        or "@" in text
        or "：" in text
        or text.partition(" ")[0] in openers()
        or row in lines.addressed
    )


def _marked(lines: Lines, row: int, text: str) -> Introduction | None:
    """Read "-----Original Message-----" or a drawn line, with what stands below it."""
    if len(text) > _MARK_CAP:
        return None
    mark = _marker(text)
    if mark is None:
        return None
    inline = _inline(lines, row, text, mark)
    if inline:
        return inline
    below = lines.next_filled(row + 1)
    if below < 0:
        return None
    drawn = mark == "rule"
    forward = {"forwarded": True, "original": None}.get(mark)
    found = _jammed(lines, row, below, forward=forward) if not drawn else None
    found = found or _block(lines, row, below, marked=not drawn, forward=forward)
    if found is None and drawn:
        found = _attributed(lines, row, below, forward=False)
    elif found is None:
        found = _attributed(lines, row, below, forward=forward) or _notes_from(
            lines, row, below, forward=forward
        )
        found = found or Introduction(row, row + 1, lines.depths[row], forward=forward)
    return found


def _is_marked_below(lines: Lines, found: Introduction) -> bool:
    """Say whether quote marks follow, which no person types by the line."""
    below = lines.next_filled(found.stop)
    return below >= 0 and lines.depths[below] > found.depth


def _inline(lines: Lines, row: int, text: str, mark: str) -> Introduction | None:
    """Read a marker with its whole block behind it on one line, as Yahoo writes in plain text."""
    colon = text.find(":")
    if mark == "rule" or colon < 0 or "@" not in text[colon:]:
        return None
    return _one_line(lines, row, row, forward=mark == "forwarded" or None)


def _jammed(lines: Lines, start: int, row: int, *, forward: bool | None) -> Introduction | None:
    """Read a block below a marker whose fields stand in one line without blanks, as Yahoo may leave them."""
    text = lines.texts[row]
    first = field_of(text)
    jammed = first and first[0] == "from" and "@" in text and any(name in text for name in _DATE_FIELDS)
    return _one_line(lines, start, row, forward=forward) if jammed else None


def _one_line(lines: Lines, start: int, row: int, *, forward: bool | None) -> Introduction:
    text = lines.texts[row]
    behind = text.partition(":")[2].strip()
    address, _ = find_address(behind.split(">", 1)[0])
    date = next((text.split(name, 1)[1] for name in _DATE_FIELDS if name in text), "")
    written = read_written(date)
    name = behind.split("<", 1)[0].strip(" \"'")
    at = written.at if written else None
    return Introduction(start, row + 1, lines.depths[row], name, address, at, forward)


def _marker(text: str) -> str | None:
    """Say what a line marks: "original", "forwarded", "rule" (a drawn line), or nothing."""
    bare = text.strip("-_=* \t")
    if not bare:
        return "rule" if len(text) >= _MIN_RULE and len(set(text) & _RULE) == 1 else None
    folded = fold(bare)
    if folded in phrases("introductions", "forwarded_line"):
        return "forwarded"
    if text[:2] != "--" and text[:2] != "==" and not text.startswith("*-"):
        return None
    if folded in phrases("introductions", "original"):
        return "original"
    if folded.startswith(phrases("introductions", "forwarded")):
        return "forwarded"
    return None


def _block(lines: Lines, start: int, row: int, *, marked: bool, forward: bool | None) -> Introduction | None:
    found = find_block(lines, row, marked=marked)
    if found is None:
        return None
    at = found.written.at if found.written else None
    return Introduction(start, found.stop, lines.depths[row], found.name, found.address, at, forward)


def _attributed(lines: Lines, start: int, row: int, *, forward: bool | None) -> Introduction | None:
    found = find_attribution(lines, row)
    if found is None:
        return None
    at = found.written.at if found.written else None
    return Introduction(start, found.stop, lines.depths[row], found.name, found.address, at, forward)


def _notes_from(lines: Lines, start: int, row: int, *, forward: bool | None) -> Introduction | None:
    found = find_notes_block(lines, row)
    if found is None:
        return None
    at = found.written.at if found.written else None
    return Introduction(start, found.stop, lines.depths[row], found.name, found.address, at, forward)


def is_forward_subject(subject: str) -> bool:
    """Say whether the first prefix of a subject is one of a forward, as in "Fwd: Picture day"."""
    return _prefix(subject) in phrases("introductions", "subject_forward")


def is_fresh_subject(subject: str) -> bool:
    """Say whether a subject is there and has no prefix of an answer or a forward."""
    known = phrases("introductions", "subject_reply") + phrases("introductions", "subject_forward")
    return bool(subject.strip()) and _prefix(subject) not in known


def _prefix(subject: str) -> str:
    # Gateways put "[EXTERNAL]" and lists their name in front; counters follow as in "Re[2]:".
    bare = subject.strip()
    while bare.startswith("[") and "]" in bare:
        bare = bare.split("]", 1)[1].strip()
    head, colon, _ = bare.partition(":")
    return fold(head).split("[", 1)[0].strip() if colon and len(head) < _PREFIX_CAP else ""


def has_pointer(text: str) -> bool:
    """Say whether a line ends as attributions do in any language: an address or date, then a colon."""
    return text.endswith((":", "：")) and len(text) <= _POINTER_CAP and ("@" in text or has_clock(text))
