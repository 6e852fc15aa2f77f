"""Keeps evidence: bytes in the vault, provenance in rows, both in one step."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from models.errors import EvidenceDamaged
from models.records import EvidenceItem, EvidenceKind, FolderState, KnownCopy, Origin, Provenance
from models.store.bulk import insert_rows
from models.store.sync_state import write_folder_state
from models.tables import BLOB, COPY, TOMBSTONE
from models.vault import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from models.store.core import Store

SHORT = 32 * 1024  # bytes; a message under this is hashed with the lock held
LOOKUP = 500  # keys per SELECT … IN: under every database's limit of bound values


@dataclass(frozen=True, slots=True)
class Kept:
    """What a call to `keep` did: bytes never seen before, and copies of known bytes."""

    new: int
    known: int


class EvidenceStore:
    """Evidence is only added to: there is no way to change or remove it here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self,
        items: Sequence[EvidenceItem],
        *,
        state: FolderState | None = None,
        copies: Sequence[tuple[str, Provenance]] = (),
        vanished: Sequence[int] = (),
    ) -> Kept:
        """Keep a batch durably: on return it survives a power cut; on an error none of it is listed.

        Args:
            items: Bytes with provenance. Bytes that are held already only gain a provenance row.
            state: The folder's sync state, committed in the same transaction.
            copies: (key, provenance) of bytes that are held and were recognised without a download.
            vanished: COPY ids (see `copy_ids`) that the server no longer lists; they get a tombstone.

        Raises:
            StorageFull: If the disk takes no more.
        """
        vault, now = self._store.vault, datetime.now(UTC)
        keyed = [(_key(item), item) for item in items]
        held = self._held([key for key, _ in keyed])
        fresh = {key: item for key, item in keyed if key not in held}
        in_memory = [(key, item.raw) for key, item in fresh.items() if item.raw is not None]
        placed = dict(zip((key for key, _ in in_memory), vault.append_all(in_memory), strict=True))
        blobs = []
        for key, item in fresh.items():
            if item.raw is not None:
                size, place = len(item.raw), placed[key]
            else:
                _, size, place = vault.append_file(_path_of(item))
            blobs.append(
                {
                    "key": key, "kind": item.kind, "size": size, "kept_at": now,
                    "pack": place.pack, "offset": place.offset, "stored": place.stored,
                }
            )  # fmt: skip
        if blobs:
            vault.flush()
        rows = [_copy_row(key, item.provenance) for key, item in keyed]
        rows += [_copy_row(key, provenance) for key, provenance in copies]
        with self._store.begin() as connection:
            insert_rows(connection, BLOB, blobs)
            insert_rows(connection, COPY, rows, ignore=True)
            tombstones = [{"copy_id": i, "noticed_at": now, "reason": "vanished"} for i in vanished]
            insert_rows(connection, TOMBSTONE, tombstones, ignore=True)
            if state is not None:
                write_folder_state(connection, state)
        return Kept(new=len(blobs), known=len(rows) - len(blobs))

    def copy_ids(self, source: str, folder: str, uidvalidity: int) -> dict[int, int]:
        """Return UID -> copy id of the copies still listed on the server."""
        query = (
            select(COPY.c.uid, COPY.c.id)
            .outerjoin(TOMBSTONE, TOMBSTONE.c.copy_id == COPY.c.id)
            .where(
                COPY.c.source_kind == "imap", COPY.c.source == source, COPY.c.folder == folder,
                COPY.c.uidvalidity == uidvalidity, TOMBSTONE.c.copy_id.is_(None),
            )
        )  # fmt: skip
        with self._store.read() as connection:
            return {uid: copy_id for uid, copy_id in connection.execute(query)}

    def copies_of(self, source: str) -> int:
        """Return how many copies of a mailbox are held that the server still lists."""
        query = (
            select(func.count())
            .select_from(COPY.outerjoin(TOMBSTONE, TOMBSTONE.c.copy_id == COPY.c.id))
            .where(COPY.c.source_kind == "imap", COPY.c.source == source, TOMBSTONE.c.copy_id.is_(None))
        )
        with self._store.read() as connection:
            return connection.scalar(query) or 0

    def known_copies(self, source: str, folder: str) -> list[KnownCopy]:
        """Return all copies ever seen in a folder, whatever their UIDVALIDITY, newest first."""
        query = (
            select(COPY.c.uid, COPY.c.key, BLOB.c.size, COPY.c.internal_date, COPY.c.message_id)
            .join(BLOB, BLOB.c.key == COPY.c.key)
            .where(COPY.c.source_kind == "imap", COPY.c.source == source, COPY.c.folder == folder)
            .order_by(COPY.c.id.desc())
        )
        with self._store.read() as connection:
            return [KnownCopy(*row) for row in connection.execute(query)]

    def read(self, key: str) -> bytes:
        """Return exact bytes, checked against their hash. Errors as in `read_many`."""
        return self.read_many([key])[0]

    def read_many(self, keys: Sequence[str]) -> list[bytes]:
        """Return exact bytes in the order of `keys`, each checked against its hash.

        Raises:
            EvidenceDamaged: If some are not held, or no longer what they were.
        """
        places: dict[str, Place] = {}
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                query = select(BLOB.c.key, BLOB.c.pack, BLOB.c.offset, BLOB.c.stored).where(
                    BLOB.c.key.in_(keys[at : at + LOOKUP])
                )
                places |= {key: Place(*place) for key, *place in connection.execute(query)}
        for key in keys:
            if key not in places:
                raise EvidenceDamaged(
                    f"no evidence with the hash {key[:16]}… is held",
                    "Look the message up in: schooltrail status",
                )
        return [self._store.vault.read(key, places[key]) for key in keys]

    def read_each(self, keys: Sequence[str]) -> list[tuple[bytes, str]]:
        """Return (bytes, "") for each key, or (b"", what is wrong): one damaged piece must not stop the rest."""
        try:
            return [(raw, "") for raw in self.read_many(keys)]
        except EvidenceDamaged as error:
            if len(keys) == 1:
                return [(b"", error.problem)]
            return [found for key in keys for found in self.read_each([key])]

    def size(self, key: str) -> int:
        """Return the size of the raw bytes, 0 if they are not held."""
        with self._store.read() as connection:
            return connection.scalar(select(BLOB.c.size).where(BLOB.c.key == key)) or 0

    def find(self, prefix: str) -> list[str]:
        """Return up to ten keys that begin with `prefix` (hex digits, at least 4)."""
        query = select(BLOB.c.key).where(BLOB.c.key.startswith(prefix.lower())).order_by(BLOB.c.key).limit(10)
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def provenance(self, keys: Sequence[str]) -> dict[str, list[tuple[Provenance, datetime | None]]]:
        """Return, for each key, its copies with the time it was noticed gone (None: still there)."""
        found: dict[str, list[tuple[Provenance, datetime | None]]] = {key: [] for key in keys}
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                query = (
                    select(COPY, TOMBSTONE.c.noticed_at)
                    .outerjoin(TOMBSTONE, TOMBSTONE.c.copy_id == COPY.c.id)
                    .where(COPY.c.key.in_(keys[at : at + LOOKUP]))
                    .order_by(COPY.c.id)
                )
                for row in connection.execute(query).mappings():
                    found[row["key"]].append((_provenance(row), row["noticed_at"]))
        return found

    def origins(self, keys: Sequence[str]) -> dict[str, Origin]:
        """Return, for each held key, what its reader needs to know of where it came from."""
        found: dict[str, Origin] = {}
        query = select(
            COPY.c.key,
            COPY.c.source_kind,
            COPY.c.source,
            COPY.c.member,
            COPY.c.internal_date,
            COPY.c.fetched_at,
        ).order_by(COPY.c.id)
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                some = query.where(COPY.c.key.in_(keys[at : at + LOOKUP]))
                for key, kind, source, member, received, fetched in connection.execute(some):
                    before = found.get(key)
                    if before is None:
                        name = (member or source).replace("\\", "/").rsplit("/", 1)[-1]
                        found[key] = Origin(kind, name, received, fetched)
                    elif received and (before.received is None or received < before.received):
                        found[key] = replace(before, received=received)
        return found

    def unread(self, reader_version: int, *, kind: str = "mail") -> list[tuple[str, int]]:
        """Return (key, size) of evidence that this reader version has neither read nor failed on."""
        query = text(
            "SELECT blob.key, blob.size FROM blob "
            "LEFT JOIN message ON message.key = blob.key AND message.reader_version = :version "
            "LEFT JOIN failure ON failure.key = blob.key "
            "AND failure.stage = 'read' AND failure.version = :version "
            "WHERE blob.kind = :kind AND message.key IS NULL AND failure.key IS NULL "
            "ORDER BY blob.kept_at, blob.pack, blob.offset"
        )
        with self._store.read() as connection:
            return [
                (key, size)
                for key, size in connection.execute(query, {"version": reader_version, "kind": kind})
            ]

    def of_kind(self, kind: str) -> list[str]:
        """Return the keys of all evidence of a kind, in the order it was kept."""
        query = select(BLOB.c.key).where(BLOB.c.kind == kind).order_by(BLOB.c.pack, BLOB.c.offset)
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def counts(self) -> dict[str, int]:
        """Return how many distinct pieces of evidence of each kind are held, and `copies`, `gone`."""
        with self._store.read() as connection:
            counts = {
                kind: n
                for kind, n in connection.execute(select(BLOB.c.kind, func.count()).group_by(BLOB.c.kind))
            }
            counts["copies"] = connection.scalar(select(func.count()).select_from(COPY)) or 0
            counts["gone"] = connection.scalar(select(func.count()).select_from(TOMBSTONE)) or 0
        return counts

    def unlisted(self) -> list[tuple[str, int, Place]]:
        """Return (key, size, place) of whole pieces in the packs that no row points at.

        A crash between writing and committing leaves such pieces; so does the loss of the database.
        """
        with self._store.read() as connection:
            listed = set(connection.scalars(select(BLOB.c.key)))
        found: dict[str, tuple[str, int, Place]] = {}
        for key, size, place in self._store.vault.recover():
            if key not in listed:
                found.setdefault(key, (key, size, place))
        return list(found.values())

    def adopt(
        self, pieces: Sequence[tuple[str, int, Place]], kind_of: Callable[[bytes], EvidenceKind]
    ) -> int:
        """List pieces that are in the packs and in no row. Where they once came from is not known any more.

        Args:
            pieces: As `unlisted` gives them; damaged ones are left out.
            kind_of: Says from its bytes what a piece is.

        Returns:
            How many were listed.
        """
        now, blobs, copies = datetime.now(UTC), [], []
        for key, size, place in pieces:
            try:
                kind = kind_of(self._store.vault.read(key, place))
            except EvidenceDamaged:
                continue
            blobs.append(
                {
                    "key": key, "kind": kind, "size": size, "kept_at": now,
                    "pack": place.pack, "offset": place.offset, "stored": place.stored,
                }
            )  # fmt: skip
            source_kind = "document" if kind == "document" else "recovered"
            copies.append(_copy_row(key, Provenance(source_kind, "the evidence packs", now)))
        with self._store.begin() as connection:
            insert_rows(connection, BLOB, blobs)
            insert_rows(connection, COPY, copies, ignore=True)
        return len(blobs)

    def verify(self) -> Iterator[tuple[str, str]]:
        """Re-read and re-hash everything; yield (key, "") for each whole piece, else what is wrong."""
        query = select(BLOB.c.key, BLOB.c.pack, BLOB.c.offset, BLOB.c.stored).order_by(
            BLOB.c.pack, BLOB.c.offset
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        for key, pack, offset, stored in rows:
            try:
                for _ in self._store.vault.stream(key, Place(pack, offset, stored)):
                    pass
            except EvidenceDamaged as error:
                yield key, error.problem
            else:
                yield key, ""

    def _held(self, keys: Sequence[str]) -> set[str]:
        held: set[str] = set()
        with self._store.read() as connection:
            for at in range(0, len(keys), LOOKUP):
                query = select(BLOB.c.key).where(BLOB.c.key.in_(keys[at : at + LOOKUP]))
                held.update(connection.scalars(query))
        return held


def _key(item: EvidenceItem) -> str:
    if item.raw is None:
        with _path_of(item).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if len(item.raw) > SHORT:
        return hashlib.sha256(item.raw).hexdigest()
    # In pieces under 2,048 bytes hashlib keeps Python's lock: giving it up and waiting for it again
    # costs more than hashing a small message, where another thread is busy fetching.
    digest = hashlib.sha256()
    for at in range(0, len(item.raw), 2047):
        digest.update(item.raw[at : at + 2047])
    return digest.hexdigest()


def _path_of(item: EvidenceItem) -> Path:
    if item.path is None:
        raise ValueError("an evidence item needs bytes or a path")
    return item.path


def _copy_row(key: str, provenance: Provenance) -> dict[str, Any]:
    return {
        "key": key,
        "source_kind": provenance.source_kind,
        "source": provenance.source,
        "server": provenance.server,
        "folder": provenance.folder,
        "uidvalidity": provenance.uidvalidity,
        "uid": provenance.uid,
        "member": provenance.member,
        "internal_date": provenance.internal_date,
        "flags": _as_json(provenance.flags),
        "labels": _as_json(provenance.labels),
        "gmail_message_id": provenance.gmail_message_id,
        "gmail_thread_id": provenance.gmail_thread_id,
        "message_id": provenance.message_id,
        "production": provenance.production,
        "fetched_at": provenance.fetched_at,
    }


@lru_cache(maxsize=1024)
def _as_json(words: tuple[str, ...]) -> str:
    """Write a list of words; most messages share theirs."""
    return json.dumps(words)


def _provenance(row: Any) -> Provenance:
    return Provenance(
        source_kind=row["source_kind"],
        source=row["source"],
        fetched_at=row["fetched_at"],
        server=row["server"],
        folder=row["folder"],
        uidvalidity=row["uidvalidity"],
        uid=row["uid"],
        member=row["member"],
        internal_date=row["internal_date"],
        flags=tuple(json.loads(row["flags"])),
        labels=tuple(json.loads(row["labels"])),
        gmail_message_id=row["gmail_message_id"],
        gmail_thread_id=row["gmail_thread_id"],
        message_id=row["message_id"],
        production=row["production"],
    )
