from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text

from models.errors import StorageFull, WorkspaceBusy, WorkspaceError, WorkspaceTooNew
from models.store import open_store
from models.store.core import DATABASE, explain, known_revisions


def test_open_makes_a_database_that_lasts(tmp_path, make_item):
    first = open_store(tmp_path)
    first.evidence.keep([make_item(b"x")])
    first.close()

    again = open_store(tmp_path)

    assert again.evidence.counts()["mail"] == 1
    again.close()


def test_open_sets_durable_pragmas(store):
    with store.read() as connection:
        values = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")
        ]
        synchronous = connection.execute(text("PRAGMA synchronous")).scalar()

    assert values == ["wal", 1]
    assert synchronous == 2  # FULL: a reported commit survives a power cut


def test_open_refuses_a_workspace_of_a_newer_version(tmp_path):
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / DATABASE).read_bytes()

    with pytest.raises(WorkspaceTooNew, match="9999") as caught:
        open_store(tmp_path)

    assert "Update schooltrail" in caught.value.remedy
    assert (tmp_path / DATABASE).read_bytes() == before


def test_open_backs_up_before_it_migrates(tmp_path, monkeypatch):
    open_store(tmp_path).close()
    monkeypatch.setattr("models.store.core.known_revisions", lambda: (*known_revisions(), "zzzz"))

    # The pretended newest revision has no script: what counts is that the backup came first.
    open_store(tmp_path).close()

    [backup] = (tmp_path / "backups").glob("*.sqlite")
    with sqlite3.connect(backup) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (
            known_revisions()[-1],
        )


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_open_tells_of_a_broken_database(tmp_path, content):
    (tmp_path / DATABASE).write_bytes(content)

    with pytest.raises(WorkspaceError, match="cannot be opened"):
        open_store(tmp_path)

    assert (tmp_path / DATABASE).read_bytes() == content


def test_tables_and_migrations_agree(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import models.tables  # noqa: F401 - fills the metadata

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, SQLModel.metadata)

    # The full-text tables are made by hand; SQLModel does not know them.
    assert [d for d in differences if "part_fts" not in str(d)] == []


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("database or disk is full", StorageFull),
        ("disk I/O error", StorageFull),
        ("database is locked", WorkspaceBusy),
    ],
)
def test_database_complaints_become_words(reason, kind):
    from sqlalchemy.exc import OperationalError

    error = explain(OperationalError("INSERT", {}, sqlite3.OperationalError(reason)))

    assert isinstance(error, kind)


def test_meta_is_remembered_and_replaced(store):
    store.set_meta("built_at", "one")
    store.set_meta("built_at", "two")

    assert (store.meta("built_at"), store.meta("never")) == ("two", "")
