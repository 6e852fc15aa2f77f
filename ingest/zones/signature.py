"""Finds the block below somebody's own words that a program or a template put there.

A typed name is the writer's own, and so is a telephone number below it. A block begins at a name
that has a role, a school or several ways of contact below it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ingest.zones.phrases import fold, phrases
from ingest.zones.taglines import is_tagline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Address

_MAX_ROWS = 12
_LINE = 140
_WORDS = 16
_MAX_MOTTOS = 3
_FAREWELL = 48
_FAREWELL_WORDS = 6
_SENTENCE = 9
_SEPARATORS = ("--", "- -")
_HEAD = re.compile(r"[^,|(/•·–—]*")
_PHONE = re.compile(r"\d{3}[\s.\-)/]{0,3}\d{3,4}|\+\d[\d\s.\-()]{6,}|\d{2}(?:[ .]\d{2}){3,4}")
_PROXY = re.compile(r"(?:i\. ?[AV]\.|gez\.|[pP]\. ?[oOaApP]\.)\s*(?=[^\W\d_a-z])")
_STROKES = re.compile(r"[|•·]")
_MIN_CELLS = 3
_POST_WORDS = 5
_LINK = re.compile(r"<?(?:https?://|mailto:)[^\s>]{0,500}>?")
_ORGANISATION = frozenset(
    (
        *("school", "schools", "elementary", "academy", "district", "isd", "usd", "college", "university"),
        *(
            "department",
            "office",
            "high",
            "middle",
            "escuela",
            "colegio",
            "école",
            "collège",
            "lycée",
            "schule",
        ),
    )
)
_PARTICLES = ("de", "la", "del", "van", "von", "der", "y", "da", "dos", "le")
_PARTICLE_LETTERS = frozenset(word[0] for word in _PARTICLES)
_POSTSCRIPT = ("ps ", "ps:", "p.s", "pd:", "p.d.", "nb:")
_WORD = re.compile(r"[^\W\d_]+(?:[./'&-][^\W\d_]+)*\.?")


def is_separator(text: str) -> bool:
    """Say whether a line is the "-- " that mail programs put above a signature."""
    return text in _SEPARATORS


def is_sentence(text: str) -> bool:
    """Say whether a line reads as prose, and not as a name, a motto in quotes or a tagline."""
    return len(text.split()) >= _SENTENCE and text[0] not in "\"“'«" and not is_tagline(text)


def without_proxy(text: str) -> str:
    """Leave out what says that somebody signs for another: "i. A. Sabine Vogt", "gez. S. Vogt"."""
    return _PROXY.sub("", text) if text[0] in "igpP" else text


@lru_cache(maxsize=2_048)
def is_farewell(text: str) -> bool:
    """Say whether a line is only a closing word, as "Best regards," or "Liebe Grüße aus der Seerose"."""
    if len(text) > _FAREWELL:
        return False
    bare = fold(text).rstrip(",.!;: -")
    if bare in _farewells():
        return True
    words = bare.split()
    if not 1 < len(words) <= _FAREWELL_WORDS or text[-1] in ".?:;":
        return False
    return any(
        " ".join(words[:size]) in _farewells() or " ".join(words[-size:]) in _farewells()
        for size in range(1 if text[-1] in ",!" else 2, len(words))
    )


def signature_start(texts: Sequence[str], blank_above: Sequence[bool], sender: Address) -> int:
    """Return the index of the first line of a signature block that ends the texts, or -1.

    Args:
        texts: Lines of one stretch of own words, blank ones left out.
        blank_above: For each of them, whether a blank line stands above it.
        sender: Whose name to look for.
    """
    start = _start_of_block(texts, blank_above, sender)
    told = start > 0 and texts[start - 1][-1] == ":"  # "Our new address:" above a name and a street
    return -1 if told else start


def _start_of_block(texts: Sequence[str], blank_above: Sequence[bool], sender: Address) -> int:
    named = _named_start(texts, sender)
    if named >= 0:
        return named - 1 if _is_stranger(texts, named - 1, sender) else named
    top = _block_top(texts)
    if top == len(texts):
        return -1
    names = [at for at in range(top, len(texts)) if _is_name(texts[at], sender)]
    signer = next(
        (
            at
            for at in range(top, len(texts))
            if _is_stranger(texts, at, sender) or _is_post_above(texts, at, sender)
        ),
        -1,
    )
    if signer >= 0:
        blanks = blank_above[signer + 1 :]
        apart = blanks[0] and not all(blanks) and _is_stranger(texts, signer, sender)
        return signer + 1 if apart else signer  # a name apart from a block that hangs together was typed
    full = [at for at in names if _matches(texts[at], sender) > 1]
    for at in [*reversed(full), *(at for at in names if at not in full)]:
        below = texts[at + 1 :]
        if not below and _is_card(texts[at]):
            return at
        apart = at + 1 < len(texts) and blank_above[at + 1]
        if at not in full and apart and len(_head(texts[at]).split()) < 2:
            continue  # "Dana", then a block with no name: the name was typed
        if _is_block(texts[at], below):
            return at
    if (top == 0 or blank_above[top] or is_farewell(texts[top - 1])) and _is_office(texts[top:]):
        return top
    typed = next((at for at in names if at + 1 < len(texts) and blank_above[at + 1]), -1)
    return typed + 1 if typed >= 0 and _is_office(texts[typed + 1 :]) else -1


def _named_start(texts: Sequence[str], sender: Address) -> int:
    """Return the line with the sender's full name above a role or school, whatever stands below; or -1.

    Mottos, addresses and hours of the office may read like sentences, so they are not judged here.
    """
    for at in range(len(texts) - 1, max(0, len(texts) - _MAX_ROWS) - 1, -1):
        matches = _matches(texts[at], sender)
        if not matches or (matches < 2 and len(_head(texts[at]).split()) < 2):
            continue
        if not _is_name(texts[at], sender):
            continue
        below = texts[at + 1 :]
        rest = texts[at][len(_head(texts[at])) :]
        told = [text for text in (rest, *below[:2]) if text and _is_work(text)]
        if (
            not told
            or not below
            or any(_is_family(text) or _is_relative(text, texts[at]) for text in (rest, *below[:2]))
        ):
            continue
        if (
            below[0][-1] in "?:"
            or len(below[0]) > _LINE
            or any(text.casefold().startswith(_POSTSCRIPT) for text in below)
        ):
            continue
        if sum(map(is_sentence, below)) <= _MAX_MOTTOS and not is_sentence(below[0]):
            return at
    return -1


def _block_top(texts: Sequence[str]) -> int:
    """Return where the lines begin that could be of a block: short, and no sentences."""
    top = len(texts)
    while top > 0 and len(texts) - top < _MAX_ROWS and _could_belong(texts[top - 1]):
        top -= 1
    return top


def _could_belong(text: str) -> bool:
    if len(text) > _LINE or text[-1] in "?!,;:" or len(text.replace("|", " ").split()) > _WORDS:
        return False
    if is_farewell(text) or text[:4].casefold().startswith(_POSTSCRIPT):
        return False
    return (
        text[-1] != "."
        or len(text.split()) < 4
        or _is_contact(text)
        or text.endswith(("Ed.", "D.", "A.", "S.", "Inc.", " V.", ".V."))
    )


def _head(text: str) -> str:
    found = _HEAD.match(text)
    return (found[0] if found else "").split(" - ", 1)[0].strip(" -")


def _is_name(text: str, sender: Address) -> bool:
    if text[0].islower() and text[0] not in _PARTICLE_LETTERS:
        return False
    head = _head(text)
    parts = head.split()
    if not 1 <= len(parts) <= 5 or any(map(str.isdigit, head)) or "@" in head or ":" in head:
        return False
    if not all(part[0].isupper() or part.casefold() in _PARTICLES for part in parts):
        return False
    if not _ORGANISATION.isdisjoint(_words(head)):
        return False
    if _matches(text, sender):
        return True
    return not sender.name and len(parts) > 1 and not _is_work(head)


def _is_stranger(texts: Sequence[str], at: int, sender: Address) -> bool:
    """Say whether somebody signs whose name the header does not give, as for an office.

    Then the name stands below a closing word, or is typed twice, and below it stand a role and
    either ways of contact or the name of the office.
    """
    head, below = _head(texts[at]), texts[at + 1 :]
    parts = head.split()
    if at < 1 or not 2 <= len(parts) <= 4 or len(below) < 2:
        return False
    if not is_farewell(texts[at - 1]) and not _is_typed_above(texts, at, parts):
        return False
    proper = all(part[0].isupper() or part.casefold() in _PARTICLES for part in parts)
    if not proper or any(map(str.isdigit, head)) or _is_work(head) or not _is_work(below[0]):
        return False
    return any(_is_contact(text) or _matches(text, sender) > 1 for text in below)


def _is_post_above(texts: Sequence[str], at: int, sender: Address) -> bool:
    """Say whether a post stands above a name, as in "Il Dirigente Scolastico / Prof. Marco Bruni"."""
    if at < 1 or at + 1 >= len(texts) or not is_farewell(texts[at - 1]):
        return False
    parts, below = texts[at + 1].split(), texts[at + 2 :]
    if len(texts[at].split()) > _POST_WORDS or not _is_work(texts[at]) or _is_family(texts[at]):
        return False
    if not 2 <= len(parts) <= 4 or not all(part[0].isupper() or part in _PARTICLES for part in parts):
        return False
    if any(map(str.isdigit, texts[at + 1])) or (
        _is_work(texts[at + 1]) and not _has_honorific(texts[at + 1])
    ):
        return False
    return any(map(_is_contact, below)) or _matches(texts[at], sender) > 1


def _is_typed_above(texts: Sequence[str], at: int, parts: Sequence[str]) -> bool:
    """Say whether a name stands below the same name, or its first word, below a closing word."""
    typed = texts[at - 1].rstrip(",.").split()
    return at > 1 and list(parts[: len(typed)]) == typed and is_farewell(texts[at - 2])


def _is_card(text: str) -> bool:
    """Say whether name, role and contact stand in one line with strokes between them."""
    cells = [cell.strip() for cell in _STROKES.split(text) if cell.strip()]
    if len(cells) < _MIN_CELLS or any(map(_is_family, cells)) or any("'s " in fold(cell) for cell in cells):
        return False
    if any(_is_relative(cell, cells[0]) for cell in cells[1:]):
        return False
    works = sum(map(_is_work, cells[1:]))
    return works > 1 or (works > 0 and (len(cells) > _MIN_CELLS or _is_contact(text)))


def _matches(text: str, sender: Address) -> int:
    """Count the words of the sender's name in the head of a line."""
    low, names = text.casefold(), _name_words(sender.name)
    if not any(name in low for name in names):
        return 0
    return len(names.intersection(_words(_head(text))))


