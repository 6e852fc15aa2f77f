"""Messages that are held in memory, for demonstrations and tests: no file, no server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.peek import peek_headers
from models.records import EvidenceItem, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class MemorySource:
    """Gives out the messages that it was made with; `path` is only their label."""

    messages: tuple[bytes, ...] = ()
    name: str = "memory"
    described: str = ""
    last_resort: bool = False

    def accepts(self, path: Path) -> bool:
        """Accept no path: it must be asked for."""
        return False

    def items(
        self,
        path: Path,
        *,
        fetched_at: datetime,
        production: str = "",
        report: Callable[[str], None] | None = None,
    ) -> Iterator[EvidenceItem]:
        """Yield the messages in their order; `uid` is their position, from 1."""
        provenance = Provenance(self.name, str(path), fetched_at, production=production)
        for uid, raw in enumerate(self.messages, start=1):
            message_id = peek_headers(raw).get("message-id", "").strip(" <>")
            yield EvidenceItem("mail", replace(provenance, uid=uid, message_id=message_id), raw=raw)


SOURCE = MemorySource()
