"""What a source of files offers, so that a new kind of file is one new module in ingest/sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from models.records import EvidenceItem


class FileSource(Protocol):
    """Reads one kind of file or folder. Never writes to it.

    A source keeps what it cannot understand: bytes come before reading. It raises `SourceError`
    (with a remedy) only if the whole path cannot be read at all; everything less is told to
    `report` and the rest is taken in.
    """

    @property
    def name(self) -> str:
        """What `Provenance.source_kind` says, e.g. "mbox"."""
        ...

    @property
    def described(self) -> str:
        """How people call such files, with their endings; empty if it is not for paths."""
        ...

    @property
    def last_resort(self) -> bool:
        """True if it accepts things that a more exact source may know better; it is asked last."""
        ...

    def accepts(self, path: Path) -> bool:
        """Say whether this path looks like this kind, by name and first bytes. Never raises."""
        ...

    def items(
        self,
        path: Path,
        *,
        fetched_at: datetime,
        production: str = "",
        report: Callable[[str], None] | None = None,
    ) -> Iterator[EvidenceItem]:
        """Yield everything in it, in a stable order, holding at most one item in memory.

        Args:
            path: What to read.
            fetched_at: When this reading began, aware.
            production: The records request that this answers, if any.
            report: Is told, in a sentence for people, of each thing that could not be taken in.
                It may hold file names, so it is for the screen and the store, not for a log.

        Raises:
            SourceError: If the path cannot be read, with what to do.
            ExtraMissing: If an optional package is needed.
        """
        ...
