"""Counts what comes out of a packed stream, and stops one that swells beyond measure."""

from __future__ import annotations

import io
from typing import IO, Any, ClassVar


class Bomb(Exception):
    """More came out than is sane. `whole` says that the zip at large is meant, not one member."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__("swells beyond measure")
        self.whole = whole


class Limits:
    """What may come out of a zip, or of one member.

    Mail packs to a tenth and tables to a fiftieth; the format itself ends at 1:1032.

    Args:
        packed: Packed size, bytes.
        around: The limits of what lies around it; whatever comes out counts there too.
    """

    RATIO: ClassVar[int] = 200
    FREE: ClassVar[int] = 64 * 1024 * 1024
    """So much may always come out: a small file of one letter is no attack."""

    def __init__(self, packed: int, around: Limits | None = None) -> None:
        self._most = self.FREE + packed * self.RATIO
        self._around = around
        self._taken = 0

    def take(self, size: int, *, whole: bool = True) -> None:
        """Count `size` more bytes. Raises Bomb if that is too many."""
        self._taken += size
        if self._taken > self._most:
            raise Bomb(whole=whole)
        if self._around is not None:
            self._around.take(size)


class _Counted(io.RawIOBase):
    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        super().__init__()
        self._stream = stream
        self._limits = limits

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        self._limits.take(len(chunk), whole=False)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def counted(stream: IO[bytes], packed: int, limits: Limits) -> io.BufferedReader:
    """Return a stream of the same bytes, which raises Bomb once too many have come out.

    Args:
        stream: One member of a zip, unpacked; it is closed with the one returned.
        packed: The member's size in the zip, as the zip states it.
        limits: What may come out of the whole zip.
    """
    return io.BufferedReader(_Counted(stream, Limits(packed, limits)), 256 * 1024)
