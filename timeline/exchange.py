"""What the gap rules need to know of a message: who wrote to whom, when, and in which thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date

    from models.people import Directory
    from models.records import Message, Side


@dataclass(frozen=True, slots=True)
class Exchange:
    """The envelope of one message. `day` is local to the case; `people` are all addresses on it."""

    key: str
    day: date | None
    sender: str
    side: Side
    people: frozenset[str]
    message_id: str
    refers_to: frozenset[str]
    automatic: bool


def exchange_of(message: Message, directory: Directory, timezone: str) -> Exchange:
    """Return the envelope of a message, for `timeline.gaps.find_gaps`."""
    local = message.sent_at.astimezone(ZoneInfo(timezone)) if message.sent_at else None
    return Exchange(
        key=message.key,
        day=local.date() if local else None,
        sender=message.sender.address,
        side=directory.side(message.sender.address, message.sender.name),
        people=frozenset(a.address for a in (*message.to, *message.cc) if a.address),
        message_id=message.message_id,
        refers_to=frozenset((*message.in_reply_to, *message.references)),
        automatic=message.automatic or bool(message.list_id),
    )
