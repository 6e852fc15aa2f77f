"""Splits the text of one message into zones: whose words stand where.

Words that the archive already holds are recognised first; the conventions of mail clients
decide the rest. docs/zones.md names the conventions and how often the rules are right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.answers import claim_announced, claim_answers
from ingest.zones.chain import Voice, voices
from ingest.zones.closing import closing_kinds
from ingest.zones.held import Held, index_lines, recognise
from ingest.zones.introduction import is_forward_subject, is_fresh_subject
from ingest.zones.lines import scan
from ingest.zones.notice import is_robot, notice_kinds
from ingest.zones.trailing import trailing_footer
from models.records import Address, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.zones.lines import Lines

__all__ = ["ZONES_VERSION", "Held", "index_lines", "own_text", "split_zones"]

ZONES_VERSION = 3
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
    if not text:
        return ()
    lines = scan(text)
    owners = voices(lines, forwarded=is_forward_subject(subject), answers=not is_fresh_subject(subject))
    if "[" in text:
        owners = claim_answers(lines, owners, sender)
    if held:
        owners = recognise(lines, owners, held, sender)
    elif "?" in text:
        owners = claim_announced(lines, owners)
    return _zones(lines, _parts(lines, owners, sender, automatic=automatic), len(text))


def own_text(text: str, zones: Iterable[Zone]) -> str:
    """Return what the sender wrote, zones joined by a line feed, blank edges cut."""
    own = (text[zone.start : zone.end].strip() for zone in zones if zone.kind == "own")
    return "\n".join(words for words in own if words)


def _parts(
    lines: Lines, owners: Sequence[Voice | None], sender: Address, *, automatic: bool
) -> list[Voice | None]:
    """Part the sender's own place into own, signature, footer and notice."""
    parts = list(owners)
    runs = _own_runs(owners)
    texts = [lines.texts[row] for run in runs for row in run]
    robot = bool(texts) and is_robot(texts, sender, automatic=automatic)
    for at, run in enumerate(runs):
        if 0 < at < len(runs) - 1:
            continue  # an answer between quoted lines; nobody signs there
        if robot:
            kinds = dict(zip(run, notice_kinds([lines.texts[row] for row in run], sender), strict=True))
        else:
            kinds = closing_kinds(lines, run, sender)
        by_kind = {kind: Voice(kind, 0) for kind in dict.fromkeys(kinds.values())}
        for row, kind in kinds.items():
            parts[row] = by_kind[kind]
        if at == 0 and kinds and not robot:
            footer = Voice("footer", 0)
            for row in trailing_footer(lines, owners, kinds, sender):
                parts[row] = footer
    return parts


def _own_runs(owners: Sequence[Voice | None]) -> list[list[int]]:
    """Return the stretches of rows that are the sender's, blank rows left out."""
    runs: list[list[int]] = []
    inside = False
    for row, voice in enumerate(owners):
        if voice is None:
            continue
        if voice.level > 0:
            inside = False
        elif inside:
            runs[-1].append(row)
        else:
            runs.append([row])
            inside = True
    return runs


def _zones(lines: Lines, owners: Sequence[Voice | None], length: int) -> tuple[Zone, ...]:
    """Join rows of one voice; blank rows go with what stands above them."""
    cuts: list[tuple[int, Voice]] = []
    for row, voice in enumerate(owners):
        if voice is not None and (not cuts or cuts[-1][1] is not voice):
            cuts.append((lines.starts[row] if cuts else 0, voice))
    if not cuts:
        return (Zone(0, length, "own"),)
    stops = [start for start, _ in cuts[1:]] + [length]
    return tuple(
        Zone(start, stop, said.kind, said.level, said.name, said.address, said.written_at, said.source_key)
        for (start, said), stop in zip(cuts, stops, strict=True)
    )
