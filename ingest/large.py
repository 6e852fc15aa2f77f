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


def fetch_large(
    wire: Wire,
    uid: int,
    claimed: int,
    path: Path,
    *,
    limits: Limits,
    stop: Stop,
    came: Callable[[int], None],
) -> Path | None:
    """Fetch a message's bytes into `path`, going on where an earlier attempt ended.

    Args:
        wire: The connection, in the folder, with nothing under way.
        uid: Which message.
        claimed: Its size as the server says, bytes; only used to know how far to ask ahead.
        path: The part file, see `part_path`.
        limits: Sizes of pieces.
        stop: Looked at between pieces.
        came: Told the bytes of each piece.

    Returns:
        The file with the whole message; None if the server gave no body at all.

    Raises:
        Stopped: If `stop` was set; the part file stays.
        SourceError, WorkspaceError: As the wire and the disk fail; the part file stays.
    """
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    offset = _resume_at(path, limits.piece_bytes)
    while offset < _NO_STOP_SIZE:
        if stop.is_set():
            raise Stopped
        ended, offset = _round(wire, uid, claimed, path, offset, limits, stop, came)
        if ended:
            break
    if offset == 0:
        path.unlink(missing_ok=True)
        return None
    return path


def _resume_at(path: Path, piece: int) -> int:
    """Cut the file back to pieces that were surely written: the last one may be torn by a power cut."""
    with writing():
        size = path.stat().st_size
        offset = max(0, (size // piece - 1) * piece)
        with path.open("r+b") as file:
            file.truncate(offset)
    return offset


def _round(
    wire: Wire,
    uid: int,
    claimed: int,
    path: Path,
    offset: int,
    limits: Limits,
    stop: Stop,
    came: Callable[[int], None],
) -> tuple[bool, int]:
    """Fetch pieces, several asked for ahead, until the end or until one is shorter than asked for.

    Returns:
        Whether the message has ended, and the offset reached.
    """
    size = limits.piece_bytes
    asked: deque[tuple[int, bytes]] = deque()
    early: dict[int, Fetched] = {}
    next_at = offset
    while True:
        while len(asked) < limits.pieces_ahead and (next_at < claimed or not asked):
            asked.append(
                (next_at, wire.send(b"UID FETCH %d (UID BODY.PEEK[]<%d.%d>)" % (uid, next_at, size)))
            )
            next_at += size
        at, tag = asked.popleft()
        piece = _piece(wire, tag, uid, at, early, past_end=at >= claimed)
        ended = piece is None or piece.body in (None, b"")
        length = 0
        if piece and not ended:
            if piece.origin is None:
                ended, length = True, _take_whole(path, piece.body)
                offset = 0
            else:
                length = _append(path, piece.body)
            offset += length
            came(length)
        if ended or length != size:
            for _, tag in asked:  # asked for ahead of a piece that came short: their places are wrong
                _piece(wire, tag, uid, -1, {}, past_end=True)
            return ended, offset
        if stop.is_set():
            wire.broken = bool(asked)
            raise Stopped


def _piece(
    wire: Wire, tag: bytes, uid: int, at: int, early: dict[int, Fetched], *, past_end: bool
) -> Fetched | None:
    """Return the piece that begins at `at`; pieces of other commands that come meanwhile go to `early`."""
    try:
        for answer in wire.answers(tag):
            one = parse_fetch(answer)
            if one and one.uid == uid and one.body is not None:
                early[at if one.origin is None else one.origin] = one
    except Refused:
        if not past_end:  # some servers refuse what lies behind the end instead of giving nothing
            raise
    return early.pop(at, None)


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
