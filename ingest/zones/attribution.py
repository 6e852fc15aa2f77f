"""Recognises lines such as "On Tue, Mar 4, 2025 at 3:22 PM Priya Raman <praman@...> wrote:".

A person may type "on Monday he wrote:" too. So a line counts only with an address or a full date in
it; and where no quote marks follow, everything below hangs on it, so it then needs both a date with
year and an address or a time of day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ingest.zones.dates import Written, has_clock, months, read_written, words
from ingest.zones.phrases import phrases, table

if TYPE_CHECKING:
    from ingest.zones.lines import Lines

_MAX_ROWS = 5
_CAP = 600
_ADDRESS = re.compile(r"[^\s<>()\[\]:,;\"'|]{1,80}@[^\s<>()\[\],;:\"'|]{1,120}")
_ENDS = (":", "：")
_TIME = re.compile(r"\d{1,2}(?::\d{2}|[hH]\d{2})")
_ZONE = re.compile(r"\(?(?:[A-Z]{1,4}T|UTC|GMT|Z)?(?:[+\-−]\d{1,2}:?\d{0,2})?\)?,?")
_NAME_TRIM = " \t\"'“”„<>()[],;:*_"
_NAME_CAP = 120
_PRONOUNS = frozenset(["he", "she", "they", "you", "we", "i", "the", "my", "our", "his", "her", "your"])


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution line: rows `start <= row < stop` of the lines."""

    start: int
    stop: int
    name: str
    address: str
    written: Written | None


@cache
def openers() -> dict[str, str]:
    """Return the language of each word that an attribution may begin with, small or capitalised."""
    rows = table("introductions", "openers").items()
    return {form: language for language, row in rows for word in row for form in (word, word.capitalize())}


def may_attribute(text: str) -> bool:
    """Say cheaply whether an attribution could begin at a line; most lines of prose cannot."""
    return (
        text[0] in "-*_0123456789" or text[-1] in ":：" or "@" in text or text.partition(" ")[0] in openers()
    )


def find_address(text: str) -> tuple[str, int]:
    """Return the last address of a short text, lower case, and where it begins; else "" and -1."""
    if "@" not in text:
        return "", -1
    hits = list(_ADDRESS.finditer(text[:_CAP]))
    if not hits:
        return "", -1
    return hits[-1][0].removeprefix("mailto:").strip(".").lower(), hits[-1].start()


def find_attribution(lines: Lines, row: int) -> Attribution | None:
    """Return the attribution that begins at a row, wrapped over up to five rows, or None."""
    text = lines.texts[row]
    if not may_attribute(text):
        return None
    first = text.partition(" ")[0].lstrip("*_-")
    joined, stop = _join(lines, row)
    if not joined or _begins_below(lines, row, stop):
        return None
    return _read(lines, row, stop, joined, openers().get(first or joined.partition(" ")[0], ""))


def _begins_below(lines: Lines, row: int, stop: int) -> bool:
    """Say whether the rows are prose and then a whole attribution, with no blank line between them.

    HTML mail leaves none: "12:30 or 1:30?" stands right above "On Wed, Nov 19, 2025 at 3:02 PM ...".
    """
    for at in range(row + 1, stop):
        first = lines.texts[at]
        dated = first[0].isdigit() and not read_written(" ".join(lines.texts[row:at]))
        if (dated or first.partition(" ")[0] in openers()) and read_written(" ".join(lines.texts[at:stop])):
            return True
    return False


def _join(lines: Lines, row: int) -> tuple[str, int]:
    """Join rows of one depth up to the one that ends in a colon (or in dashes, as Zoho does)."""
    joined = ""
    dashed = lines.texts[row].startswith("--")
    opened = lines.texts[row].partition(" ")[0] in openers()
    for at in range(row, min(row + _MAX_ROWS, len(lines))):
        text = lines.texts[at]
        if not text or lines.depths[at] != lines.depths[row] or len(joined) + len(text) > _CAP:
            break
        joined = f"{joined} {text}" if joined else text
        bare = text.rstrip("*_ ")
        if bare.endswith(_ENDS) or (dashed and bare.endswith("--")):
            return joined.strip("*_- ").rstrip(":： \xa0\u202f"), at + 1
        if opened and "@" in joined and (end := _inline_end(joined)):
            return joined[:end].strip("*_- "), at + 1
    return "", row


def _inline_end(joined: str) -> int:
    """Return where the verb ends if quoted words follow on its line, as Yahoo's phone app writes; or 0."""
    address = joined.find("@")
    low = joined.lower()
    if ":" not in joined[address:] or len(low) != len(joined):
        return 0
    ends = [
        low.find(f"{verb}{colon}", address) + len(verb)
        for verb in _verbs()
        for colon in (":", " :")
        if f" {verb}{colon}" in low[address:]
    ]
    return min(ends, default=0)