@lru_cache(maxsize=256)
def _name_words(name: str) -> frozenset[str]:
    return frozenset(word for word in _words(name) if len(word) > 1)


def _words(text: str) -> list[str]:
    return [word.strip(".").casefold() for word in _WORD.findall(text[:_LINE])]


def _is_block(name: str, below: Sequence[str]) -> bool:
    rest = name[len(_head(name)) :]
    if _is_family(rest) or any(_is_family(text) for text in below[:2]):
        return False
    if not all(
        text[0].isupper() or not text[0].isalpha() or _is_contact(text) or _is_work(text) for text in below
    ):
        return False
    if any(_is_relative(text, name) for text in below[:2]):
        return False
    work = sum(
        _is_work(text) or (_has_honorific(name) and _is_class(text)) for text in (rest, *below) if text
    )
    contact = sum(_is_contact(text) for text in below)
    if not below:
        return False
    return work > 0 or contact > 1


def _is_office(texts: Sequence[str]) -> bool:
    """Say whether lines without a name are those of an office: what it is and how to reach it."""
    if len(texts) < 2 or not any(map(_is_contact, texts)) or any(map(_is_family, texts)):
        return False
    kinds = [(_is_work(text), _is_contact(text)) for text in texts]
    kinds = [(work or _is_class(text), contact) for text, (work, contact) in zip(texts, kinds, strict=True)]
    return all(map(any, kinds)) and any(work for work, _ in kinds) and any(contact for _, contact in kinds)


