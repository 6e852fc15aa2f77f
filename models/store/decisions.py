"""Keeps what people decided: append-only, in the order it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from models.records import Decision
from models.tables import DECISION

if TYPE_CHECKING:
    from models.store.core import Store

COLUMNS = ("decided_at", "action", "subject", "detail", "reason", "undoes")


class DecisionStore:
    """Decisions are only ever added; undoing one is one more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, decision: Decision) -> int:
        """Keep a decision. Returns its number, by which a later one may undo it."""
        values = {name: getattr(decision, name) for name in COLUMNS}
        with self._store.begin() as connection:
            result = connection.execute(insert(DECISION).values(**values))
            number: int = result.inserted_primary_key[0]  # type: ignore[index]  # an insert of one row has a key
            return number

    def all(self) -> list[tuple[int, Decision]]:
        """Return every decision with its number, oldest first."""
        query = select(DECISION).order_by(DECISION.c.id)
        with self._store.read() as connection:
            return [
                (row["id"], Decision(**{name: row[name] for name in COLUMNS}))
                for row in connection.execute(query).mappings()
            ]
