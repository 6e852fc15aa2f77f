"""The common ground of the sources in ingest/sources: a file is opened, recognised and read as a stream.

Reading from a stream and not from a path is what lets the same few lines take in a file that
lies in a folder, in a zip, or on its own.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from ingest.peek import peek_headers
from models.errors import SourceError
from models.records import EvidenceItem, EvidenceKind, Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ingest.zip_guard import Limits
    from models.errors import SchooltrailError

    Read = Callable[["OpenFile", Provenance, "Problems"], Iterator[EvidenceItem]]

logger = logging.getLogger(__name__)

HEAD_BYTES = 8192
"""How much of a file is looked at to recognise it."""
HELD_BYTES = 32 * 1024 * 1024
"""A file on disk that is larger is handed on by its path, to be streamed and not held."""
MOST_BYTES = 512 * 1024 * 1024
"""One message or document that has no path of its own may be this large; it has to be held."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file, opened for reading. `path` is None where it does not lie on disk by itself.

    `depth` counts the zips around it, and `limits` says what may still come out of them.
    """

    name: str
    stream: BinaryIO
    path: Path | None = None
    depth: int = 0
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Problems:
    """Tells the caller what could not be taken in. The log gets the reason, never a name.

    People save mail under its subject, so the name of a file says too much for a log.
    """

    source_kind: str
    report: Callable[[str], None] | None = None

    def add(self, where: str, reason: str) -> None:
        """Tell of one problem; `reason` must hold nothing that was read."""
        logger.warning("not taken in as it should be source_kind=%s reason=%r", self.source_kind, reason)
        if self.report is not None:
            self.report(f"{where}: {reason}")

    def add_error(self, where: str, error: SchooltrailError) -> None:
        """Tell of something that could not be read at all; its problem may begin with the same place."""
        self.add(where, f"{error.problem.removeprefix(f'{where}: ')}. {error.remedy}")


@dataclass(frozen=True, slots=True)
class StreamSource:
    """A kind of file, as a name, a way to recognise it and a way to read it.

    Args:
        name: What `Provenance.source_kind` says.
        described: How people call such files, with their endings.
        recognises: Says from a file's name and first bytes whether it is one.
        read: Yields what is in it.
        last_resort: Asked only when no other source recognises the file.
        random_access: Needs to move about in the file; inside a zip it is unpacked first.
    """

    name: str
    described: str
    recognises: Callable[[str, bytes], bool]
    read: Read
    last_resort: bool = False
    random_access: bool = False

    def accepts(self, path: Path) -> bool:
        """Say whether the path is a readable file of this kind."""
        try:
            return path.is_file() and self.recognises(path.name, read_head(path))
        except OSError:
            return False

    def items(
        self,
        path: Path,
        *,
        fetched_at: datetime,
        production: str = "",
        report: Callable[[str], None] | None = None,
    ) -> Iterator[EvidenceItem]:
        """Yield everything in the file. See `ingest.protocols.FileSource`."""
        provenance = Provenance(self.name, safe_name(str(path)), fetched_at, production=production)
        try:
            with path.open("rb") as stream:
                yield from self.read(
                    OpenFile(path.name, stream, path), provenance, Problems(self.name, report)
                )
        except OSError as error:
            raise unreadable(path, error) from error


def whole_file(kind: EvidenceKind) -> Read:
    """Return a reader for files that are one piece of evidence each."""

    def read(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
        where = place(provenance)
        raw = file.stream.read(HELD_BYTES if file.path else MOST_BYTES)
        if not raw:
            problems.add(where, "the file is empty")
            return
        if kind == "mail":
            provenance = replace(provenance, message_id=peek_headers(raw).get("message-id", "").strip(" <>"))
        if not file.stream.read(1):
            yield EvidenceItem(kind, provenance, raw=raw)
        elif file.path:
            yield EvidenceItem(kind, provenance, path=file.path)
        else:
            problems.add(where, too_large("unpack the zip and add the file by itself"))

    return read


def too_large(remedy: str) -> str:
    """Return the words for a single piece that is too large to be held in memory."""
    return f"over {MOST_BYTES >> 20} MB in one piece, not taken in; {remedy}"


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file, for recognising it."""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def safe_name(name: str) -> str:
    r"""Return a file's name as text that any store and any screen can hold.

    Bytes that are no UTF-8 and control characters are shown as `\x1b`: a name from a
    stranger's zip must not steer the terminal that lists it.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace") if not _is_utf8(name) else name
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def inside(provenance: Provenance, source_kind: str, member: str) -> Provenance:
    """Return the provenance of something that lies inside a folder or zip, `member` below it."""
    below = str(PurePosixPath(provenance.member, safe_name(member)))
    return replace(provenance, source_kind=source_kind, member=below)


def place(provenance: Provenance) -> str:
    """Return where something was found, in words for people."""
    return f"{provenance.source} > {provenance.member}" if provenance.member else provenance.source


def unreadable(path: Path, error: OSError) -> SourceError:
    """Return the error for a path that the system will not let us read."""
    return SourceError(
        f"{safe_name(str(path))}: cannot be read: {error.strerror or error}",
        "Check that the path is right, that the disk is connected and that you may open the file.",
    )


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
