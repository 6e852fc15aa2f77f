"""Decides what to do with one folder. Touches nothing.

UIDs compare only under one UIDVALIDITY (RFC 9051, 2.3.1.1). When a server changes it, remembered
UIDs are void: the folder is listed again, known mail is recognised, and nothing local is deleted.

With the same UIDVALIDITY, the same UIDNEXT and the same number of messages, nothing came, and so
nothing can have gone either: such a folder is not even opened. (HIGHESTMODSEQ may differ: flags.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.errors import FolderEmptied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ingest.folders import FolderStatus
    from models.records import FolderState

Work = Literal["nothing", "first", "resume", "update", "renumbered"]


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What a sync will do with one folder: which kind of work, and from which UID on."""

    work: Work
    start: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to ask for in one command, ascending. `large`: one message, to be fetched in pieces."""

    uids: tuple[int, ...]
    large: bool = False


def plan_folder(
    before: FolderState | None, now: FolderStatus, *, folder: str, may_empty: bool, relist: bool = False
) -> FolderPlan:
    """Compare what the last sync committed with what the server says now.

    Args:
        before: State saved by the last sync; None on the first.
        now: The server's word.
        folder: The folder's name, for the words of an error.
        may_empty: Whether the folder may be found empty without a question.
        relist: Look at every message again, not only at new ones.

    Raises:
        FolderEmptied: If mail was there before and none is now.
    """
    if before and before.exists and not now.messages and not may_empty:
        raise FolderEmptied(
            f"folder '{folder}' held {before.exists} messages at the last sync and now holds none",
            "If you emptied it, run: schooltrail sync --accept-empty (what is kept here stays kept).",
        )
    if before is None:
        return FolderPlan("first")
    if before.uidvalidity != now.uidvalidity:
        return FolderPlan("renumbered")
    if relist:
        return FolderPlan("resume")
    if not before.complete:
        return FolderPlan("resume", before.uidnext)
    if before.uidnext == now.uidnext and before.exists == now.messages:
        return FolderPlan("nothing", before.uidnext)
    return FolderPlan("update", before.uidnext)


def some_vanished(before: FolderState, now: FolderStatus, came: int) -> bool:
    """Say whether messages left since the last sync, by counting.

    Args:
        before: What the last sync committed.
        now: The server's word.
        came: How many messages the server lists at or above the saved cursor.
    """
    return before.exists + came != now.messages


def vanished_copies(copies: Mapping[int, int], gone: Iterable[tuple[int, int]]) -> list[int]:
    """Return the copy ids of UIDs inside `gone`, ascending by UID.

    Args:
        copies: UID -> copy id.
        gone: (first, last) pairs of UIDs, both included. A server may name UIDs that we never saw.
    """
    spans = sorted(gone)
    found, at = [], 0
    for uid in sorted(copies):
        while at < len(spans) and spans[at][1] < uid:
            at += 1
        if at < len(spans) and spans[at][0] <= uid:
            found.append(copies[uid])
    return found


def plan_batches(
    messages: Iterable[tuple[int, int]], *, max_bytes: int, max_messages: int, large_bytes: int
) -> Iterator[Batch]:
    """Group messages for fetching, in their order.

    Args:
        messages: (UID, size in bytes as the server claims), ascending.
        max_bytes: Claimed bytes per batch; one message may exceed it.
        max_messages: Messages per batch, for servers that claim sizes of 0.
        large_bytes: Above this a message is fetched in pieces, alone.
    """
    group: list[int] = []
    weight = 0
    for uid, size in messages:
        if group and (size > large_bytes or weight + size > max_bytes or len(group) >= max_messages):
            yield Batch(tuple(group))
            group, weight = [], 0
        if size > large_bytes:
            yield Batch((uid,), large=True)
        else:
            group.append(uid)
            weight += size
    if group:
        yield Batch(tuple(group))
