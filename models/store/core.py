"""Opens a workspace's database: migrated forward after a backup, or refused in clear words."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from models.errors import StorageFull, WorkspaceBusy, WorkspaceError, WorkspaceTooNew
from models.store.decisions import DecisionStore
from models.store.evidence import EvidenceStore
from models.store.messages import MessageStore
from models.store.sync_state import SyncStore
from models.store.timeline import TimelineStore
from models.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

DATABASE = "schooltrail.sqlite"
MIGRATIONS = Path(__file__).parents[1] / "migrations"


class Store:
    """A workspace's database and evidence. Close it when done.

    One process writes at a time (the application holds a lock); any number read.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self.engine = engine
        self.vault = vault
        self.evidence = EvidenceStore(self)
        self.sync = SyncStore(self)
        self.messages = MessageStore(self)
        self.timeline = TimelineStore(self)
        self.decisions = DecisionStore(self)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open one transaction: all of it is kept, or nothing.

        Raises:
            StorageFull, WorkspaceBusy: If the disk is full or another run holds the database.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise explain(error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    def meta(self, name: str) -> str:
        """Return a fact about the workspace, empty if never set."""
        with self.read() as connection:
            row = connection.execute(
                text("SELECT value FROM meta WHERE name = :name"), {"name": name}
            ).first()
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Remember a fact about the workspace."""
        with self.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO meta (name, value) VALUES (:name, :value) "
                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                ),
                {"name": name, "value": value},
            )

    def close(self) -> None:
        """Close database and evidence files."""
        self.vault.close()
        self.engine.dispose()


def open_store(home: Path, url: str = "") -> Store:
    """Open the workspace in `home`, making or migrating its database as needed.

    Args:
        home: The workspace folder; it must exist.
        url: Database address; empty means SQLite in the workspace.

    Raises:
        WorkspaceTooNew: If a later version wrote the database.
        WorkspaceError: If the database cannot be opened, with what to do.
    """
    path = home / DATABASE
    engine = _engine(url or f"sqlite:///{path}")
    try:
        _migrate(engine, home, None if url else path)
        if not url:
            path.chmod(0o600)
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engine.dispose()
        reason = str(getattr(error, "orig", error))
        raise WorkspaceError(
            f"the database in {home} cannot be opened: {reason}",
            "Restore the folder from a backup. Without one: move the database away and run schooltrail build --all; "
            "the messages come back, what you decided does not.",
        ) from error
    return Store(engine, Vault(home / "evidence"))


def known_revisions() -> tuple[str, ...]:
    """Return the schema revisions that this version knows, oldest first."""
    return tuple(sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def explain(error: OperationalError) -> Exception:
    """Put a database's complaint into words that say what to do."""
    reason = str(error.orig)
    if "full" in reason or "disk I/O" in reason:
        return StorageFull(
            "the disk is full: the last step was not kept",
            "Free some space and run the same command again; it goes on where it stopped.",
        )
    if "locked" in reason:
        return WorkspaceBusy(
            "another schooltrail is writing to this workspace",
            "Wait until it has finished, then run the command again.",
        )
    return error


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # FULL, not NORMAL: a commit that was reported must survive a power cut.
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine, home: Path, sqlite_path: Path | None) -> None:
    known = known_revisions()
    current = _revision(engine)
    if current == known[-1]:
        return
    if current and current not in known:
        raise WorkspaceTooNew(
            f"{home} was written by a newer schooltrail (schema {current}; this one knows {known[-1]})",
            "Update schooltrail, or use the newer one that made this workspace.",
        )
    if current and sqlite_path:
        _back_up(sqlite_path, home / "backups", current)
    # Alembic is imported late: it is needed once per upgrade, not once per command.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        try:
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
        except DatabaseError as error:
            if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
                return ""
            raise
    return str(row[0]) if row else ""


def _back_up(path: Path, folder: Path, revision: str) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = folder / f"{path.stem}-{revision}-{moment}.sqlite"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    target.chmod(0o600)
