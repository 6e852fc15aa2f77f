"""Remembers how far each folder and mailbox has come, and who may work on it now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, text

from models.records import FolderState
from models.tables import FOLDER, LEASE, MAILBOX, MailboxRow, UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy import BindParameter
    from sqlalchemy.engine import Connection

    from models.store.core import Store

FOLDER_COLUMNS = (
    "source", "folder", "uidvalidity", "uidnext", "highestmodseq", "exists", "complete", "synced_at",
)  # fmt: skip


class SyncStore:
    """Sync state: not evidence, but what makes the next sync cheap and safe."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def folder_states(self, source: str) -> dict[str, FolderState]:
        """Return folder name -> what the last sync committed about it."""
        query = select(*(FOLDER.c[name] for name in FOLDER_COLUMNS)).where(FOLDER.c.source == source)
        with self._store.read() as connection:
            return {row[1]: FolderState(*row) for row in connection.execute(query)}

    def save_folder(self, state: FolderState) -> None:
        """Commit a folder's state on its own, where no message came with it."""
        with self._store.begin() as connection:
            write_folder_state(connection, state)

    def mailboxes(self) -> dict[str, MailboxRow]:
        """Return mailbox name -> how its syncs went."""
        with self._store.read() as connection:
            return {
                row["source"]: MailboxRow(**row) for row in connection.execute(select(MAILBOX)).mappings()
            }

    def note_success(self, source: str) -> None:
        """Remember that a sync of this mailbox ended well just now."""
        self._note(source, "last_success = :now, failures = 0, problem = '', remedy = ''", "", "")

    def note_failure(self, source: str, problem: str, remedy: str) -> None:
        """Remember that a sync failed, why, and what to do."""
        self._note(
            source,
            "last_failure = :now, failures = mailbox_state.failures + 1, problem = :problem, remedy = :remedy",
            problem,
            remedy,
        )

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or extend a lease. Returns whether `holder` has it now.

        A lease that ran out may be taken by anybody: its holder died or lost the machine.
        """
        now = datetime.now(UTC)
        values = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds), "now": now}
        upsert = text(
            "INSERT INTO lease (name, holder, until) VALUES (:name, :holder, :until) "
            "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
            "WHERE lease.holder = excluded.holder OR lease.until < :now"
        ).bindparams(*_typed(values))
        with self._store.begin() as connection:
            return connection.execute(upsert, values).rowcount == 1

    def lease_holder(self, name: str) -> str:
        """Return who has a lease, run out or not; empty if nobody."""
        query = select(LEASE.c.holder).where(LEASE.c.name == name)
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return str(row[0]) if row else ""

    def release_lease(self, name: str, holder: str) -> None:
        """Give a lease back; nothing happens if another holds it by now."""
        with self._store.begin() as connection:
            connection.execute(delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder))

    def _note(self, source: str, change: str, problem: str, remedy: str) -> None:
        now = datetime.now(UTC)
        values = {"source": source, "now": now, "problem": problem, "remedy": remedy}
        first = "last_success" if change.startswith("last_success") else "last_failure"
        upsert = text(
            f"INSERT INTO mailbox_state (source, {first}, failures, problem, remedy) "  # noqa: S608 - two fixed texts
            f"VALUES (:source, :now, {0 if first == 'last_success' else 1}, :problem, :remedy) "
            f"ON CONFLICT (source) DO UPDATE SET {change}"
        ).bindparams(*_typed(values))
        with self._store.begin() as connection:
            connection.execute(upsert, values)


def write_folder_state(connection: Connection, state: FolderState) -> None:
    """Write a folder's state inside a transaction of the caller's."""
    values = {name: getattr(state, name) for name in FOLDER_COLUMNS}
    names = ", ".join(f'"{name}"' for name in FOLDER_COLUMNS)
    marks = ", ".join(f":{name}" for name in FOLDER_COLUMNS)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in FOLDER_COLUMNS[2:])
    connection.execute(
        text(
            f"INSERT INTO folder_state ({names}) VALUES ({marks}) "  # noqa: S608 - column names are ours
            f"ON CONFLICT (source, folder) DO UPDATE SET {changes}"
        ).bindparams(*_typed(values)),
        values,
    )


def _typed(values: dict[str, Any]) -> list[BindParameter[Any]]:
    """Bind datetimes through our own type, which keeps them in UTC."""
    return [
        bindparam(name, type_=UtcDateTime) for name, value in values.items() if isinstance(value, datetime)
    ]