def _is_work(text: str) -> bool:
    single, several = _lexicon("work")
    low = f" {fold(text)} "
    words = set(_words(text)) | {word.strip(".,;|()").casefold() for word in text.split()}
    return not words.isdisjoint(single) or any(phrase in low for phrase in several)


def _is_class(text: str) -> bool:
    single, several = _lexicon("class")
    low = fold(text)
    return not set(_words(text)).isdisjoint(single) or any(phrase in low for phrase in several)


def _has_honorific(name: str) -> bool:
    first = name.split()[0].strip(".").casefold()
    return first in phrases("closings", "honorifics")


def _is_relative(text: str, name: str) -> bool:
    """Say whether a line names somebody with the same last name: a parent's child."""
    last = _words(_head(name))[-1:]
    head = _words(_head(text))
    return (
        len(last) > 0 and len(head) > 1 and last[0] in head and last[0] != head[0] and not _is_contact(text)
    )


def _is_family(text: str) -> bool:
    single, several = _lexicon("family")
    return not set(_words(text.replace("'s", " ").replace("’s", " "))).isdisjoint(single) or any(
        p in fold(text) for p in several
    )


def _is_contact(text: str) -> bool:
    if "@" in text or "www." in text or _PHONE.search(text) or (":" in text and _LINK.search(text)):
        return True
    single, _ = _lexicon("contact")
    return any(map(str.isdigit, text)) and not {word.casefold() for word in text.split()}.isdisjoint(single)


@cache
def _farewells() -> frozenset[str]:
    return frozenset(phrases("closings", "farewells"))


@cache
def _lexicon(section: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the single words of a section, and its phrases of several words."""
    rows = phrases("closings", section)
    return frozenset(row for row in rows if " " not in row), tuple(row for row in rows if " " in row)