def _read(lines: Lines, row: int, stop: int, joined: str, language: str) -> Attribution | None:
    below = lines.next_filled(stop)
    deeper = below >= 0 and lines.depths[below] > lines.depths[row]
    verb = _verb_at(joined)
    address, address_at = find_address(joined)
    if verb is None and not (address and (deeper or joined[0].isdigit())):
        return None
    written = read_written(joined, month_first=language in ("", "en"))
    timed = has_clock(joined)
    if deeper:
        proven = bool(address or written or (timed and language))
    else:
        proven = bool(written and (address or timed)) or bool(address and timed and language)
    if proven and not language and not deeper and verb and not (address and written):
        return None
    if proven and deeper and not address and _is_told(_name(joined, verb, address_at)):
        return None
    if (
        proven
        and not deeper
        and not _is_introduced(lines, row, below, _name(joined, verb, address_at), address)
    ):
        return None
    if not proven:
        return _bare(joined, verb, row, stop) if deeper and not language else None
    name = _name(joined, verb, address_at)
    if " via " in name:  # a mailing list writes its own address there, not the author's
        address = ""
    return Attribution(row, stop, name, address, written)


def _is_told(name: str) -> bool:
    """Say whether a "name" is a person's way of telling: "she", "the office"."""
    return bool(name) and name.split()[0].lower() in _PRONOUNS


def _is_introduced(lines: Lines, row: int, below: int, name: str, address: str) -> bool:
    """Say whether a line without marks below it stands and reads as mail programs write it.

    A person who tells what somebody wrote goes on in the same paragraph, in quotes, or says "she".
    """
    if _is_told(name):
        return False
    if address:
        return True
    attached = row > 0 and bool(lines.texts[row - 1]) and lines.depths[row - 1] == lines.depths[row]
    quoted = below >= 0 and lines.texts[below][0] in "\"'“«„"
    return bool(name) and not name[0].islower() and not attached and not quoted


def _bare(joined: str, verb: tuple[int, int] | None, row: int, stop: int) -> Attribution | None:
    """Accept "Dana Rivera wrote:" above quote marks, which some clients are set to write."""
    if verb is None or verb[1] != len(joined):
        return None
    name = joined[: verb[0]].strip(_NAME_TRIM)
    parts = name.split()
    if not 2 <= len(parts) <= 5 or not all(part[0].isupper() for part in (parts[0], parts[-1])):
        return None
    return Attribution(row, stop, name, "", None)


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(sorted(phrases("introductions", "verbs"), key=len, reverse=True))


def _verb_at(joined: str) -> tuple[int, int] | None:
    """Return where the verb stands, as a half-open range; the last one if there are several."""
    low = joined.casefold()
    if len(low) != len(joined):  # a letter that folds to two, as in "ß": offsets would shift
        low = joined.lower() if len(joined.lower()) == len(joined) else joined
    best: tuple[int, int] | None = None
    for found in _verb_pattern().finditer(low):
        at, stop = found.span()
        wide = ord(low[at]) > 0x2E80  # Chinese and its neighbours put no blanks between words
        edges = (at == 0 or not low[at - 1].isalnum()) and (stop == len(low) or not low[stop].isalnum())
        if wide or edges:
            best = (at, stop)
    return best


@cache
def _verb_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _verbs())))


def _name(joined: str, verb: tuple[int, int] | None, address_at: int) -> str:
    """Return the display name: between the date and the address or verb, or behind the verb."""
    stop = address_at if address_at >= 0 else len(joined)
    if verb and verb[1] <= stop:
        behind = joined[verb[1] : stop]
        if behind.strip(_NAME_TRIM) and not any(map(str.isdigit, behind)):
            return behind.strip(_NAME_TRIM)[:_NAME_CAP]  # "schrieb Jens Albrecht", "schreef ..."
        stop = min(stop, verb[0])  # "Jens Albrecht schrieb am 17.02.25"
    elif verb and verb[0] < stop:
        stop = verb[0]
    return _without_date(joined[:stop])[:_NAME_CAP]


def _without_date(text: str) -> str:
    tokens = text.split()
    last = max((at for at, token in enumerate(tokens) if _TIME.search(token)), default=-1)
    if last < 0:
        last = max((at for at, token in enumerate(tokens) if any(map(str.isdigit, token))), default=-1)
    at = last + 1
    if last >= 0:
        while at < len(tokens) and _belongs_to_time(tokens[at]):
            at += 1
    # Outlook on the web writes the address twice: "Dana <dana@example.org<mailto:dana@example.org>>".
    return " ".join(tokens[at:]).split("<", 1)[0].strip(_NAME_TRIM)


def _belongs_to_time(token: str) -> bool:
    """Say whether a word between clock and name is a half of day, a zone, or part of the date."""
    bare = token.casefold().strip(",;()")
    if bare.rstrip(".") in words("after_time") or bare in words("after_time"):
        return True
    if any(map(str.isdigit, token)):
        return True
    return bool(_ZONE.fullmatch(token)) or (bare.strip(".") in months() and token.endswith(","))
