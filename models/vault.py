"""Keeps exact bytes: append-only pack files of zstd frames, addressed by SHA-256.

A record is written, the pack is fsynced once per group, and only then does the store commit the
row that points at it. So what a sync has reported as kept survives a power cut, and a crash can
leave at most a tail that no row points at. Such a tail is left where it is if it is whole
(`recover` lists it), and cut off if it is torn, since then it holds nothing.

Record: magic (4 bytes), frame length and raw length (8 bytes each, little endian), SHA-256 of the
raw bytes (32), the zstd frame. The packs can be read without the database.
"""

from __future__ import annotations

import errno
import hashlib
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import zstandard
from filelock import FileLock, Timeout

from models.errors import EvidenceDamaged, StorageFull, WorkspaceBusy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MAGIC = b"STe1"
HEADER = struct.Struct("<4sQQ32s")
PACK_BYTES = 256 * 1024 * 1024
"""A new pack is begun once this is passed; chosen so that a copy to another disk goes in steps."""
CHUNK = 256 * 1024
GROUP_BYTES = 1024 * 1024
LEVEL = 1
"""zstd level: 3 made packs of mail a few per cent smaller and took a quarter of a pull's time."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record's frame lies: pack number, byte offset of its header, whole length in bytes."""

    pack: int
    offset: int
    stored: int


