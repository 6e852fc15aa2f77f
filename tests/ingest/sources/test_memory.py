"""Messages held in memory, for demonstrations and tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ingest.sources.memory import SOURCE, MemorySource

FETCHED = datetime(2025, 3, 1, 12, tzinfo=UTC)


def test_memory_gives_its_messages_in_order(mail):
    source = MemorySource((mail(2), mail(1)))

    items = list(source.items(Path("demo"), fetched_at=FETCHED, production="x"))

    assert [item.raw for item in items] == [mail(2), mail(1)]
    assert [(i.provenance.source, i.provenance.uid, i.provenance.message_id) for i in items] == [
        ("demo", 1, "m2@example.org"),
        ("demo", 2, "m1@example.org"),
    ]
    assert {item.provenance.production for item in items} == {"x"}


def test_memory_accepts_no_path(tmp_path):
    assert not SOURCE.accepts(tmp_path)


def test_memory_without_messages_gives_nothing():
    assert list(SOURCE.items(Path("demo"), fetched_at=FETCHED)) == []
