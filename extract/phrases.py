"""A small language for phrases, so that lexicons stay readable: words in, one regular expression out.

    word        this word                     word*       any word that begins so
    (a|b c)     one of these                  [a|b]       one of these, or nothing
    ..          up to two words               ...         up to six words
    {kid}       a list of its own, from the lexicon's [lists]

Words may be parted by blanks, line ends and light punctuation, never by a full stop. Text is matched
in the form that `plain` gives: lower case, straight apostrophes, every character in its old place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEM = 4
"""Characters of a word that the index goes by."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
_GAP = {"..": 2, "...": 6}
_PARTING = " \t\n\r\"'(),:;*_>-"
_SEPARATOR = r"[\s\"'(),:;*_>-]+"
_WORD = r"[^\s\"(),;:.!?]+(?:[.'’][^\s\"(),;:.!?]+)*"
_NEGATIVE = re.compile(r"\b(?:not|never|no|nobody|none|nothing|without|cannot|noone)\b|n't\b")
_ATOM = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|(\S+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase, ready to search with. A text without any of the `stems` cannot hold it."""

    source: str
    pattern: re.Pattern[str]
    stems: frozenset[str]
    negative: bool = False
    """True if the phrase itself says "not" or "never", so that finding one in it denies nothing."""

    def find(self, text: str) -> tuple[int, int] | None:
        """Return where the phrase first stands in a plain text, without what parts it from the next word."""
        match = self.pattern.search(text)
        if match is None or not match[0]:
            return None
        return match.start(), match.start() + len(match[0].rstrip(_PARTING))


def plain(text: str) -> str:
    """Return the text as phrases match it; offsets stay what they were."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals grow in lower case, such as the Turkish dotted I
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_PLAIN)


def stems_of(text: str) -> set[str]:
    """Return the first characters of every word, for choosing which phrases to try."""
    return {word[:STEM] for word in re.findall(r"[a-z0-9$%]+", text)}


def compile_phrase(source: str, lists: Mapping[str, tuple[str, ...]]) -> Phrase:
    """Return a phrase that can be searched for.

    Raises:
        ValueError: If it is empty, names an unknown list or has no word that it must hold.
    """
    expanded = _expand(source.strip().lower(), lists)
    pieces: list[str] = []
    candidates: list[frozenset[str]] = []
    for group, optional, word in _ATOM.findall(expanded):
        if word in _GAP:
            pieces.append(rf"(?:{_WORD}{_SEPARATOR}){{0,{_GAP[word]}}}?")
            continue
        options = [o for o in (group or optional or word).split("|") if o]
        body = "|".join(_words(o) for o in sorted(options, key=len, reverse=True))
        # A word takes the separator after it along, so that optional ones leave no gap behind.
        pieces.append(rf"(?:(?:{body})(?!\w)(?:{_SEPARATOR})?){'?' if optional else ''}")
        if not optional and (stems := _stems(options)):
            candidates.append(stems)
    if not candidates:
        raise ValueError(f"phrase '{source}' holds no word that a text must have")
    # The word to index by: the one whose shortest choice is longest, then the one with fewest choices.
    rarest = max(candidates, key=lambda stems: (min(map(len, stems)), -len(stems)))
    return Phrase(
        source, re.compile(rf"(?<![\w']){''.join(pieces)}"), rarest, bool(_NEGATIVE.search(expanded))
    )


def _expand(source: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """Put lists in place of their names: inside brackets as further choices, elsewhere as a choice."""
    pieces: list[str] = []
    depth = 0
    for piece in re.split(r"(\{\w+\}|[()\[\]])", source):
        if piece in ("(", "["):
            depth += 1
        elif piece in (")", "]"):
            depth -= 1
        if depth > 1:
            raise ValueError(f"phrase '{source}' has brackets inside brackets")
        if piece.startswith("{"):
            choices = "|".join(_list(lists, piece[1:-1]))
            piece = choices if depth else f"({choices})"
        pieces.append(piece)
    return "".join(pieces)


def _list(lists: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    if name not in lists:
        raise ValueError(f"unknown list '{{{name}}}'; there is {', '.join(sorted(lists))}")
    return lists[name]


def _words(option: str) -> str:
    return _SEPARATOR.join(
        re.escape(word[:-1]) + r"[\w'-]*" if word.endswith("*") else re.escape(word)
        for word in option.split()
    )


def _stems(options: list[str]) -> frozenset[str]:
    """One stem for every option: the longest of its words. Empty if an option has none to go by."""
    found: set[str] = set()
    for option in options:
        words = [
            part
            for word in option.split()
            for part in re.findall(r"[a-z0-9$%]+", word.rstrip("*"))
            if not word.endswith("*") or len(part) >= STEM
        ]
        if not words:
            return frozenset()
        found.add(max(words, key=len)[:STEM])
    return frozenset(found)
