"""What the mail sync needs of the place where evidence and sync state are kept. `models.store.Store` fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import EvidenceItem, FolderState, KnownCopy, Provenance


class KeptCounts(Protocol):
    """What a call to `keep` did: bytes never seen before, and copies of known bytes."""

    @property
    def new(self) -> int:
        """How many pieces of evidence had never been seen."""
        ...

    @property
    def known(self) -> int:
        """How many were copies of bytes that are held already."""
        ...


class EvidenceKeeper(Protocol):
    """Keeps bytes with their provenance; never changes or removes any."""

    def keep(
        self,
        items: Sequence[EvidenceItem],
        *,
        state: FolderState | None = None,
        copies: Sequence[tuple[str, Provenance]] = (),
        vanished: Sequence[int] = (),
    ) -> KeptCounts:
        """Keep a batch, copies, tombstones and the folder's state: all of it durably, or nothing."""
        ...

    def copy_ids(self, source: str, folder: str, uidvalidity: int) -> dict[int, int]:
        """Return UID -> copy id of the copies still listed on the server."""
        ...

    def known_copies(self, source: str, folder: str) -> list[KnownCopy]:
        """Return all copies ever seen in a folder, whatever their UIDVALIDITY, newest first."""
        ...


class SyncKeeper(Protocol):
    """Remembers how far each folder has come."""

    def folder_states(self, source: str) -> dict[str, FolderState]:
        """Return folder name -> what the last sync committed about it."""
        ...

    def save_folder(self, state: FolderState) -> None:
        """Commit a folder's state on its own, where no message came with it."""
        ...


class Archive(Protocol):
    """Evidence and sync state, kept in one place so that they can be committed together."""

    @property
    def evidence(self) -> EvidenceKeeper:
        """The evidence."""
        ...

    @property
    def sync(self) -> SyncKeeper:
        """The sync state."""
        ...
