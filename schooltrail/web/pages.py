"""Turns records into what templates show: events with their senders, texts cut into marked pieces."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from schooltrail.showing import zone_name
from schooltrail.words import MODALITY_NAMES, category_in_words, local_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Event, Mention, Message, Span, Zone
    from models.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """One quote with who wrote it when, and where it can be read."""

    quote: str
    sender: str
    sent: str
    link: str


@dataclass(frozen=True, slots=True)
class Card:
    """One event and the places that tell of it."""

    event: Event
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `labels` says what was found in it, empty for plain text."""

    text: str
    labels: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Block:
    """One zone of a part, in pieces. Everything but own words starts folded."""

    name: str
    own: bool
    pieces: tuple[Piece, ...]


def event_cards(store: Store, events: Sequence[Event], *, timezone: str) -> list[Card]:
    """Return events with their places, reading all their messages in one go."""
    keys = sorted({item.span.message_key for event in events for item in event.evidence})
    messages = {message.key: message for message in store.messages.load(keys)}
    return [
        Card(event, tuple(_place(messages, item.span, timezone) for item in event.evidence))
        for event in events
    ]


def sent_in_words(message: Message, timezone: str) -> str:
    """Return when a message was sent, on the family's clock, and a word of care if that is a guess."""
    if message.sent_at is None:
        return "not known"
    local = message.sent_at.astimezone(ZoneInfo(timezone))
    words = f"{local_day(message.sent_at, timezone)}, {local:%H:%M}"
    return (
        words
        if message.date_source == "date"
        else f"{words} (it bears no usable date; this is when it arrived)"
    )


def message_parts(message: Message, mentions: Sequence[Mention]) -> list[tuple[str, str, list[Block]]]:
    """Return (name, note, blocks) for each part of a message."""
    return [
        (
            part.name,
            part.note,
            _blocks(part.text, part.zones, [m for m in mentions if m.span.part == part.name]),
        )
        for part in message.parts
    ]


def _place(messages: dict[str, Message], span: Span, timezone: str) -> Place:
    message = messages.get(span.message_key)
    sent = local_day(message.sent_at, timezone) if message and message.sent_at else ""
    sender = (message.sender.name or message.sender.address) if message else ""
    return Place(
        span.quote, sender, sent, f"/message/{span.message_key[:16]}#{_anchor(span.part, span.start)}"
    )


def _blocks(text: str, zones: Sequence[Zone], mentions: Sequence[Mention]) -> list[Block]:
    blocks, at = [], 0
    for zone in zones:
        blocks.append(
            Block(
                zone_name(zone), zone.kind in {"own", "notice"}, _pieces(text, zone.start, zone.end, mentions)
            )
        )
        at = zone.end
    if text[at:].strip():
        blocks.append(Block("text", True, _pieces(text, at, len(text), mentions)))
    return [block for block in blocks if any(piece.text.strip() for piece in block.pieces)]


def _pieces(text: str, start: int, end: int, mentions: Sequence[Mention]) -> tuple[Piece, ...]:
    """Cut a stretch of text at the edges of all mentions in it; overlapping ones share a piece."""
    inside = [m for m in mentions if m.span.start < end and m.span.end > start]
    edges = sorted(
        {start, end, *(min(max(e, start), end) for m in inside for e in (m.span.start, m.span.end))}
    )
    pieces = []
    for left, right in itertools.pairwise(edges):
        over = [m for m in inside if m.span.start <= left and m.span.end >= right]
        labels = ", ".join(dict.fromkeys(_label(m) for m in over))
        anchor = next((_anchor(m.span.part, m.span.start) for m in over if m.span.start == left), "")
        pieces.append(Piece(text[left:right], labels, anchor))
    return tuple(pieces)


def _label(mention: Mention) -> str:
    note = MODALITY_NAMES.get(mention.modality)
    return category_in_words(mention.category) + (f" ({note})" if note else "")


def _anchor(part: str, start: int) -> str:
    """Return where on its page a quote stands: the same in every run, and safe inside an address."""
    where = "" if part == "body" else str(zlib.crc32(part.encode("utf-8", "surrogatepass")) % 10_000)
    return f"w{where}-{start}"
