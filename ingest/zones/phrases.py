"""Loads the phrase lists of this package, once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str, section: str) -> dict[str, Any]:
    """Return one section of `<name>.toml`."""
    return dict(_document(name)[section])


@cache
def phrases(name: str, section: str) -> tuple[str, ...]:
    """Return all phrases of a section, over all languages, folded for comparing with `fold`."""
    rows = table(name, section).values()
    return tuple(dict.fromkeys(fold(phrase) for row in rows for phrase in row))


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
