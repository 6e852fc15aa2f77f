"""Keeps what was read out of evidence: messages, their parts and zones, calls, calendars, failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text, update

from models.records import Address, CalendarDay, Call, Failure, Message, Zone
from models.store.bulk import insert_rows
from models.store.message_rows import message_row, part_row, read_message_row, read_zone, zone_rows
from models.tables import (
    CALENDAR,
    CALL,
    EXTRACTION,
    FAILURE,
    MESSAGE,
    PART,
    ZONE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from models.store.core import Store

LOOKUP = 500


@dataclass(frozen=True, slots=True)
class HeldText:
    """The text of a held message's body with its zones, for matching quotes against."""

    key: str
    message_id: str
    sender: Address
    sent_at: datetime | None
    text: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One message that a search found, with the words around the match."""

    key: str
    part: str
    snippet: str


class MessageStore:
    """Messages are suggestions in the sense of trust: derived from bytes, and rebuilt at will."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, messages: Sequence[Message], *, reader_version: int) -> None:
        """Write messages with parts and zones in one transaction, replacing earlier readings of them."""
        if not messages:
            return
        with self._store.begin() as connection:
            self._forget(connection, [message.key for message in messages])
            message_id = _next_id(connection, MESSAGE)
            part_id = _next_id(connection, PART)
            rows: list[dict[str, Any]] = []
            of_parts: list[dict[str, Any]] = []
            of_zones: list[dict[str, Any]] = []
            for message in messages:
                rows.append(message_row(message, message_id, reader_version))
                for position, part in enumerate(message.parts):
                    of_parts.append(part_row(message, part, part_id, message_id, position))
                    of_zones += zone_rows(part.zones, part_id)
                    part_id += 1
                message_id += 1
            insert_rows(connection, MESSAGE, rows)
            insert_rows(connection, PART, of_parts)
            insert_rows(connection, ZONE, of_zones)
            connection.execute(
                delete(FAILURE).where(
                    FAILURE.c.stage == "read",
                    FAILURE.c.key.in_([message.key for message in messages]),
                )
            )

    def set_zones(self, zones: dict[tuple[str, str], tuple[Zone, ...]]) -> None:
        """Replace the zones of parts, keyed by (message key, part name).

        Messages whose zones change become due for extraction again, since other words are theirs now.
        """
        with self._store.begin() as connection:
            part_ids = self._part_ids(connection, {key for key, _ in zones})
            rows: list[dict[str, Any]] = []
            for name, found in zones.items():
                rows += zone_rows(found, part_ids[name])
            touched = [part_ids[name] for name in zones]
            for at in range(0, len(touched), LOOKUP):
                some = touched[at : at + LOOKUP]
                connection.execute(delete(ZONE).where(ZONE.c.part_id.in_(some)))
                owners = select(PART.c.message_id).where(PART.c.id.in_(some))
                connection.execute(delete(EXTRACTION).where(EXTRACTION.c.message_id.in_(owners)))
            insert_rows(connection, ZONE, rows)

    def unzoned(self) -> list[str]:
        """Return keys of messages whose body has text but no zones yet, oldest first."""
        query = text(
            "SELECT message.key FROM message JOIN message_part ON message_part.message_id = message.id "
            "AND message_part.position = 0 AND message_part.text <> '' "
            "LEFT JOIN zone ON zone.part_id = message_part.id "
            "WHERE zone.id IS NULL ORDER BY message.sent_at, message.id"
        )
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def in_threads_of(self, keys: Sequence[str]) -> list[str]:
        """Return keys of the other messages in the threads of these: those that may quote them."""
        found: set[str] = set()
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                rows = connection.execute(
                    select(MESSAGE.c.thread, MESSAGE.c.message_id).where(
                        MESSAGE.c.key.in_(keys[at : at + LOOKUP])
                    )
                ).all()
                threads = sorted({thread for row in rows for thread in row} - {""})
                for start in range(0, len(threads), LOOKUP):
                    found.update(
                        connection.scalars(
                            select(MESSAGE.c.key).where(MESSAGE.c.thread.in_(threads[start : start + LOOKUP]))
                        )
                    )
        return sorted(found.difference(keys))

    def held(self, message_ids: Iterable[str]) -> dict[str, HeldText]:
        """Return Message-ID -> body text and zones of those that are held (the first copy of each)."""
        wanted = sorted(set(message_ids) - {""})
        with self._store.read() as connection:
            keys: list[str] = []
            for at in range(0, len(wanted), LOOKUP):
                keys += connection.scalars(
                    select(MESSAGE.c.key).where(
                        MESSAGE.c.message_id.in_(wanted[at : at + LOOKUP]), MESSAGE.c.duplicate_of.is_(None)
                    )
                )
        return {
            message.message_id: HeldText(
                message.key,
                message.message_id,
                message.sender,
                message.sent_at,
                message.body,
                message.parts[0].zones,
            )
            for message in self.load(keys)
        }

    def load(self, keys: Sequence[str]) -> list[Message]:
        """Return whole messages, in the order of `keys`; unknown keys are left out."""
        found: dict[str, Message] = {}
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                found |= self._load(connection, keys[at : at + LOOKUP])
        return [found[key] for key in keys if key in found]

    def envelopes(self) -> Iterator[Message]:
        """Yield first copies in time order without their parts: who wrote to whom, when, in answer to what."""
        query = (
            select(MESSAGE)
            .where(MESSAGE.c.duplicate_of.is_(None))
            .order_by(MESSAGE.c.sent_at.is_(None), MESSAGE.c.sent_at, MESSAGE.c.key)
        )
        with self._store.read() as connection:
            for row in connection.execute(query).mappings():
                yield read_message_row(row, (), {})

    def keys(self, *, originals_only: bool = False) -> list[str]:
        """Return all message keys in time order (messages without a date last)."""
        query = select(MESSAGE.c.key).order_by(MESSAGE.c.sent_at.is_(None), MESSAGE.c.sent_at, MESSAGE.c.key)
        if originals_only:
            query = query.where(MESSAGE.c.duplicate_of.is_(None))
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def mark_duplicates(self) -> int:
        """Point second copies at the first one: same Message-ID, sender and body. Returns how many.

        The first copy is the one that was sent first and, among equals, has the lowest key.
        Message-IDs repeat and are missing in real mail, so the ID alone is never enough.
        """
        query = (
            select(MESSAGE.c.id, MESSAGE.c.key, MESSAGE.c.message_id, MESSAGE.c.from_address,
                   MESSAGE.c.duplicate_of, PART.c.text)
            .join(PART, (PART.c.message_id == MESSAGE.c.id) & (PART.c.position == 0))
            .where(MESSAGE.c.message_id.in_(
                select(MESSAGE.c.message_id).where(MESSAGE.c.message_id != "")
                .group_by(MESSAGE.c.message_id).having(func.count() > 1)
            ))
            .order_by(MESSAGE.c.sent_at, MESSAGE.c.key)
        )  # fmt: skip
        first: dict[tuple[str, str, str], str] = {}
        changes: list[dict[str, Any]] = []
        with self._store.begin() as connection:
            for row_id, key, message_id, sender, before, body in connection.execute(query):
                original = first.setdefault((message_id, sender, " ".join(body.split())), key)
                now = None if original == key else original
                if now != before:
                    changes.append({"row": row_id, "now": now})
            for change in changes:
                connection.execute(
                    update(MESSAGE).where(MESSAGE.c.id == change["row"]).values(duplicate_of=change["now"])
                )
        return len(changes)

    def duplicates(self) -> dict[str, str]:
        """Return key of a second copy -> key of the first."""
        query = select(MESSAGE.c.key, MESSAGE.c.duplicate_of).where(MESSAGE.c.duplicate_of.is_not(None))
        with self._store.read() as connection:
            return {key: original for key, original in connection.execute(query)}

    def senders(self) -> list[tuple[str, str, int]]:
        """Return (address, most recent name, number of messages), the most frequent first."""
        query = text(
            "SELECT from_address, max(from_name), count(*) FROM message "
            "WHERE from_address <> '' AND duplicate_of IS NULL GROUP BY from_address ORDER BY 3 DESC, 1"
        )
        with self._store.read() as connection:
            return [(address, name, n) for address, name, n in connection.execute(query)]

    def search(self, query: str, *, limit: int = 50) -> list[Hit]:
        """Find messages and attachments by words; every word must occur, `word*` finds beginnings."""
        terms = " ".join(_fts_term(word) for word in query.split() if word.strip('"*'))
        if not terms:
            return []
        statement = text(
            "SELECT message.key, message_part.name, snippet(part_fts, 1, '[', ']', '…', 12) FROM part_fts "
            "JOIN message_part ON message_part.id = part_fts.rowid "
            "JOIN message ON message.id = message_part.message_id "
            "WHERE part_fts MATCH :terms ORDER BY rank LIMIT :limit"
        )
        with self._store.read() as connection:
            return [Hit(*row) for row in connection.execute(statement, {"terms": terms, "limit": limit})]

    def find(self, prefix: str) -> list[str]:
        """Return up to ten keys of messages whose key or Message-ID begins with `prefix`."""
        clean = prefix.strip("<> ")
        query = (
            select(MESSAGE.c.key)
            .where(MESSAGE.c.key.startswith(clean.lower(), autoescape=True) | (MESSAGE.c.message_id == clean))
            .order_by(MESSAGE.c.key)
            .limit(10)
        )
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def to_extract(self, version: int) -> list[str]:
        """Return keys of first copies that this extraction version has not read, oldest first."""
        query = text(
            "SELECT message.key FROM message LEFT JOIN extraction ON extraction.message_id = message.id "
            "AND extraction.version = :version "
            "WHERE extraction.message_id IS NULL AND message.duplicate_of IS NULL "
            "ORDER BY message.sent_at, message.id"
        )
        with self._store.read() as connection:
            return list(connection.scalars(query, {"version": version}))

    def forget_extraction(self) -> None:
        """Make every message due for extraction again."""
        with self._store.begin() as connection:
            connection.execute(delete(EXTRACTION))

    def fail(self, failures: Sequence[Failure]) -> None:
        """Remember input that could not be read; a later success clears it."""
        now = datetime.now(UTC)
        with self._store.begin() as connection:
            for failure in failures:
                connection.execute(
                    delete(FAILURE).where(FAILURE.c.stage == failure.stage, FAILURE.c.key == failure.key)
                )
                connection.execute(
                    insert(FAILURE).values(
                        stage=failure.stage,
                        key=failure.key,
                        reason=failure.reason,
                        version=failure.version,
                        at=now,
                    )
                )

    def failures(self) -> list[Failure]:
        """Return all input that could not be read."""
        query = select(FAILURE).order_by(FAILURE.c.stage, FAILURE.c.key)
        with self._store.read() as connection:
            return [
                Failure(row["stage"], row["key"], row["reason"], row["version"])
                for row in connection.execute(query).mappings()
            ]

    def forget_failures(self) -> None:
        """Let every failed input be tried again."""
        with self._store.begin() as connection:
            connection.execute(delete(FAILURE))

    def set_calls(self, key: str, calls: Sequence[Call]) -> None:
        """Replace the rows read from one phone log."""
        with self._store.begin() as connection:
            connection.execute(delete(CALL).where(CALL.c.key == key))
            if calls:
                connection.execute(
                    insert(CALL),
                    [
                        {
                            "key": call.key, "row": call.row, "started_at": call.started_at,
                            "direction": call.direction, "number": call.number, "name": call.name,
                            "duration_s": call.duration_s,
                        }
                        for call in calls
                    ],
                )  # fmt: skip

    def calls(self) -> list[Call]:
        """Return all calls in time order; the same call in two logs counts once."""
        query = select(CALL).order_by(CALL.c.started_at, CALL.c.id)
        seen: dict[tuple[Any, ...], Call] = {}
        with self._store.read() as connection:
            for row in connection.execute(query).mappings():
                call = Call(**{name: row[name] for name in Call.__slots__})
                seen.setdefault((call.started_at, call.direction, call.number, call.duration_s), call)
        return list(seen.values())

    def set_calendar(self, key: str, days: Sequence[CalendarDay]) -> None:
        """Replace the days read from one calendar."""
        with self._store.begin() as connection:
            connection.execute(delete(CALENDAR).where(CALENDAR.c.key == key))
            if days:
                connection.execute(
                    insert(CALENDAR),
                    [
                        {"key": day.key, "start": day.start, "end": day.end, "summary": day.summary}
                        for day in days
                    ],
                )

    def calendar(self) -> list[CalendarDay]:
        """Return all days without school, earliest first."""
        query = select(CALENDAR).order_by(CALENDAR.c.start, CALENDAR.c.id)
        with self._store.read() as connection:
            return [
                CalendarDay(row["key"], row["start"], row["end"], row["summary"])
                for row in connection.execute(query).mappings()
            ]

    def counts(self) -> dict[str, int]:
        """Return how many mails, documents, second copies, calls and unread pieces there are."""
        query = text(
            "SELECT (SELECT count(*) FROM message WHERE medium = 'mail'), "
            "(SELECT count(*) FROM message WHERE medium = 'document'), "
            "(SELECT count(*) FROM message WHERE duplicate_of IS NOT NULL), "
            "(SELECT count(*) FROM call), (SELECT count(*) FROM failure)"
        )
        with self._store.read() as connection:
            row = connection.execute(query).one()
        return dict(zip(("messages", "documents", "duplicates", "calls", "unread"), row, strict=True))

    def _forget(self, connection: Connection, keys: Sequence[str]) -> None:
        for at in range(0, len(keys), LOOKUP):
            connection.execute(delete(MESSAGE).where(MESSAGE.c.key.in_(keys[at : at + LOOKUP])))

    def _part_ids(self, connection: Connection, keys: set[str]) -> dict[tuple[str, str], int]:
        ids: dict[tuple[str, str], int] = {}
        ordered = sorted(keys)
        for at in range(0, len(ordered), LOOKUP):
            query = (
                select(MESSAGE.c.key, PART.c.name, PART.c.id)
                .join(PART, PART.c.message_id == MESSAGE.c.id)
                .where(MESSAGE.c.key.in_(ordered[at : at + LOOKUP]))
            )
            ids |= {(key, name): part_id for key, name, part_id in connection.execute(query)}
        return ids

    def _load(self, connection: Connection, keys: Sequence[str]) -> dict[str, Message]:
        rows = connection.execute(select(MESSAGE).where(MESSAGE.c.key.in_(keys))).mappings().all()
        ids = [row["id"] for row in rows]
        parts: dict[int, list[Any]] = {}
        for part in connection.execute(
            select(PART).where(PART.c.message_id.in_(ids)).order_by(PART.c.message_id, PART.c.position)
        ).mappings():
            parts.setdefault(part["message_id"], []).append(part)
        part_ids = [part["id"] for found in parts.values() for part in found]
        zones: dict[int, list[Zone]] = {}
        for at in range(0, len(part_ids), LOOKUP):
            for zone in connection.execute(
                select(ZONE)
                .where(ZONE.c.part_id.in_(part_ids[at : at + LOOKUP]))
                .order_by(ZONE.c.part_id, ZONE.c.position)
            ).mappings():
                zones.setdefault(zone["part_id"], []).append(read_zone(zone))
        return {row["key"]: read_message_row(row, parts.get(row["id"], []), zones) for row in rows}

    def iterate(self, keys: Sequence[str], *, size: int = 200) -> Iterator[Message]:
        """Yield whole messages in the order of `keys`, `size` at a time in memory."""
        for at in range(0, len(keys), size):
            yield from self.load(keys[at : at + size])


def _next_id(connection: Connection, table: Table) -> int:
    # One writer at a time (see Store), so numbering ahead is safe, and bulk inserts need no read-back.
    return int(connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1


def _fts_term(word: str) -> str:
    star = "*" if word.endswith("*") else ""
    return '"' + word.strip("*").replace('"', "") + '"' + star
