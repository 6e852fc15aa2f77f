"""Loads the phrase lists of this package, once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_KEY = 3
_EDGES = "*_[]()<>#- "


@cache
def table(name: str, section: str) -> dict[str, Any]:
    """Return one section of `<name>.toml`."""
    return dict(_document(name)[section])


@cache
def phrases(name: str, section: str) -> tuple[str, ...]:
    """Return all phrases of a section, over all languages, folded for comparing with `fold`."""
    rows = table(name, section).values()
    return tuple(dict.fromkeys(fold(phrase) for row in rows for phrase in row))


class Openings:
    """The phrases that lines of one kind begin with, kept by their first letters.

    Most lines of a letter begin with none of some hundred phrases; saying so must cost next to nothing.
    """

    def __init__(self, known: tuple[str, ...]) -> None:
        self._short = tuple(phrase for phrase in known if len(phrase) < _KEY)
        self._by_key: dict[str, tuple[str, ...]] = {}
        for phrase in known:
            self._by_key.setdefault(phrase[:_KEY], self._short)
            self._by_key[phrase[:_KEY]] += (phrase,)
        self._words = frozenset(phrase.lstrip(_EDGES)[:_KEY].partition(" ")[0] for phrase in known)

    def begin(self, folded: str) -> bool:
        """Say whether a folded text begins with one of the phrases."""
        return folded.startswith(self._by_key.get(folded[:_KEY], self._short))

    def may_begin(self, text: str) -> bool:
        """Say cheaply, before folding, whether a line could begin with a phrase, brackets around or not."""
        word = text[:_KEY]
        if not word.isalpha():
            word = text.lstrip(_EDGES)[:_KEY].partition(" ")[0]
        return not (word.isascii() and word.isalpha()) or word.casefold() in self._words


@cache
def openings(name: str, section: str) -> Openings:
    """Return all phrases of a section as the beginnings of lines."""
    return Openings(phrases(name, section))


def holds(folded: str, known: tuple[str, ...]) -> bool:
    """Say whether one of some phrases stands anywhere in a folded text."""
    for phrase in known:  # noqa: SIM110 - half the time that any() takes, on the most used path
        if phrase in folded:
            return True
    return False


def fold(text: str) -> str:
    """Return a text in one case, with plain blanks, hyphens and apostrophes."""
    if text.isascii() and "*" not in text:  # translating costs more than all the rest
        return " ".join(text.casefold().split())
    return " ".join(text.casefold().translate(_PLAIN).split())


_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "‑": "-", "‐": "-", "–": "-", "—": "-", "*": None, "\ufeff": None, "\u200b": None}
)


@cache
def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
