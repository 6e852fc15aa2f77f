"""Recognises blocks of From, Sent, To and Subject lines, as Outlook and forwards put them.

A form that a parent pastes has such lines too. So a block counts only if it is complete enough and
also has what only a mail program writes: an address behind From or a time of day behind Sent, or a
line such as "-----Original Message-----" above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ingest.zones.attribution import find_address
from ingest.zones.dates import Written, has_clock, read_written
from ingest.zones.phrases import table

if TYPE_CHECKING:
    from ingest.zones.lines import Lines

_NAME_CAP = 34
_MAX_ROWS = 60
_TRIM = " *_\t\xa0\u202f"
_ENGLISH_DATE = ("sent", "date", "date sent")
_NUMERIC_DAY = re.compile(r"\d[/.\-]\d")
_NOTES_STAMP = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\s+\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Block:
    """A block that was found: rows `start <= row < stop` of the lines."""

    start: int
    stop: int
    name: str
    address: str
    written: Written | None


@cache
def _roles() -> dict[str, str]:
    return {name: role for role, names in table("introductions", "fields").items() for name in names}


def field_of(text: str) -> tuple[str, str, str] | None:
    """Return role, name as written and value of a line such as "*Sent:* Monday", or None."""
    colon = text.find(":", 0, _NAME_CAP)
    if colon < 0:
        colon = text.find("：", 0, _NAME_CAP)
    if colon < 1:
        return None
    name = text[:colon].strip(_TRIM).casefold()
    role = _roles().get(name)
    return (role, name, text[colon + 1 :].strip(_TRIM)) if role else None


def find_block(lines: Lines, row: int, *, marked: bool = False) -> Block | None:
    """Return the block that begins at a row.

    Args:
        lines: The whole text.
        row: Where the first field must stand.
        marked: A line above says that a message follows, so that less proof is needed.
    """
    first = field_of(lines.texts[row])
    if first is None or not (marked or first[0] == "from"):
        return None
    values, stop = _collect(lines, row)
    if "from" not in values or len(values) < 2:
        return None
    sender, sent = values["from"][1], values.get("date", ("", ""))
    name, address = _person(sender)
    proven = marked or bool(address) or has_clock(sent[1])
    stated = bool({"date", "to", "subject"} & values.keys())
    attached = row > 0 and bool(lines.texts[row - 1]) and lines.depths[row - 1] == lines.depths[row]
    if not marked and not address and (attached or len(values) < 4 or _NUMERIC_DAY.search(sent[1])):
        return None  # a form in the middle of somebody's words; Outlook spells the month
    if not proven or not stated or not (marked or (len(values) >= 3) or (address and has_clock(sent[1]))):
        return None
    month_first = sent[0] in _ENGLISH_DATE
    return Block(row, stop, name, address, read_written(sent[1], month_first=month_first))


def _collect(lines: Lines, row: int) -> tuple[dict[str, tuple[str, str]], int]:
    """Gather fields from a row on: role -> (name, value), and the row after the last."""
    depth, last, stop = lines.depths[row], "", row
    values: dict[str, tuple[str, str]] = {}
    at = row
    while at < min(row + _MAX_ROWS, len(lines)) and lines.depths[at] == depth:
        text = lines.texts[at]
        found = field_of(text) if text else None
        if found and (found[0] not in values or found[0] in ("other", "cc")):
            last = found[0]
            values[last] = (found[1], found[2])
        elif not text:
            # Paragraphs made of the fields of one block: HTML mail turned into text.
            following = field_of(lines.texts[at + 1]) if at + 1 < len(lines) else None
            if not following or following[0] in values or "subject" in values:
                break
        elif found or not _continues(last, text, lines.texts[at - 1]):
            break
        elif values.get(last):
            values[last] = (values[last][0], f"{values[last][1]} {text}"[:2000])
        at += 1
        stop = at
    return values, stop


def _continues(role: str, text: str, above: str) -> bool:
    """Say whether a line goes on with a long list of people."""
    if role not in ("from", "to", "cc"):
        return False
    return (
        above.endswith((";", ",", "<"))
        or (";" in text and "@" in text)
        or (text[0] == "<" and text[-1] == ">")
    )


def _person(value: str) -> tuple[str, str]:
    """Split "Dana Rivera <dana@example.org>", "[mailto:...]" and Notes forms into name and address."""
    address, start = find_address(value)
    name = value[:start] if address else value
    for cut in ("[", "<", "(mailto"):
        name = name.split(cut, 1)[0]
    name = name.split(" on behalf of ", 1)[-1]
    return name.strip(" \t\"'“”(,;"), address


def find_notes_block(lines: Lines, row: int) -> Block | None:
    """Return a block as Lotus Notes writes it: a name, a date with time, To, cc and Subject.

    Args:
        lines: The whole text.
        row: Where the name, or the name with the date, stands.
    """
    depth, stamped = lines.depths[row], -1
    for at in range(row, min(row + 3, len(lines))):
        if not lines.texts[at]:
            break
        if lines.depths[at] == depth and len(lines.texts[at]) < 120 and _NOTES_STAMP.search(lines.texts[at]):
            stamped = at
            break
    below = lines.next_filled(stamped + 1, within=3) if stamped >= 0 else -1
    found = field_of(lines.texts[below]) if below > 0 and lines.depths[below] == depth else None
    if not found or found[0] != "to":
        return None
    values, stop = _collect(lines, below)
    if "subject" not in values:
        return None
    stamp = _NOTES_STAMP.search(lines.texts[stamped])
    name = lines.texts[row] if stamped > row else lines.texts[row][: stamp.start() if stamp else 0]
    name = name.replace("Sent by:", "").strip(' \t"<,')
    if not name or len(name) > 80 or field_of(name + ":"):
        return None
    person, address = _person(name)
    return Block(
        row,
        stop,
        person.split("@", 1)[0] if not address else person,
        address,
        read_written(lines.texts[stamped]),
    )
