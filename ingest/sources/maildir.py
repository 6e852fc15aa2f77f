"""A Maildir with its mail folders, nested or named by dots (Maildir++). `tmp` is left alone.

Flags come from the names of the files and the mail folder from the directories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.maildir_layout import is_maildir
from ingest.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from models.records import EvidenceItem


@dataclass(frozen=True, slots=True)
class MaildirSource:
    """Reads every file in `cur` and `new` as one message, whatever it holds."""

    name: str = "maildir"
    described: str = "Maildir folders"
    last_resort: bool = False

    def accepts(self, path: Path) -> bool:
        """Accept a folder that holds `cur` and `new`."""
        return is_maildir(path)

    def items(
        self,
        path: Path,
        *,
        fetched_at: datetime,
        production: str = "",
        report: Callable[[str], None] | None = None,
    ) -> Iterator[EvidenceItem]:
        """Yield the messages, mail folder by mail folder. See `ingest.protocols.FileSource`."""
        return read_tree(
            path, source_kind=self.name, fetched_at=fetched_at, production=production, report=report
        )


SOURCE = MaildirSource()
