"""Goes through a folder and all below it, and takes in what the sources can read.

Links are not followed, since they may lead out of the folder or in a circle. Hidden files and
those that systems leave behind are passed over. Whatever else cannot be taken in is reported
by name, and the rest goes on.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.discover import source_for
from ingest.file_source import (
    HEAD_BYTES,
    OpenFile,
    Problems,
    inside,
    place,
    safe_name,
    unreadable,
    whole_file,
)
from ingest.junk import is_junk
from ingest.maildir_layout import HOLDS_MAIL, in_maildir, is_maildir
from models.errors import ExtraMissing, SourceError
from models.records import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from models.records import EvidenceItem


def read_tree(
    top: Path,
    *,
    source_kind: str,
    fetched_at: datetime,
    production: str = "",
    report: Callable[[str], None] | None = None,
) -> Iterator[EvidenceItem]:
    """Yield what the files in `top` and below hold, in the order of their names as bytes.

    Raises:
        SourceError: If `top` itself cannot be listed.
    """
    provenance = Provenance(source_kind, safe_name(str(top)), fetched_at, production=production)
    problems = Problems(source_kind, report)
    try:
        _listed(top)
    except OSError as error:
        raise unreadable(top, error) from error
    for path, member in _files(top, provenance, problems):
        yield from _read(path, member, inside(provenance, source_kind, "/".join(member)), problems)


def _files(top: Path, provenance: Provenance, problems: Problems) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield each file with its names from `top` down. A stack, for trees may be deeper than Python's own."""
    stack: list[tuple[Path, tuple[str, ...]]] = [(top, ())]
    while stack:
        path, member = stack.pop()
        where = place(inside(provenance, "", "/".join(member)))
        try:
            mode = path.stat().st_mode if path == top else path.lstat().st_mode
            if stat.S_ISDIR(mode):
                names = _wanted(path, _listed(path))
                stack += [(path / name, (*member, name)) for name in reversed(names)]
            elif stat.S_ISREG(mode):
                yield path, member
            elif stat.S_ISLNK(mode):
                problems.add(where, "a link, not followed; add what it points at by itself")
            else:
                problems.add(where, "neither a file nor a folder, passed over")
        except OSError as error:
            problems.add(where, f"cannot be read: {error.strerror or 'damaged'}")


def _wanted(folder: Path, names: list[str]) -> list[str]:
    if is_maildir(folder):
        # Beside its folders lie only indexes; a hidden one is a mail folder (Maildir++),
        # and what lies in tmp was never delivered.
        return [n for n in names if n in HOLDS_MAIL or (n != "tmp" and _holds_folders(folder / n))]
    return [name for name in names if not is_junk(name)]


def _holds_folders(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and (not path.name.startswith(".") or is_maildir(path))


def _read(
    path: Path, member: tuple[str, ...], provenance: Provenance, problems: Problems
) -> Iterator[EvidenceItem]:
    try:
        with path.open("rb") as stream:
            file = OpenFile(path.name, stream, path)
            if path.parent.name in HOLDS_MAIL and is_maildir(path.parent.parent):
                yield from whole_file("mail")(file, in_maildir(provenance, member), problems)
                return
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            source = source_for(path.name, head) if head else None
            if source is None:
                reason = "not a kind of file that can be read, not taken in" if head else "the file is empty"
                problems.add(place(provenance), reason)
                return
            yield from source.read(file, replace(provenance, source_kind=source.name), problems)
    except OSError as error:
        problems.add(place(provenance), f"cannot be read: {error.strerror or 'damaged'}")
    except (SourceError, ExtraMissing) as error:
        problems.add_error(place(provenance), error)


def _listed(path: Path) -> list[str]:
    """Return the names in a folder, ascending by their bytes, so that no locale changes the order."""
    return sorted(os.listdir(path), key=os.fsencode)  # noqa: PTH208 - names are wanted, not paths
