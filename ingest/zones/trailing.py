"""Gives the disclaimer at the very end of an Outlook chain to whoever it belongs to.

A gateway puts its disclaimer below the whole message, quotes and all. Where quoted words bear no marks
it looks like the last quoted author's. It is the sender's if the sender signs for a school or firm, and
that author does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.closing import closing_kinds
from ingest.zones.taglines import is_tagline
from models.records import Address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.zones.chain import Voice
    from ingest.zones.lines import Lines
    from models.records import ZoneKind

_HEADERS = 3
"""Rows below an introduction that are no footer yet: banners on top of the message answered."""


def trailing_footer(
    lines: Lines, owners: Sequence[Voice | None], kinds: Mapping[int, ZoneKind], sender: Address
) -> list[int]:
    """Return the rows at the end of a text that are a footer of the sender's.

    Args:
        lines: The whole text.
        owners: The voice of each line.
        kinds: What in the sender's own place is not own words, by row.
        sender: Who sent the message.
    """
    rows = [row for row, voice in enumerate(owners) if voice]
    last = owners[rows[-1]] if rows else None
    if last is None or last.kind != "quoted" or not last.address or lines.depths[rows[-1]]:
        return []
    if _domain(last.address) == _domain(sender.address):
        return []
    if not _signs(lines, kinds) or kinds[max(kinds)] == "footer":
        return []
    tail = [row for row in rows if owners[row] is last]
    said = closing_kinds(lines, tail, Address(last.name, last.address))
    if _signs(lines, said):
        return []
    return [row for row, kind in said.items() if kind == "footer" and row > tail[0] + _HEADERS]


def _signs(lines: Lines, kinds: Mapping[int, ZoneKind]) -> bool:
    """Say whether there is a signature that no phone wrote."""
    return any(kind == "signature" and not is_tagline(lines.texts[row]) for row, kind in kinds.items())


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