class Vault:
    """Append-only store of bytes in `folder`. One writer at a time; any number of readers."""

    def __init__(self, folder: Path, *, pack_bytes: int = PACK_BYTES) -> None:
        self._folder = folder
        self._pack_bytes = pack_bytes
        self._number = 0
        self._file: BinaryIO | None = None
        self._end = 0
        self._readers: dict[int, BinaryIO] = {}
        # One lock for all threads: a sync writes in one thread and closes in another.
        self._lock = FileLock(folder / "writer.lock", mode=0o600, thread_local=False)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._decompressor = zstandard.ZstdDecompressor()

    def append(self, raw: bytes) -> tuple[str, Place]:
        """Write bytes, not yet safe until `flush`. Returns their SHA-256 and place. Errors as in `append_all`."""
        key = hashlib.sha256(raw).hexdigest()
        [place] = self.append_all([(key, raw)])
        return key, place

    def append_all(self, pieces: Sequence[tuple[str, bytes]]) -> list[Place]:
        """Write pieces, not yet safe until `flush`. Returns their places in order.

        Args:
            pieces: (SHA-256 in hex, bytes); all together they should fit in memory twice.

        Raises:
            StorageFull: If the disk takes no more. What was torn is cut off again.
        """
        places = []
        for (key, raw), frame in zip(pieces, self._frames([raw for _, raw in pieces]), strict=True):
            file = self._writable()
            offset = self._end
            header = HEADER.pack(MAGIC, len(frame), len(raw), bytes.fromhex(key))
            try:
                file.write(header)
                file.write(frame)
            except OSError as error:
                self._give_up(offset, error)
            self._end += len(header) + len(frame)
            places.append(Place(self._number, offset, len(header) + len(frame)))
        return places

    def _frames(self, raws: Sequence[bytes]) -> Iterator[Any]:
        """Yield the frames of many pieces, about a megabyte to a call of zstd.

        Python's lock is given up once a call: where another thread is busy (a sync that goes on
        fetching), waiting for it again costs more than compressing a small message.
        What is yielded has a length and can be written.
        """
        group: list[bytes] = []
        weight = 0
        for raw in raws:
            group.append(raw)
            weight += len(raw)
            if weight > GROUP_BYTES:
                yield from self._compress(group)
                group, weight = [], 0
        yield from self._compress(group)

    def _compress(self, raws: list[bytes]) -> Iterable[Any]:
        if len(raws) < 2 or not all(raws):  # the many-at-once call refuses empty pieces
            return [self._compressor.compress(raw) for raw in raws]
        pieces: Any = raws
        return cast("Iterable[Any]", self._compressor.multi_compress_to_buffer(pieces))

    def append_file(self, path: Path) -> tuple[str, int, Place]:
        """Write a file's bytes without holding them in memory. Returns SHA-256, size and place."""
        digest, size = hashlib.sha256(), 0
        file = self._writable()
        offset = self._end
        try:
            file.write(HEADER.pack(MAGIC, 0, 0, bytes(32)))
            with (
                path.open("rb") as source,
                self._compressor.stream_writer(file, closefd=False, size=path.stat().st_size) as frame,
            ):
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    frame.write(chunk)
            end = file.tell()
            stored = end - offset
            file.seek(offset)
            file.write(HEADER.pack(MAGIC, stored - HEADER.size, size, digest.digest()))
            file.seek(end)
        except OSError as error:
            self._give_up(offset, error)
        self._end = end
        return digest.hexdigest(), size, Place(self._number, offset, stored)

    def flush(self) -> None:
        """Make everything appended so far survive a power cut."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _explain(error) from error

    def read(self, key: str, place: Place) -> bytes:
        """Return the exact bytes.

        Raises:
            EvidenceDamaged: If they cannot be read or no longer match their hash.
        """
        if place.stored > CHUNK:
            return b"".join(self.stream(key, place))
        try:
            file = self._reader(place.pack)
            file.seek(place.offset)
            record = file.read(place.stored)
            magic, frame, size, _ = HEADER.unpack_from(record)
            raw = self._decompressor.decompress(
                record[HEADER.size : HEADER.size + frame], max_output_size=size
            )
        except (OSError, struct.error, zstandard.ZstdError, MemoryError) as error:
            raise _damage(key, place) from error
        if magic != MAGIC or len(raw) != size or hashlib.sha256(raw).hexdigest() != key:
            raise _damage(key, place)
        return raw

    def stream(self, key: str, place: Place) -> Iterator[bytes]:
        """Yield the bytes in pieces, checking the hash at the end. Errors as in `read`."""
        digest = hashlib.sha256()
        try:
            file = self._reader(place.pack)
            file.seek(place.offset)
            magic, left, size, _ = HEADER.unpack(file.read(HEADER.size))
            if magic != MAGIC:
                raise _damage(key, place)
            frame = zstandard.ZstdDecompressor().decompressobj()
            seen = 0
            while left and (packed := file.read(min(left, CHUNK))):
                left -= len(packed)
                chunk = frame.decompress(packed)
                digest.update(chunk)
                seen += len(chunk)
                yield chunk
        except (OSError, struct.error, zstandard.ZstdError) as error:
            raise _damage(key, place) from error
        if digest.hexdigest() != key or seen != size:
            raise _damage(key, place)

    def recover(self) -> Iterator[tuple[str, int, Place]]:
        """Yield (SHA-256, size, place) of every whole record in every pack, in order.

        Reads headers only, so that it is quick; the hash is the one that was written.
        """
        for number, path in sorted(self._packs().items()):
            with path.open("rb") as file:
                yield from _records(file, number, path.stat().st_size)

    def close(self) -> None:
        """Close all files. What was not flushed is not promised."""
        for file in [*self._readers.values(), *([self._file] if self._file else [])]:
            with suppress(OSError):
                file.close()
        self._readers.clear()
        self._file = None
        self._lock.release()

    def _take_lock(self) -> None:
        """Keep a second writer out: two of them would write over each other's records."""
        if self._lock.is_locked:
            return
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceBusy(
                "another schooltrail is adding evidence to this workspace",
                "Wait until it has finished, then run the command again.",
            ) from error

    def _packs(self) -> dict[int, Path]:
        return {int(path.stem): path for path in self._folder.glob("[0-9]*.pack")}

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.pack"

    def _reader(self, number: int) -> BinaryIO:
        if self._file is not None and number == self._number:
            self._file.flush()
        if number not in self._readers:
            self._readers[number] = self._path(number).open("rb")
        return self._readers[number]

    def _writable(self) -> BinaryIO:
        if self._file is not None and self._end < self._pack_bytes:
            return self._file
        try:
            if self._file is not None:
                self.flush()
                self._file.close()
                self._number += 1
            else:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._take_lock()
                self._number = max(self._packs(), default=1)
            self._file = self._open(self._path(self._number))
        except OSError as error:
            raise _explain(error) from error
        return self._file if self._end < self._pack_bytes else self._writable()

    def _open(self, path: Path) -> BinaryIO:
        """Open a pack for appending, after its last whole record."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        file = os.fdopen(descriptor, "r+b")
        end = 0
        for _, _, place in _records(file, 0, path.stat().st_size):
            end = place.offset + place.stored
        file.truncate(end)
        file.seek(end)
        self._end = end
        _sync_folder(self._folder)
        return file

    def _give_up(self, offset: int, error: OSError) -> None:
        """Cut a torn record off again, so that the next one begins on whole ground."""
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                os.ftruncate(file.fileno(), offset)
            with suppress(OSError):
                file.close()
        raise _explain(error) from error


def _records(file: BinaryIO, number: int, length: int) -> Iterator[tuple[str, int, Place]]:
    offset = 0
    while offset + HEADER.size <= length:
        file.seek(offset)
        magic, frame, size, digest = HEADER.unpack(file.read(HEADER.size))
        end = offset + HEADER.size + frame
        if magic != MAGIC or frame == 0 or end > length:
            return
        yield digest.hex(), size, Place(number, offset, HEADER.size + frame)
        offset = end


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut (a no-op where folders cannot be opened)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damage(key: str, place: Place) -> EvidenceDamaged:
    return EvidenceDamaged(
        f"evidence {key[:16]}… in pack {place.pack} is damaged",
        "Copy the workspace from your backup, or sync or add the message again.",
    )


def _explain(error: OSError) -> Exception:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull(
            "the disk is full: no more mail could be kept",
            "Free some space and run the same command again; it goes on where it stopped.",
        )
    return error
