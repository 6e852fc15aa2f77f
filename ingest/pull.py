"""Pulls what is new in one opened folder: list a stretch, ask ahead in batches, hand over to be kept.

The cursor in the folder's state only passes a message that was kept, was skipped on purpose, or is
no longer there. So this may be broken off anywhere and simply be begun again.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import examine, gmail
from ingest.fetching import Fetched, parse_fetch, uid_set, uid_sets
from ingest.keeping import Keeper, Parcel
from ingest.large import LargeFetch, part_path
from ingest.only_school import HEADER_ITEM, concerns_school
from ingest.options import Progress
from ingest.plan import Batch, FolderPlan, plan_batches
from ingest.recognise import HEADER_BYTES, Recogniser, message_id_of
from ingest.refusals import Refused, shorten
from models.records import EvidenceItem, FolderState, Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ingest.folders import FolderStatus
    from ingest.run import Run
    from ingest.wire import Wire

log = logging.getLogger(__name__)

MAY_MISS = 20
"""Messages of one batch that are asked for again one by one when the server left them out."""


@dataclass(slots=True)
class _Asked:
    """A batch that was asked for: what is still missing of it, and what came, with its bytes."""

    batch: Batch
    tag: bytes
    missing: set[int]
    items: list[EvidenceItem] = field(default_factory=list)
    weight: int = 0


class FolderPull:
    """Pulls one folder. Use once.

    Args:
        run: What the sync shares.
        wire: The connection, in the folder.
        folder: Its name.
        status: What the server said when it was opened.
        plan: Where to begin.
        before: What the last sync committed.
        recogniser: Copies that need no download.
        cautious: Ask for one message at a time, after a connection broke without progress.
    """

    def __init__(
        self,
        run: Run,
        wire: Wire,
        folder: str,
        status: FolderStatus,
        plan: FolderPlan,
        before: FolderState | None,
        *,
        recogniser: Recogniser,
        cautious: bool = False,
    ) -> None:
        self._run, self._wire, self._folder, self._status, self._plan = run, wire, folder, status, plan
        self._before = before if before and plan.work == "update" else None
        self._recogniser = recogniser
        limits = run.options.limits
        self._limits = replace(limits, batch_messages=1, ahead=1) if cautious else limits
        self._keeper = Keeper(run.archive.evidence, run.tally)
        self._copies: dict[int, int] = {}
        self._unresolved: set[int] = set()
        self._listed: list[int] = []
        self._listed_before = 0
        self._done = 0
        self._last_date: datetime | None = None
        self._server = run.account.host
        gmail_items = gmail.ITEMS if wire.has(gmail.CAPABILITY) else b""
        self._about = b"FLAGS INTERNALDATE RFC822.SIZE" + gmail_items

    @property
    def came(self) -> int:
        """How many messages the server listed at or above the saved cursor."""
        return self._listed_before + len(self._listed)

    @property
    def cursor_end(self) -> int:
        """The cursor to save now that all is done: held back by what could not be fetched."""
        end = self._status.uidnext or (self._listed[-1] + 1 if self._listed else self._plan.start)
        return min([end, *self._unresolved])

    @property
    def complete(self) -> bool:
        """Whether every message was kept, skipped or gone."""
        return not self._unresolved

    def pull(self) -> None:
        """Fetch and keep everything from the plan's start on.

        Raises:
            Stopped: If the caller wants to end.
            SchooltrailError: If server or disk fail. What was kept stays kept.
        """
        if self._plan.work in {"resume", "renumbered", "first"}:
            account = self._run.account
            self._copies = self._run.archive.evidence.copy_ids(
                account.name, self._folder, self._status.uidvalidity
            )
        items = b"RFC822.SIZE"
        if self._recogniser:
            items = self._about + b" BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
        try:
            for until, listed in examine.windows(self._wire, self._plan.start, self._status.uidnext, items):
                self._pull_window(until, listed)
            self._keeper.settle()
        finally:
            self._keeper.close()
        self._tell()

    def _pull_window(self, until: int, listed: list[Fetched]) -> None:
        self._listed_before += len(self._listed)
        self._listed = [message.uid for message in listed]
        wanted = [message for message in listed if message.uid not in self._copies]
        wanted = self._since(wanted)
        wanted = self._recognised(wanted)
        concerned = self._of_school(wanted)
        skipped, wanted = len(wanted) - len(concerned), concerned
        self._done += len(listed) - len(wanted)
        self._fetch(wanted)
        self._resolve({message.uid: message.size for message in wanted})
        self._keeper.submit(Parcel(state=self._state(until), skipped=skipped))
        self._tell()

    # --- which of the listed messages to fetch ---

    def _since(self, wanted: list[Fetched]) -> list[Fetched]:
        day = self._run.account.since
        if day is None or not wanted:
            return wanted
        recent = examine.search_since(self._wire, day, wanted[0].uid, wanted[-1].uid)
        return [message for message in wanted if message.uid in recent]

    def _recognised(self, wanted: list[Fetched]) -> list[Fetched]:
        """Keep what is held already as copies, and return the rest."""
        if not self._recogniser:
            return wanted
        rest, copies = [], []
        for message in wanted:
            header = message.body if isinstance(message.body, bytes) else b""
            message_id = message_id_of(header)
            key = self._recogniser.key(message.size, message_id, message.internal_date)
            if key:
                copies.append((key, self._provenance(message, message_id)))
            else:
                rest.append(message)
        if copies:
            self._keeper.submit(Parcel(copies=tuple(copies)))
        return rest

    def _of_school(self, wanted: list[Fetched]) -> list[Fetched]:
        """Return what has a school's address in its header; the rest never leaves the server."""
        account = self._run.account
        if not account.only_school:
            return wanted
        found: set[int] = set()
        for _, text in uid_sets([message.uid for message in wanted]):
            self._run.check_stop()
            for answer in self._wire.ask(b"UID FETCH %b (UID %b)" % (text, HEADER_ITEM)):
                one = parse_fetch(answer)
                if one and isinstance(one.body, bytes) and concerns_school(one.body, account):
                    found.add(one.uid)
        return [message for message in wanted if message.uid in found]

    # --- fetching ---

    def _fetch(self, wanted: list[Fetched]) -> None:
        limits = self._limits
        batches = plan_batches(
            ((message.uid, message.size) for message in wanted),
            max_bytes=limits.batch_bytes,
            max_messages=limits.batch_messages,
            large_bytes=limits.large_bytes,
        )
        sizes = {message.uid: message.size for message in wanted if message.size > limits.large_bytes}
        under_way: deque[_Asked] = deque()
        for batch in batches:
            while under_way and (batch.large or len(under_way) >= limits.ahead):
                self._read_batch(under_way)
            if batch.large:
                self._fetch_large(batch.uids[0], sizes[batch.uids[0]])
            else:
                under_way.append(_Asked(batch, self._ask(batch.uids), set(batch.uids)))
        while under_way:
            self._read_batch(under_way)

    def _ask(self, uids: Iterable[int]) -> bytes:
        return self._wire.send(b"UID FETCH %b (UID %b BODY.PEEK[])" % (uid_set(uids), self._about))

    def _read_batch(self, under_way: deque[_Asked]) -> None:
        """Read until the oldest batch has ended, sorting in what comes for the younger ones."""
        first = under_way[0]
        try:
            for answer in self._wire.answers(first.tag):
                self._run.check_stop()
                one = parse_fetch(answer)
                if one is None or one.body is None or one.origin is not None:
                    continue
                asked = first if one.uid in first.missing else _asked_for(one.uid, under_way)
                if asked:
                    self._take(asked, one)
        except Refused as refused:
            # "NO some messages could not be fetched": those that came count.
            log.info("batch refused folder=%s reason=%s", self._folder, refused.problem)
        under_way.popleft()
        self._unresolved |= first.missing
        self._done += len(first.batch.uids) - len(first.missing)
        self._keeper.submit(_parcel(first.items, self._state(first.batch.uids[-1] + 1)))
        self._tell()

    def _take(self, asked: _Asked, message: Fetched) -> None:
        item, size = self._item(message)
        asked.missing.discard(message.uid)
        asked.items.append(item)
        asked.weight += size
        if asked.weight > 2 * self._limits.batch_bytes:
            # The claimed sizes were too small. Kept without the cursor, so nothing is passed over.
            self._keeper.submit(_parcel(asked.items, None))
            asked.items, asked.weight = [], 0

    def _fetch_large(self, uid: int, claimed: int) -> None:
        account = self._run.account
        about = None
        for answer in self._wire.ask(b"UID FETCH %d (UID %b)" % (uid, self._about)):
            one = parse_fetch(answer)
            about = one if one and one.uid == uid else about
        if about is None:
            self._unresolved.add(uid)
            return
        path = part_path(self._run.spool, account.name, self._folder, self._status.uidvalidity, uid)
        try:
            whole = LargeFetch(
                self._wire, uid, claimed, path, limits=self._limits, stop=self._run.stop, came=self._add_piece
            ).fetch()
        except Refused:
            whole = None
        if whole is None:
            self._unresolved.add(uid)
            return
        item, _ = self._item(replace(about, body=whole), counted=True)
        self._done += 1
        self._keeper.submit(_parcel([item], self._state(uid + 1)))
        self._tell()

    def _resolve(self, sizes: dict[int, int]) -> None:
        """Ask once more, one by one, for messages that did not come; let go of those that have gone."""
        left_out = sorted(self._unresolved.intersection(sizes))
        if not left_out:
            return
        present = examine.search_present(self._wire, left_out[0], left_out[-1])
        for at, uid in enumerate(left_out):
            self._run.check_stop()
            if uid not in present or (at < MAY_MISS and self._fetch_alone(uid)):
                self._unresolved.discard(uid)
        stuck = self._unresolved.intersection(sizes)
        if stuck:
            numbers = uid_set(sorted(stuck)).decode()
            self._run.problems.append(
                f"folder '{self._folder}': the server lists messages that it does not give out "
                f"({len(stuck)}; UIDs {shorten(numbers)})"
            )

    def _fetch_alone(self, uid: int) -> bool:
        found = None
        try:
            for answer in self._wire.answers(self._ask([uid])):
                one = parse_fetch(answer)
                if one and one.uid == uid and one.body is not None and one.origin is None:
                    found = one
        except Refused:
            return False
        if found is None:
            return False
        self._keeper.submit(_parcel([self._item(found)[0]], None))
        return True

    # --- what is kept ---

    def _item(self, message: Fetched, *, counted: bool = False) -> tuple[EvidenceItem, int]:
        """Return the evidence and its size in bytes."""
        body = message.body
        if isinstance(body, Path):
            with body.open("rb") as file:
                head = file.read(HEADER_BYTES)
            raw, path, size = None, body, body.stat().st_size
        else:
            raw, path = body or b"", None
            head, size = raw, len(raw)
        if not counted:
            self._add_bytes(size)
        if message.internal_date:
            self._last_date = message.internal_date
        provenance = self._provenance(message, message_id_of(head))
        return EvidenceItem("mail", provenance, raw=raw, path=path), 0 if path else size

    def _provenance(self, message: Fetched, message_id: str) -> Provenance:
        return Provenance(
            source_kind="imap",
            source=self._run.account.name,
            fetched_at=self._run.now(),
            server=self._server,
            folder=self._folder,
            uidvalidity=self._status.uidvalidity,
            uid=message.uid,
            internal_date=message.internal_date,
            flags=message.flags,
            labels=message.labels,
            gmail_message_id=message.gmail_message_id,
            gmail_thread_id=message.gmail_thread_id,
            message_id=message_id,
        )

    def _state(self, cursor: int) -> FolderState:
        """Return the state to commit when everything below `cursor` is dealt with."""
        cursor = min([cursor, *self._unresolved])
        before = self._before
        passed = self._listed_before + bisect_left(self._listed, cursor)
        return FolderState(
            source=self._run.account.name,
            folder=self._folder,
            uidvalidity=self._status.uidvalidity,
            uidnext=cursor,
            highestmodseq=before.highestmodseq if before else None,
            exists=before.exists + passed if before else self._status.messages,
            complete=before is not None,
            synced_at=self._run.now(),
        )

    def _add_bytes(self, size: int) -> None:
        self._run.tally.bytes += size

    def _add_piece(self, size: int) -> None:
        self._run.tally.bytes += size
        self._run.tally.pieces += 1
        self._tell()

    def _tell(self) -> None:
        total = self._status.messages - (self._before.exists if self._before else 0)
        self._run.progress(
            Progress(
                folder=self._folder,
                folder_index=self._run.folder_index,
                folders=self._run.folders,
                done=self._done,
                total=max(total, self._done),
                kept=self._run.tally.kept,
                bytes=self._run.tally.bytes,
                month=self._last_date.strftime("%Y-%m") if self._last_date else "",
            )
        )


def _asked_for(uid: int, under_way: Iterable[_Asked]) -> _Asked | None:
    return next((asked for asked in under_way if uid in asked.missing), None)


def _parcel(items: list[EvidenceItem], state: FolderState | None) -> Parcel:
    files = tuple(item.path for item in items if item.path)
    return Parcel(items=tuple(items), state=state, files=files)
