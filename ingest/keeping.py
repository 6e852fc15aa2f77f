"""Keeps what came in a thread of its own, so that disk and network work at the same time."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.archive import EvidenceKeeper
    from models.records import EvidenceItem, FolderState, Provenance

WAITING = 1
"""Batches being kept: with the one that is arriving, two are held in memory."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be kept in one step. `files` are deleted once it is kept.

    `skipped` messages were left on the server on purpose; they are counted once the state is kept.
    """

    items: tuple[EvidenceItem, ...] = ()
    state: FolderState | None = None
    copies: tuple[tuple[str, Provenance], ...] = ()
    vanished: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()
    skipped: int = 0


@dataclass(slots=True)
class Tally:
    """Running counts of one sync. `bytes` are message bytes that came over the line."""

    kept: int = 0
    known: int = 0
    recognised: int = 0
    skipped: int = 0
    vanished: int = 0
    bytes: int = 0
    pieces: int = 0

    @property
    def safe(self) -> int:
        """A number that grows with whatever would not have to be done again after a cut."""
        return self.kept + self.known + self.recognised + self.skipped + self.vanished + self.pieces


class Keeper:
    """Keeps parcels in their order. After a failure nothing more is kept: no cursor may pass a gap."""

    def __init__(self, evidence: EvidenceKeeper, tally: Tally) -> None:
        self._evidence = evidence
        self._tally = tally
        self._pool = ThreadPoolExecutor(1, "schooltrail-keep")
        self._pending: deque[Future[None]] = deque()
        self._failed = False

    def submit(self, parcel: Parcel) -> None:
        """Hand a parcel over; waits while enough are under way.

        Raises:
            SchooltrailError: What an earlier parcel failed with, e.g. StorageFull.
        """
        while len(self._pending) >= WAITING:
            self._pending.popleft().result()
        self._pending.append(self._pool.submit(self._keep, parcel))

    def settle(self) -> None:
        """Wait until everything is kept. Errors as in `submit`."""
        while self._pending:
            self._pending.popleft().result()

    def close(self) -> None:
        """Finish what was handed over and end the thread; never raises."""
        self._pool.shutdown(wait=True)
        self._pending.clear()

    def _keep(self, parcel: Parcel) -> None:
        if self._failed:
            return
        try:
            counts = self._evidence.keep(
                parcel.items, state=parcel.state, copies=parcel.copies, vanished=parcel.vanished
            )
        except BaseException:
            self._failed = True
            raise
        self._tally.kept += counts.new
        self._tally.known += len(parcel.items) - counts.new
        self._tally.recognised += len(parcel.copies)
        self._tally.vanished += len(parcel.vanished)
        self._tally.skipped += parcel.skipped
        for path in parcel.files:
            path.unlink(missing_ok=True)
