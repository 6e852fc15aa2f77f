"""Finds requests and concerns of the family after which no message from the school was seen."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from models.records import HAPPENED, Gap
from timeline.rulebook import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.records import Event
    from timeline.exchange import Exchange
    from timeline.gaps import Grounds

KIND = "unanswered_message"


def find(events: tuple[Event, ...], grounds: Grounds) -> Iterator[Gap]:
    """Yield at most one gap per message of the family: for its first act that wants an answer."""
    rules = load_rules("gaps")["unanswered_message"]
    by_key = {x.key: x for x in grounds.exchanges}
    seen: set[str] = set()
    for event in events:
        evidence = event.evidence[0]
        asked = by_key.get(evidence.span.message_key)
        if (
            asked is None
            or asked.key in seen
            or asked.day is None
            or asked.side != "family"
            or event.category not in rules["categories"]
            or event.modality not in HAPPENED
            or event.date != asked.day
            or not _to_school(asked, grounds)
        ):
            continue
        seen.add(asked.key)
        due = grounds.calendar.due(asked.day, rules["within"])
        closed = _answered(asked, grounds)
        if closed is not None and closed <= due:
            continue
        status = "late" if closed else "missed" if grounds.today > due else "open"
        yield Gap(
            id="g" + hashlib.sha256(f"{KIND}|{asked.key}".encode()).hexdigest()[:11],
            kind=KIND,
            category=event.category,
            trigger=event.id,
            opened=asked.day,
            due=due,
            closed=closed,
            status=status,  # type: ignore[arg-type]
            rule=_words(closed),
            citation=rules["source"],
            evidence=tuple(dict.fromkeys(e.span for e in event.evidence)),
        )


def _to_school(asked: Exchange, grounds: Grounds) -> bool:
    return any(grounds.is_school(address) for address in asked.people)


def _answered(asked: Exchange, grounds: Grounds) -> date | None:
    """Return the first later day with a message of the school in the thread, or to the one who asked."""
    later = (
        x.day
        for x in grounds.exchanges
        if x.side == "school"
        and not x.automatic
        and x.day is not None
        and asked.day is not None
        and x.key != asked.key
        and asked.day <= x.day
        and (
            (asked.message_id and asked.message_id in x.refers_to)
            or (x.sender in asked.people and asked.sender in x.people)
        )
    )
    return min(later, default=None)


def _words(closed: date | None) -> str:
    return (
        "An answer was found later than ten school days."
        if closed
        else "No answer was found in the mail you loaded."
    )


DETECTOR = find
