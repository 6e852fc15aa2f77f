"""Finds the source that can read a path. A source is a module in ingest/sources with a SOURCE."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import stat
from typing import TYPE_CHECKING

import ingest.sources
from ingest.file_source import StreamSource, read_head, safe_name, unreadable
from models.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.protocols import FileSource

PACKED = {".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"}


@functools.cache
def sources() -> tuple[FileSource, ...]:
    """Return all sources in the order in which they are asked: exact ones first, then by name."""
    names = [module.name for module in pkgutil.iter_modules(ingest.sources.__path__)]
    modules = [importlib.import_module(f"{ingest.sources.__name__}.{name}") for name in names]
    found: list[FileSource] = [module.SOURCE for module in modules if hasattr(module, "SOURCE")]
    return tuple(sorted(found, key=lambda source: (source.last_resort, source.name)))


def find_source(path: Path) -> FileSource:
    """Return the source that reads `path`.

    Raises:
        SourceError: If there is no such path, it may not be read, or no source knows its kind;
            then the remedy lists what can be read.
    """
    try:
        empty = stat.S_ISREG(path.stat().st_mode) and not read_head(path)
    except OSError as error:
        raise unreadable(path, error) from error
    if empty:
        raise SourceError(f"{safe_name(str(path))}: the file is empty", "Save or download it again.")
    for source in sources():
        if source.accepts(path):
            return source
    if path.suffix.lower() in PACKED:
        raise SourceError(f"{safe_name(str(path))}: is packed", "Unpack it and add the folder.")
    raise SourceError(
        f"{safe_name(str(path))}: not a kind of file that can be read",
        f"Use one of: {'; '.join(source.described for source in sources() if source.described)}.",
    )


def source_for(name: str, head: bytes) -> StreamSource | None:
    """Return the source for a file that lies inside something else, by its name and first bytes."""
    for source in sources():
        if isinstance(source, StreamSource) and source.recognises(name, head):
            return source
    return None
