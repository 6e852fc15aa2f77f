"""Loads the rule data of timeline/rules, once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_rules(name: str) -> dict[str, Any]:
    """Return the parsed `timeline/rules/<name>.toml`. Treat it as read-only."""
    text = files("timeline").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def role_words() -> tuple[tuple[str, str], ...]:
    """Return (title words, role code), the longest first so that "vice principal" beats "principal"."""
    rows = [(word, role) for role, words in load_rules("roles")["titles"].items() for word in words]
    return tuple(sorted(rows, key=lambda row: (-len(row[0]), row)))


def summary_template(category: str, side: str, rule: str = "") -> str:
    """Return the sentence for a category as one side tells it, with the place `{who}` in it.

    A rule of the reader that knows more than the category may have a sentence of its own.
    """
    templates = load_rules("summaries")
    row = templates["rules"].get(rule) or templates[category]
    return str(row.get(side) or row["any"])
