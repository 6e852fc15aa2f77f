"""Keeps suggestions about what happened: mentions, people, events, gaps."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from models.records import Event, Evidence, Gap, Mention, Party, Span
from models.tables import (
    EVENT,
    EVIDENCE,
    EXTRACTION,
    GAP,
    MENTION,
    MESSAGE,
    PARTY,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.store.core import Store

LOOKUP = 500
MENTION_FIELDS = (
    "kind", "category", "modality", "happened_on", "happened_until", "precision", "date_basis", "told_on",
    "actor", "actor_side", "target", "asserted_by", "confidence", "extractor", "rule", "decided_on", "learned_on",
)  # fmt: skip
EVENT_FIELDS = (
    "id", "kind", "category", "modality", "date", "date_end", "precision", "date_basis", "learned_date",
    "decided_date", "asserted_by", "actor", "target", "summary", "confidence", "status", "disputed",
)  # fmt: skip


class TimelineStore:
    """Everything here may be thrown away and rebuilt from evidence and decisions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set_mentions(self, keys: Sequence[str], mentions: Sequence[Mention], *, version: int) -> None:
        """Replace the mentions of these messages and mark them read by this extraction version."""
        if not keys:
            return
        with self._store.begin() as connection:
            ids: dict[str, int] = {}
            for at in range(0, len(keys), LOOKUP):
                query = select(MESSAGE.c.key, MESSAGE.c.id).where(MESSAGE.c.key.in_(keys[at : at + LOOKUP]))
                ids |= {key: row_id for key, row_id in connection.execute(query)}
            for at in range(0, len(keys), LOOKUP):
                touched = [ids[key] for key in keys[at : at + LOOKUP] if key in ids]
                connection.execute(delete(MENTION).where(MENTION.c.message_id.in_(touched)))
                connection.execute(delete(EXTRACTION).where(EXTRACTION.c.message_id.in_(touched)))
            rows = [_mention_row(m, ids[m.span.message_key]) for m in mentions if m.span.message_key in ids]
            if rows:
                connection.execute(insert(MENTION), rows)
            connection.execute(
                insert(EXTRACTION), [{"message_id": row_id, "version": version} for row_id in ids.values()]
            )

    def mentions(self) -> list[Mention]:
        """Return all mentions in first copies of messages, in time order."""
        query = (
            select(MENTION)
            .join(MESSAGE, MESSAGE.c.id == MENTION.c.message_id)
            .where(MESSAGE.c.duplicate_of.is_(None))
            .order_by(MESSAGE.c.sent_at, MESSAGE.c.key, MENTION.c.part, MENTION.c.start, MENTION.c.id)
        )
        with self._store.read() as connection:
            return [_mention(row) for row in connection.execute(query).mappings()]

    def mentions_of(self, key: str) -> list[Mention]:
        """Return one message's mentions in the order of its text."""
        query = (
            select(MENTION)
            .where(MENTION.c.message_key == key)
            .order_by(MENTION.c.part, MENTION.c.start, MENTION.c.id)
        )
        with self._store.read() as connection:
            return [_mention(row) for row in connection.execute(query).mappings()]

    def replace(self, *, parties: Sequence[Party], events: Sequence[Event], gaps: Sequence[Gap]) -> None:
        """Put a newly built timeline in the place of the old one, all at once."""
        with self._store.begin() as connection:
            for table in (EVIDENCE, EVENT, PARTY, GAP):
                connection.execute(delete(table))
            if parties:
                connection.execute(insert(PARTY), [_party_row(party) for party in parties])
            if events:
                connection.execute(insert(EVENT), [_event_row(event) for event in events])
                if rows := [row for event in events for row in _evidence_rows(event)]:
                    connection.execute(insert(EVIDENCE), rows)
            if gaps:
                connection.execute(insert(GAP), [_gap_row(gap) for gap in gaps])

    def parties(self) -> list[Party]:
        """Return all people and bodies, those with most messages first."""
        query = select(PARTY).order_by(PARTY.c.messages.desc(), PARTY.c.id)
        with self._store.read() as connection:
            return [
                Party(
                    row["id"], row["name"], tuple(json.loads(row["addresses"])), tuple(json.loads(row["phones"])),
                    row["role"], row["side"], row["decides"], row["messages"],
                )
                for row in connection.execute(query).mappings()
            ]  # fmt: skip

    def events(self) -> list[Event]:
        """Return all events in time order (undated ones last), each with its evidence."""
        evidence: dict[str, list[Evidence]] = {}
        with self._store.read() as connection:
            for row in connection.execute(select(EVIDENCE).order_by(EVIDENCE.c.id)).mappings():
                span = Span(row["message_key"], row["part"], row["start"], row["end"], row["quote"])
                evidence.setdefault(row["event_id"], []).append(
                    Evidence(span, row["told_on"], row["asserted_by"])
                )
            query = select(EVENT).order_by(EVENT.c.date.is_(None), EVENT.c.date, EVENT.c.id)
            return [
                Event(
                    **{name: row[name] for name in EVENT_FIELDS},
                    services=tuple(json.loads(row["services"])),
                    evidence=tuple(evidence.get(row["id"], ())),
                )
                for row in connection.execute(query).mappings()
            ]

    def gaps(self) -> list[Gap]:
        """Return all gaps, the earliest first."""
        query = select(GAP).order_by(GAP.c.opened, GAP.c.id)
        names = ("id", "kind", "category", "trigger", "opened", "due", "closed", "status", "rule", "citation")
        with self._store.read() as connection:
            return [
                Gap(
                    **{name: row[name] for name in names},
                    evidence=tuple(Span(**span) for span in json.loads(row["evidence"])),
                )
                for row in connection.execute(query).mappings()
            ]

    def counts(self) -> dict[str, int]:
        """Return how many events of each kind have happened, and how many people and gaps there are."""
        happened = ("done", "ongoing", "recounted")
        query = (
            select(EVENT.c.kind, func.count())
            .where(EVENT.c.modality.in_(happened), EVENT.c.status != "rejected")
            .group_by(EVENT.c.kind)
        )
        with self._store.read() as connection:
            counts = {kind: n for kind, n in connection.execute(query)}
            counts["parties"] = connection.scalar(select(func.count()).select_from(PARTY)) or 0
            counts["events"] = connection.scalar(select(func.count()).select_from(EVENT)) or 0
            counts["gaps"] = (
                connection.scalar(select(func.count()).select_from(GAP).where(GAP.c.status != "met")) or 0
            )
        return counts


def _mention_row(mention: Mention, message_id: int) -> dict[str, Any]:
    return {
        "message_id": message_id,
        **asdict(mention.span),
        **{name: getattr(mention, name) for name in MENTION_FIELDS},
        "services": json.dumps(mention.services),
    }


def _mention(row: Any) -> Mention:
    return Mention(
        span=Span(row["message_key"], row["part"], row["start"], row["end"], row["quote"]),
        services=tuple(json.loads(row["services"])),
        **{name: row[name] for name in MENTION_FIELDS},
    )


def _party_row(party: Party) -> dict[str, Any]:
    return asdict(party) | {"addresses": json.dumps(party.addresses), "phones": json.dumps(party.phones)}


def _event_row(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in EVENT_FIELDS} | {"services": json.dumps(event.services)}


def _evidence_rows(event: Event) -> list[dict[str, Any]]:
    return [
        {"event_id": event.id, **asdict(item.span), "told_on": item.told_on, "asserted_by": item.asserted_by}
        for item in event.evidence
    ]


def _gap_row(gap: Gap) -> dict[str, Any]:
    return asdict(gap) | {"evidence": json.dumps([asdict(span) for span in gap.evidence], ensure_ascii=False)}
