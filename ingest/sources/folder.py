"""A folder of anything that the other sources read, with all folders below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from models.records import EvidenceItem


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Reads a folder; what is in it is told apart by its own kind, not by "folder"."""

    name: str = "folder"
    described: str = "a folder of any of these"
    last_resort: bool = True

    def accepts(self, path: Path) -> bool:
        """Accept any folder."""
        return path.is_dir()

    def items(
        self,
        path: Path,
        *,
        fetched_at: datetime,
        production: str = "",
        report: Callable[[str], None] | None = None,
    ) -> Iterator[EvidenceItem]:
        """Yield what the files in it hold. See `ingest.protocols.FileSource`."""
        return read_tree(
            path, source_kind=self.name, fetched_at=fetched_at, production=production, report=report
        )


SOURCE = FolderSource()
