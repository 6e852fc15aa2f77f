"""Recognises the lines that phones and mail programs add, as "Sent from my iPhone"."""

from __future__ import annotations

import re
from functools import cache

from ingest.zones.phrases import fold, openings, phrases

_TAGLINE = 70
_EXCUSED = 160
_DEVICE_WORDS = 8
_LINK = re.compile(r"<?(?:https?://|mailto:)[^\s>]{0,500}>?")


def is_tagline(text: str) -> bool:
    """Say whether a whole line is one that a phone or program adds, as "Sent from my iPhone"."""
    if len(text) > (300 if "http" in text else _EXCUSED) or text[-1] == ",":
        return False
    known, stems = openings("closings", "taglines"), openings("closings", "sent_from")
    if ":" in text:
        text = _LINK.sub("", text)
    if not known.may_begin(text) and not stems.may_begin(text):
        return False
    bare = _without_excuse(fold(text).strip("[]()<>_ "))
    if len(bare) > _TAGLINE:
        return False
    return known.begin(bare) or (stems.begin(bare) and _names_device(bare, text))


def _without_excuse(bare: str) -> str:
    """Leave out the sentence by which a phone asks to pardon short words or slips."""
    head, stop, rest = bare.partition(". ")
    return head if stop and openings("closings", "excuses").begin(rest) else bare


def _names_device(bare: str, text: str) -> bool:
    """Say whether the words behind "sent from my" or the like are those of a device or program."""
    stem = max(
        (row for row in phrases("closings", "sent_from") if bare.startswith(f"{row} ")), key=len, default=""
    )
    words = bare[len(stem) :].split(". ")[0].split() if stem else []
    if not 0 < len(words) <= _DEVICE_WORDS:
        return False
    if "'s" in words[0] or not _chatter().isdisjoint(word.strip(".,;()!") for word in words):
        return False  # "my mom's computer lol": no program says whose else it is, nor laughs
    if not _devices().isdisjoint(word.strip(".,;()!") for word in words):
        return True
    cased = text.strip("[]()<>_ ").split()[len(stem.split())]
    mine = stem.rsplit(" ", 1)[-1] in phrases("closings", "possessives")
    return mine and cased[0].isupper() and "'s" not in bare


@cache
def _devices() -> frozenset[str]:
    return frozenset(phrases("closings", "devices"))


@cache
def _chatter() -> frozenset[str]:
    return frozenset(phrases("closings", "chatter"))
