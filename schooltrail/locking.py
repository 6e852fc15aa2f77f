"""Keeps two runs from working on one mailbox, or writing one workspace, at the same time.

Overlapping syncs would fetch everything twice, and two writers of one evidence vault would write over
each other's bytes. On one machine file locks say who may work: the operating system drops them when
their holder dies, however it dies. Machines that share a database do not share file locks, so a mailbox
also has a lease in the database, renewed while its holder lives.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from models.errors import SchooltrailError, WorkspaceBusy, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from models.store import Store

LEASE_SECONDS = 120.0
LOOK_SECONDS = 0.25
WRITER_WAIT_SECONDS = 10.0  # most builds are done by then
REMEDY = "Wait until it has finished, then run the command again. If it hangs, end that process first."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works here, and since when. `token` tells two runs of one process apart."""

    host: str
    pid: int
    home: str
    token: str
    since: datetime

    def __str__(self) -> str:
        """Say it as a person would: "process 4242 on kitchen-pc, since 21 November 14:03"."""
        since = self.since.astimezone()
        return f"process {self.pid} on {self.host}, since {since.day} {since:%B %H:%M}"


class Ending:
    """A reason to end early: any of several events. Fits wherever a sync asks for something to stop it."""

    def __init__(self, *events: threading.Event) -> None:
        self._events = events

    def is_set(self) -> bool:
        """Say whether to end now."""
        return any(event.is_set() for event in self._events)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait so many seconds, or until it is time to end. Returns whether it is."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = LOOK_SECONDS if end is None else min(LOOK_SECONDS, end - time.monotonic())
            if left <= 0:
                break
            self._events[0].wait(left)
        return self.is_set()


@contextmanager
def mailbox_lock(
    store: Store,
    home: Path,
    name: str,
    *,
    stop: threading.Event | None = None,
    wait_seconds: float = WRITER_WAIT_SECONDS,
    lease_seconds: float = LEASE_SECONDS,
) -> Iterator[Ending]:
    """Hold one mailbox for a sync, and the workspace for writing, since a sync writes evidence.

    Yields what the run should look at: it is set once `stop` is, or once the lease is lost on the way, as
    when the machine slept and another took over. The run should then keep what it has and end.

    Args:
        store: The open store, where the lease is kept.
        home: The workspace folder.
        name: The mailbox's name in config.toml.
        stop: A wish to end early that comes from elsewhere.
        wait_seconds: How long to wait for another writer of the workspace; the mailbox is not waited for.
        lease_seconds: How long a holder that fell silent is waited for, > 0.

    Raises:
        WorkspaceBusy: If another run holds either, with who and since when.
    """
    me = _myself(home)
    what = f"mailbox '{name}' is being synced"
    with (
        _file_lock(home, f"mailbox-{_file_part(name)}", me, what, wait_seconds=0.0),
        workspace_lock(home, wait_seconds=wait_seconds),
    ):
        lease = f"mailbox {name}"
        _take_lease(store, lease, me, what, lease_seconds)
        done, lost = threading.Event(), threading.Event()
        keeper = threading.Thread(
            target=_keep_lease,
            args=(store, lease, me, lease_seconds, done, lost),
            name=f"lease-{name}",
            daemon=True,
        )
        keeper.start()
        try:
            yield Ending(lost, stop) if stop else Ending(lost)
        finally:
            done.set()
            keeper.join()
            # The work is done and kept; a lease that cannot be given back simply runs out.
            with suppress(SchooltrailError, SQLAlchemyError):
                store.sync.release_lease(lease, _encode(me))


@contextmanager
def workspace_lock(home: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the workspace for writing, as `build` does. Readers need no lock. Not inside `mailbox_lock`.

    Args:
        home: The workspace folder.
        stop: A wish to end early that comes from elsewhere.
        wait_seconds: How long to wait for another run to finish; 0 asks once.

    Raises:
        WorkspaceBusy: If another run still holds it, with who and since when.
    """
    what = f"the workspace {home} is being written"
    with _file_lock(home, "workspace", _myself(home), what, wait_seconds=wait_seconds):
        yield


@contextmanager
def _file_lock(home: Path, name: str, me: Holder, what: str, *, wait_seconds: float) -> Iterator[None]:
    folder = home / "locks"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock", timeout=wait_seconds, mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise _busy(what, _read_note(folder / f"{name}.holder")) from error
    except OSError as error:
        raise WorkspaceError(
            f"{folder} cannot be used: {error.strerror or error}",
            "Check that you may write to the workspace folder.",
        ) from error
    # The note stands beside the lock, not in it: Windows lets nobody read a locked file.
    note = folder / f"{name}.holder"
    try:
        with suppress(OSError):
            note.write_text(_encode(me), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _take_lease(store: Store, lease: str, me: Holder, what: str, seconds: float) -> None:
    if store.sync.take_lease(lease, _encode(me), seconds):
        return
    other = store.sync.lease_holder(lease)
    holder = _decode(other)
    # We hold the file lock, so whoever left a lease from this very folder is dead. No need to ask for
    # its process id, which may have been given to another process by now.
    if holder and (holder.host, holder.home) == (me.host, me.home):
        log.info("lease of a dead run taken over lease=%s pid=%d", lease, holder.pid)
        store.sync.release_lease(lease, other)
    if not store.sync.take_lease(lease, _encode(me), seconds):
        raise _busy(what, _decode(store.sync.lease_holder(lease)))


def _keep_lease(
    store: Store, lease: str, me: Holder, seconds: float, done: threading.Event, lost: threading.Event
) -> None:
    while not done.wait(seconds / 3):
        try:
            held = store.sync.take_lease(lease, _encode(me), seconds)
        except (SchooltrailError, SQLAlchemyError) as error:
            # A long write may hold the database; there are two more tries before the lease runs out.
            log.warning("lease not renewed lease=%s reason=%s", lease, type(error).__name__)
            continue
        if not held:
            log.warning("lease lost lease=%s", lease)
            lost.set()
            return


def _busy(what: str, holder: Holder | None) -> WorkspaceBusy:
    return WorkspaceBusy(f"{what} by {holder or 'another run'}", REMEDY)


def _myself(home: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Holder:
    return Holder(socket.gethostname(), os.getpid(), str(home.resolve()), secrets.token_hex(8), now())


def _encode(holder: Holder) -> str:
    return json.dumps({**asdict(holder), "since": holder.since.isoformat()}, sort_keys=True)


def _decode(text: str) -> Holder | None:
    try:
        fields = json.loads(text)
        return Holder(**{**fields, "since": datetime.fromisoformat(fields["since"])})
    except (ValueError, TypeError, KeyError):
        return None


def _read_note(path: Path) -> Holder | None:
    try:
        return _decode(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _file_part(name: str) -> str:
    """Make a mailbox's name fit for a file: readable, and never the same for two names."""
    readable = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:40]
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
