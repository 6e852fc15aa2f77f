"""What all folders of one sync share: where from, where to, how, and the counts so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.keeping import Tally
from ingest.options import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from ingest.account import Account
    from ingest.archive import Archive
    from ingest.options import Progress, Stop, SyncOptions


@dataclass(slots=True)
class Run:
    """What all folders of one sync share. `folder_index` and `folders` are for progress only."""

    account: Account
    archive: Archive
    options: SyncOptions
    stop: Stop
    now: Callable[[], datetime]
    progress: Callable[[Progress], None]
    spool: Path
    tally: Tally = field(default_factory=Tally)
    problems: list[str] = field(default_factory=list)
    folder_index: int = 0
    folders: int = 0

    def check_stop(self) -> None:
        """Raise `Stopped` if the caller wants to end."""
        if self.stop.is_set():
            raise Stopped
