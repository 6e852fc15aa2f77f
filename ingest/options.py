"""How a mail sync goes about it: what the caller may choose, what it hears, and what it gets at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTE = 1024 * 1024


class Stop(Protocol):
    """A wish to end early. `threading.Event` fits."""

    def is_set(self) -> bool:
        """Say whether to end now."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep, but wake up when it is time to end."""
        ...


class Stopped(Exception):
    """Ends the work from inside when `Stop` is set. What was kept stays; the caller never sees this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes and counts of the pull; the defaults were measured (benchmarks/bench_sync.py).

    `batch_messages` keeps the command short: 600 scattered UIDs of ten digits are 6,600 bytes.
    """

    batch_bytes: int = 3 * MEGABYTE
    batch_messages: int = 600
    ahead: int = 3
    large_bytes: int = 4 * MEGABYTE
    piece_bytes: int = MEGABYTE
    pieces_ahead: int = 4


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What a caller may choose.

    Args:
        work: Folder for parts of large messages; they survive a cut and are picked up again.
        accept_empty: Go on although a folder that held mail is now empty.
        relist: Look at old mail again that earlier syncs skipped (after `only_school` was widened).
        sleep: Waits so many seconds; None waits on `stop`, so that stopping works at once.
        attempts: How often to try without any progress before giving up, > 0.
        longest_wait: Seconds; a server that asks for more ends the sync with `Throttled`.
        limits: Sizes of batches and pieces.
    """

    work: Path
    accept_empty: bool = False
    relist: bool = False
    sleep: Callable[[float], object] | None = None
    attempts: int = 4
    longest_wait: float = 120.0
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is. `folder_index` counts from 1; `month` is that of the last message, "2024-03"."""

    folder: str
    folder_index: int
    folders: int
    done: int
    total: int
    kept: int
    bytes: int
    month: str = ""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did.

    Args:
        mailbox: The mailbox's name in config.toml.
        folders: Folders looked at, in order.
        kept: Messages whose bytes had never been seen.
        known: Messages downloaded whose bytes were held already.
        recognised: Copies recognised without a download.
        skipped: Messages left on the server since `only_school` is on and they are not the school's.
        vanished: Copies that the server no longer lists; their bytes stay.
        bytes: Message bytes that came over the line.
        gone: Folders that were there at an earlier sync and are not now; told once.
        problems: What could not be fetched or opened, a line each. It is tried again at each sync.
        stopped: Whether the sync was ended early by the caller.
    """

    mailbox: str
    folders: tuple[str, ...] = ()
    kept: int = 0
    known: int = 0
    recognised: int = 0
    skipped: int = 0
    vanished: int = 0
    bytes: int = 0
    gone: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    stopped: bool = False
