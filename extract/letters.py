"""Reads under a letter who signed it: whoever sends a letter on is not its author."""

from __future__ import annotations

import re

SIGNATURE_LINES = 3
"""Lines below the closing words that may hold name and title."""

_CLOSING = re.compile(
    r"^[ \t]*(?:(?:very )?(?:sincerely|respectfully|cordially|truly)(?: yours)?|yours (?:truly|sincerely|faithfully)"
    r"|(?:best|kind|warm)?[ \t]?regards|with regards)[ \t]*[,.]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def signature_of(text: str) -> tuple[str, ...]:
    """Return the lines under the last closing words of a letter, without degrees; empty if there is none.

    Example: a letter that ends "Sincerely,\\n\\nPat Moss, M.Ed.\\nPrincipal" gives ("Pat Moss", "Principal").
    """
    closings = list(_CLOSING.finditer(text))
    if not closings:
        return ()
    lines = (line.partition(",")[0].strip() for line in text[closings[-1].end() :].splitlines())
    return tuple(line for line in lines if line)[:SIGNATURE_LINES]
