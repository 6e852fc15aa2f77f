"""Takes files into the evidence store: kept first, read later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.records import EvidenceItem
    from models.store import Store

BATCH_BYTES = 8 * 1024 * 1024
BATCH_ITEMS = 500


@dataclass(frozen=True, slots=True)
class AddReport:
    """How many new pieces and further copies of known ones were taken in, and what could not be read."""

    new: int
    known: int
    problems: tuple[str, ...]


def add_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    production: str = "",
    progress: Callable[[int], None] = lambda _count: None,
) -> AddReport:
    """Keep everything in these files and folders.

    Args:
        store: Where it is kept; the caller holds the workspace's lock.
        paths: Files or folders of any kind that `ingest.discover` knows.
        production: The name of a records production, if the school handed this over.
        progress: Told how many items were taken so far.

    Raises:
        SourceError: If a path does not exist or is of no known kind; earlier paths stay added.
    """
    from ingest.discover import find_source

    now = datetime.now(UTC)
    new = known = 0
    problems: list[str] = []
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist", "Check the name; put quotes around one with spaces.")
        source = find_source(path)
        batch: list[EvidenceItem] = []
        held = 0
        for item in source.items(
            path.absolute(), fetched_at=now, production=production, report=problems.append
        ):
            batch.append(item)
            held += len(item.raw or b"")
            if held >= BATCH_BYTES or len(batch) >= BATCH_ITEMS:
                kept = store.evidence.keep(batch)
                new, known = new + kept.new, known + kept.known
                progress(new + known)
                batch, held = [], 0
        kept = store.evidence.keep(batch)
        new, known = new + kept.new, known + kept.known
        progress(new + known)
    return AddReport(new, known, tuple(problems))


def list_paths(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return (kind of source, path) for each path, keeping nothing. Errors as in `add_paths`."""
    from ingest.discover import find_source

    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist", "Check the name; put quotes around one with spaces.")
    return [(find_source(path).name, path) for path in paths]
