"""A .zip of anything that the other sources read; nothing is unpacked to where its names say.

Members are read as streams, so a Takeout archive needs no room beside itself. A zip inside is
opened once more; one inside that is not. Sizes that a zip states are not believed: what comes
out is counted, against zips made to fill a disk. The zip itself is not kept, its members are.
"""

from __future__ import annotations

import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO, cast

from ingest.discover import source_for
from ingest.file_source import (
    HEAD_BYTES,
    OpenFile,
    Problems,
    StreamSource,
    inside,
    place,
)
from ingest.junk import is_junk
from ingest.maildir_layout import HOLDS_MAIL, in_maildir
from ingest.zip_guard import Bomb, Limits, counted
from models.errors import ExtraMissing, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.records import EvidenceItem, Provenance

DEEPEST = 1
"""Zips around a zip that is still opened."""
ENCRYPTED = 0x1
NAMED_IN_UTF8 = 0x800
OFFICE = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pages", ".epub", ".jar", ".apk"}
"""Documents that are zips inside."""
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
"""What zipfile raises for members that are damaged, or packed in a way that it does not know."""


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending, or by first bytes where there is no ending."""
    suffix = PurePath(name).suffix.lower()
    return suffix == ".zip" or (head.startswith(b"PK\x03\x04") and suffix not in OFFICE)


def read(file: OpenFile, provenance: Provenance, problems: Problems) -> Iterator[EvidenceItem]:
    """Yield what the members hold, in the order of the zip.

    Raises:
        SourceError: If it is no zip, or swells beyond all measure.
    """
    where = place(provenance)
    if file.depth > DEEPEST:
        problems.add(where, "a zip inside a zip inside a zip is not opened; unpack it and add the folder")
        return
    try:
        archive = zipfile.ZipFile(file.stream)
        packed = file.stream.seek(0, io.SEEK_END)
    except (*BROKEN, ValueError) as error:
        raise SourceError(
            f"{where}: not a whole zip", "Download or copy it again, then add it again."
        ) from error
    limits = Limits(packed, file.limits)
    with archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        if not members:
            problems.add(where, "the zip is empty")
        inner = replace(file, depth=file.depth + 1, limits=limits)
        for info in members:
            yield from _read_member(archive, info, inner, provenance, problems)


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, outer: OpenFile, around: Provenance, problems: Problems
) -> Iterator[EvidenceItem]:
    parts, escapes = member_parts(_name(info))
    if not parts or any(is_junk(part) and not _is_mail_folder(part, parts) for part in parts):
        return
    provenance = inside(around, around.source_kind, "/".join(parts))
    where = place(provenance)
    if info.flag_bits & ENCRYPTED:
        problems.add(where, "protected by a password; unpack it and add the folder")
        return
    if escapes:
        problems.add(where, "its name points outside the zip; it was taken in under this name")
    try:
        yield from _unpacked(archive, info, parts, outer, provenance, problems)
    except Bomb as error:
        if error.whole:
            raise SourceError(
                f"{place(around)}: unpacks to over {Limits.RATIO} times its size",
                "If you trust where it comes from, unpack it yourself and add the folder.",
            ) from error
        problems.add(where, f"unpacks to over {Limits.RATIO} times its size and was left; unpack it yourself")
    except (SourceError, ExtraMissing) as error:
        problems.add_error(where, error)
    except BROKEN as error:
        problems.add(
            where, f"damaged in the zip ({type(error).__name__}); what came before that was taken in"
        )


def _unpacked(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    parts: tuple[str, ...],
    outer: OpenFile,
    provenance: Provenance,
    problems: Problems,
) -> Iterator[EvidenceItem]:
    limits = outer.limits or Limits(info.compress_size)
    with archive.open(info) as packed:
        head = packed.read(HEAD_BYTES)
    source = source_for(parts[-1], head) if head else None
    if source is None:
        reason = "not a kind of file that can be read, not taken in" if head else "the file is empty"
        problems.add(place(provenance), reason)
        return
    found = replace(provenance, source_kind=source.name)
    if source.name == "eml" and len(parts) > 1:
        found = in_maildir(found, parts)
    with counted(archive.open(info), info.compress_size, limits) as stream:
        content: BinaryIO = _movable(stream) if source.random_access else stream
        with content:
            yield from source.read(replace(outer, name=parts[-1], stream=content, path=None), found, problems)


def _movable(stream: BinaryIO) -> BinaryIO:
    """Copy a member to a nameless file on disk, for readers that move about in it."""
    copy = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    try:
        shutil.copyfileobj(stream, copy, 1024 * 1024)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def member_parts(name: str) -> tuple[tuple[str, ...], bool]:
    """Return the parts of a member's name below the zip, and whether it pointed out of it.

    Both kinds of slash part names, since zips from Windows hold either.
    """
    posix = PurePosixPath(name.replace("\\", "/"))
    drive = PureWindowsPath(name).drive or posix.root
    parts = [part for part in posix.parts if part not in {"/", "//", "..", "."}]
    if PureWindowsPath(name).drive and parts and parts[0].endswith(":"):
        del parts[0]
    return tuple(parts), bool(drive) or ".." in posix.parts


def _is_mail_folder(part: str, parts: tuple[str, ...]) -> bool:
    """Say whether a hidden name is a Maildir++ folder on the way to a message."""
    return part.startswith(".") and part != parts[-1] and len(parts) > 1 and parts[-2] in HOLDS_MAIL


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; many zips hold UTF-8 without saying so."""
    if info.flag_bits & NAMED_IN_UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


SOURCE = StreamSource("zip", "a .zip of any of these", recognises, read, random_access=True)
