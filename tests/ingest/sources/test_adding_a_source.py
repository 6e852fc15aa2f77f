"""The example in docs/adding-a-source.md is run, so that it cannot lag behind the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.discover import sources
from ingest.file_source import OpenFile, Problems, StreamSource, place
from models.records import EvidenceItem, Provenance

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-source.md"


@pytest.fixture(scope="module")
def example():
    """The source that the page describes."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names = {
        thing.__name__: thing
        for thing in (Iterator, replace, OpenFile, Problems, StreamSource, place, EvidenceItem, Provenance)
    }
    exec(code, names)
    return names["SOURCE"]


def test_example_of_the_docs_reads_messages(example, tmp_path, mail):
    path = tmp_path / "x.exm"
    path.write_bytes(b"".join(b"%d\n" % len(mail(n)) + mail(n) for n in (1, 2)))

    items = list(example.items(path, fetched_at=datetime(2025, 3, 1, tzinfo=UTC)))

    assert example.accepts(path)
    assert [(item.provenance.uid, item.raw) for item in items] == [(1, mail(1)), (2, mail(2))]


def test_example_of_the_docs_tells_of_damage(example, tmp_path):
    path = tmp_path / "x.exm"
    path.write_bytes(b"5\nhello" + b"junk\n")
    told = []

    items = list(example.items(path, fetched_at=datetime(2025, 3, 1, tzinfo=UTC), report=told.append))

    assert [item.raw for item in items] == [b"hello"]
    assert "message 2: its length is no number" in told[0]


def test_docs_name_every_kind_of_source():
    text = PAGE.read_text(encoding="utf-8")

    assert [s.name for s in sources() if s.name != "memory" and f"`{s.name}`" not in text] == []
