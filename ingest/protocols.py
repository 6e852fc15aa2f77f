"""What a source of files offers, so that a new kind of file is one new module in ingest/sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from models.records import EvidenceItem


class FileSource(Protocol):
    """Reads one kind of file or folder. Never writes to it.

    A source keeps what it cannot understand: bytes come before reading. It raises `SourceError`
    (with a remedy) only if the whole path cannot be read at all.
    """

    name: str
    """What `Provenance.source_kind` says, e.g. "mbox"."""

    def accepts(self, path: Path) -> bool:
        """Say whether this path looks like this kind, by name and first bytes."""
        ...

    def items(self, path: Path, *, fetched_at: datetime, production: str = "") -> Iterator[EvidenceItem]:
        """Yield everything in it, in a stable order, holding at most one item in memory.

        Raises:
            SourceError: If the path cannot be read, with what to do.
            ExtraMissing: If an optional package is needed.
        """
        ...
