"""Fetches one large message in pieces into a file, which a cut line or a killed program does not lose.

The server's claim about the size is never trusted: the message ends where the server has nothing
more to give. A server that ignores the request for a piece and sends everything is understood too.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.fetching import Fetched, parse_fetch
from ingest.options import Stopped
from ingest.refusals import Refused
from ingest.wire import writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.options import Limits, Stop
    from ingest.wire import Wire

_NO_STOP_SIZE = 2**33
"""A message never ends on some broken servers; none is larger than this."""


def part_path(spool: Path, source: str, folder: str, uidvalidity: int, uid: int) -> Path:
    """Return where the parts of one message lie: the same place after a restart."""
    identity = "\0".join((source, folder, str(uidvalidity), str(uid)))
    return spool / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.part"


class LargeFetch:
    """Fetches a message's bytes into a part file, going on where an earlier attempt ended.

    Args:
        wire: The connection, in the folder, with nothing under way.
        uid: Which message.
        claimed: Its size as the server says, bytes; only used to know how far to ask ahead.
        path: The part file, see `part_path`.
        limits: Sizes of pieces.
        stop: Looked at between pieces.
        came: Told the bytes of each piece, once they are on disk.
    """

    def __init__(
        self,
        wire: Wire,
        uid: int,
        claimed: int,
        path: Path,
        *,
        limits: Limits,
        stop: Stop,
        came: Callable[[int], None],
    ) -> None:
        self._wire, self._uid, self._claimed, self._path = wire, uid, claimed, path
        self._limits, self._stop, self._came = limits, stop, came
        self._early: dict[int, Fetched] = {}
        self._offset = 0

    def fetch(self) -> Path | None:
        """Return the file with the whole message; None if the server does not give all of it out.

        Raises:
            Stopped: If `stop` was set; the part file stays.
            SourceError, WorkspaceError: As the wire and the disk fail; the part file stays.
        """
        with writing():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
        self._offset = _resume_at(self._path, self._limits.piece_bytes)
        while self._offset < _NO_STOP_SIZE:
            whole = self._round()
            if whole is not None:
                return self._path if whole else None
        return None

    def _round(self) -> bool | None:
        """Fetch pieces, several asked for ahead, until the end or until one is shorter than asked for.

        Returns:
            Whether the message is whole now; None if it goes on.
        """
        size = self._limits.piece_bytes
        asked: deque[tuple[int, bytes]] = deque()
        next_at = self._offset
        self._early.clear()
        while True:
            if self._stop.is_set():
                raise Stopped
            while len(asked) < self._limits.pieces_ahead and (next_at < self._claimed or not asked):
                asked.append((next_at, self._ask(next_at)))
                next_at += size
            at, tag = asked.popleft()
            piece = self._piece(tag, at)
            outcome, length = self._take(piece, at)
            if outcome is not None or length != size:
                # What was asked for ahead of a short piece comes from the wrong places.
                for at, tag in asked:
                    self._piece(tag, at)
                return outcome

    def _ask(self, at: int) -> bytes:
        size = self._limits.piece_bytes
        return self._wire.send(b"UID FETCH %d (UID BODY.PEEK[]<%d.%d>)" % (self._uid, at, size))

    def _piece(self, tag: bytes, at: int) -> Fetched | None:
        """Return the piece that begins at `at`; what comes meanwhile of later ones waits in `_early`."""
        try:
            for answer in self._wire.answers(tag):
                one = parse_fetch(answer)
                if one and one.uid == self._uid and one.body is not None:
                    self._early[at if one.origin is None else one.origin] = one
        except Refused:
            if at < self._claimed:  # behind the end some servers refuse instead of giving nothing
                raise
        return self._early.pop(at, None)

    def _take(self, piece: Fetched | None, at: int) -> tuple[bool | None, int]:
        """Write a piece. Returns whether the message is whole (None: it goes on), and the piece's bytes."""
        if piece is None:
            # Inside the message silence is no end: it may have been deleted just now, and a part
            # of a message must never pass for the whole.
            return at >= self._claimed > 0, 0
        if piece.body == b"":
            return at > 0, 0
        if piece.origin is None:
            self._offset = _take_whole(self._path, piece.body)
            self._came(self._offset)
            return True, self._offset
        length = _append(self._path, piece.body)
        self._offset += length
        self._came(length)
        return None, length


def _resume_at(path: Path, piece: int) -> int:
    """Cut the file back to pieces that were surely written: the last one may be torn by a power cut."""
    with writing():
        size = path.stat().st_size
        offset = max(0, (size // piece - 1) * piece)
        with path.open("r+b") as file:
            file.truncate(offset)
    return offset


def _append(path: Path, body: bytes | Path | None) -> int:
    data = body.read_bytes() if isinstance(body, Path) else body or b""
    with writing(), path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return len(data)


def _take_whole(path: Path, body: bytes | Path | None) -> int:
    """Replace what was gathered by the whole message, which the server sent without being asked to."""
    with writing():
        if isinstance(body, Path):
            body.replace(path)
        else:
            path.write_bytes(body or b"")
        return path.stat().st_size
