"""Brings one mailbox up to date: every new message kept once, byte for byte, with where it was found.

The server is only read: folders are opened with EXAMINE, bodies asked for with BODY.PEEK[]. Nothing
local is ever deleted; what left the server gets a tombstone. Breaking this off at any point, by
hand, by a cut line or by pulling the plug, loses nothing that was reported as kept, and the next
sync goes on from there.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest import gmail
from ingest.folders import add_status, choose_folders, list_folders
from ingest.mailbox_sync import MailboxSync
from ingest.options import Progress, Stop, Stopped, SyncOptions, SyncReport
from ingest.run import Run
from ingest.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingest.account import Account
    from ingest.archive import Archive

__all__ = ["MailboxCheck", "Progress", "SyncOptions", "SyncReport", "sync_mailbox", "test_connection"]

log = logging.getLogger(__name__)

INCOMING = "incoming"
FORGET_PARTS_DAYS = 30


def sync_mailbox(
    account: Account,
    secret: Callable[[], str],
    archive: Archive,
    *,
    options: SyncOptions,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[Progress], None] = lambda _progress: None,
    stop: Stop | None = None,
) -> SyncReport:
    """Take in everything that is new in a mailbox.

    Args:
        account: Which mailbox, and what of it.
        secret: Returns the password or token; asked again after a lost connection.
        archive: Where evidence and sync state are kept, e.g. an open `Store`.
        options: The work folder and what the caller may choose.
        now: The clock, aware.
        progress: Told after every batch, in the calling thread.
        stop: Set it from another thread to end early; the report then says `stopped`.

    Raises:
        ServerUnreachable, ServerNotTrusted, SignInFailed, Throttled: As the server behaves.
        FolderEmptied: If a folder that held mail is empty; all other folders are brought up to date first.
        SourceError: If the configuration names a folder that does not exist.
        StorageFull: If the disk is full. What was kept stays, and the next sync goes on there.
    """
    stop = stop or threading.Event()
    spool = options.work / INCOMING
    run = Run(account, archive, options, stop, now, progress, spool)
    session = Session(account, secret, spool)
    _sweep(spool)
    sync = MailboxSync(run, session)
    stopped = False
    try:
        session.wire()  # outside of all patience: a wrong host or password is told at once
        sync.bring_up_to_date()
    except Stopped:
        stopped = True
    finally:
        session.close()
        _sweep(spool)
    tally = run.tally
    log.info(
        "synced mailbox=%s kept=%d known=%d vanished=%d stopped=%s",
        account.name, tally.kept, tally.known, tally.vanished, "yes" if stopped else "no",
    )  # fmt: skip
    if sync.emptied and not stopped:
        raise sync.emptied[0]
    return SyncReport(
        mailbox=account.name,
        folders=tuple(folder.name for folder in sync.folders),
        kept=tally.kept,
        known=tally.known,
        recognised=tally.recognised,
        skipped=tally.skipped,
        vanished=tally.vanished,
        bytes=tally.bytes,
        gone=tuple(sync.gone),
        problems=tuple(dict.fromkeys(run.problems)),
        stopped=stopped,
    )


@dataclass(frozen=True, slots=True)
class MailboxCheck:
    """What a test of the connection found: all folders, those that a sync would take, how many messages.

    `push` says whether the server can tell of new mail by itself (IDLE).
    """

    folders: tuple[str, ...]
    taken: tuple[str, ...]
    messages: int
    gmail: bool
    push: bool


def test_connection(account: Account, secret: Callable[[], str], *, work: Path) -> MailboxCheck:
    """Sign in, look at the folders, and sign out again. Errors as in `sync_mailbox`."""
    session = Session(account, secret, work / INCOMING)
    try:
        wire = session.wire()
        folders = list_folders(wire)
        on_gmail = wire.has(gmail.CAPABILITY)
        taken = add_status(wire, choose_folders(folders, account, gmail=on_gmail))
        return MailboxCheck(
            folders=tuple(folder.name for folder in folders),
            taken=tuple(folder.name for folder in taken),
            messages=sum(folder.status.messages for folder in taken if folder.status),
            gmail=on_gmail,
            push=wire.has("IDLE"),
        )
    finally:
        session.close()


test_connection.__test__ = False  # type: ignore[attr-defined]  # pytest goes by the name


def _sweep(spool: Path) -> None:
    """Delete what an earlier run left half taken in, and parts that nobody came back for."""
    if not spool.is_dir():
        return
    old = time.time() - FORGET_PARTS_DAYS * 86_400
    for path in spool.iterdir():
        if path.suffix == ".whole" or (path.suffix == ".part" and path.stat().st_mtime < old):
            path.unlink(missing_ok=True)
