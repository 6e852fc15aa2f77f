"""The steps of one mailbox's sync: look at the folders, then for each open, pull, and note what left."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest import gmail
from ingest.examine import examine, search_present
from ingest.folders import Folder, add_status, choose_folders, list_folders
from ingest.plan import FolderPlan, plan_folder, some_vanished, vanished_copies
from ingest.pull import FolderPull
from ingest.recognise import Recogniser
from ingest.refusals import Refused
from ingest.session import Patience, Session
from models.errors import FolderEmptied
from models.records import FolderState

if TYPE_CHECKING:
    from ingest.examine import Opened
    from ingest.folders import FolderStatus
    from ingest.run import Run
    from ingest.wire import Wire
    from models.records import KnownCopy

log = logging.getLogger(__name__)

COMPARED_AT_ONCE = 5_000
"""Known UIDs per question "are these still there?"."""


class MailboxSync:
    """Brings all folders of a mailbox up to date. Each step may be begun again after a cut.

    After `bring_up_to_date`: `folders` were looked at, `gone` are no longer there, and `emptied`
    holds a question for each folder that is suddenly empty.
    """

    def __init__(self, run: Run, session: Session) -> None:
        self.folders: tuple[Folder, ...] = ()
        self.gone: list[str] = []
        self.emptied: list[FolderEmptied] = []
        self._lost_folders: tuple[str, ...] = ()
        self._run, self._session = run, session
        self._evidence, self._states = run.archive.evidence, run.archive.sync
        self._patience = Patience(
            attempts=run.options.attempts,
            longest_wait=run.options.longest_wait,
            sleep=run.options.sleep or run.stop.wait,
            done=lambda: run.tally.safe,
        )

    def bring_up_to_date(self) -> None:
        """Look at the folders, then at each of them in turn.

        Raises:
            Stopped: If the caller wants to end.
            SchooltrailError: As server and disk fail, after all patience.
        """
        saved = self._saved()
        listed = self._patience.persist(self._look)
        self._note_gone(saved, {folder.name for folder in listed})
        self._run.folders = len(self.folders)
        for index, folder in enumerate(self.folders, 1):
            self._run.folder_index = index
            self._sync_folder(folder, saved.get(folder.name))

    def _saved(self) -> dict[str, FolderState]:
        return self._states.folder_states(self._run.account.name)

    def _look(self) -> tuple[Folder, ...]:
        self._run.check_stop()
        wire = self._session.wire()
        listed = list_folders(wire)
        chosen = choose_folders(listed, self._run.account, gmail=wire.has(gmail.CAPABILITY))
        self.folders = add_status(wire, chosen)
        return listed

    def _note_gone(self, saved: dict[str, FolderState], listed: set[str]) -> None:
        """Report folders that are no longer there, once each. What they held stays."""
        self._lost_folders = tuple(name for name in saved if name not in listed)
        for name in self._lost_folders:
            if saved[name].exists:
                self.gone.append(name)
                self._states.save_folder(replace(saved[name], exists=0))

    def _sync_folder(self, folder: Folder, before: FolderState | None) -> None:
        try:
            if folder.status and self._plan(folder, before, folder.status).work == "nothing":
                return
            self._patience.persist(lambda: self._try_folder(folder))
        except FolderEmptied as question:
            self.emptied.append(question)
        except Refused as refused:
            self._run.problems.append(f"folder '{folder.name}' could not be read: {refused.problem}")

    def _try_folder(self, folder: Folder) -> None:
        self._run.check_stop()
        wire = self._session.wire()
        before = self._saved().get(folder.name)  # again: an earlier try may have moved the cursor
        opened = examine(wire, folder, before, qresync=self._session.qresync)
        plan = self._plan(folder, before, opened.status)
        log.info("planned folder=%s work=%s start=%d", folder.name, plan.work, plan.start)
        if plan.work == "nothing":
            return
        if before and opened.vanished:
            self._bury(before, opened.vanished)
        pull = FolderPull(
            self._run,
            wire,
            folder.name,
            opened.status,
            plan,
            before,
            recogniser=self._recogniser(folder.name, plan, before, opened.status),
            cautious=self._patience.barren > 0,
        )
        pull.pull()
        self._finish(wire, folder.name, plan, before, opened, pull)

    def _plan(self, folder: Folder, before: FolderState | None, status: FolderStatus) -> FolderPlan:
        options = self._run.options
        return plan_folder(
            before,
            status,
            folder=folder.name,
            may_empty=options.accept_empty or folder.may_empty,
            relist=options.relist,
        )

    def _recogniser(
        self, folder: str, plan: FolderPlan, before: FolderState | None, status: FolderStatus
    ) -> Recogniser:
        """Gather copies that may turn up again under new UIDs: of this folder, and of ones that are gone.

        A renumbered folder's state is new after the first batch, so a pull that was cut is
        recognised by copies that are not of its present numbers.
        """
        source = self._run.account.name
        copies: list[KnownCopy] = []
        if plan.work == "renumbered" or (plan.work == "resume" and before and not before.complete):
            copies = self._evidence.known_copies(source, folder)
            if len(copies) == len(self._evidence.copy_ids(source, folder, status.uidvalidity)):
                copies = []
        if plan.work == "first" or copies or (plan.work == "resume" and before and not before.complete):
            for name in self._lost_folders:
                copies += self._evidence.known_copies(source, name)
        return Recogniser(copies)

    # --- what left the server ---

    def _finish(
        self,
        wire: Wire,
        folder: str,
        plan: FolderPlan,
        before: FolderState | None,
        opened: Opened,
        pull: FolderPull,
    ) -> None:
        """Note what left, then commit the state that lets the next sync find nothing to do."""
        if before and not opened.status.messages:
            self._bury(before, ((1, 2**32),))
        elif before and self._must_compare(plan, before, opened, pull.came):
            self._compare(wire, before)
        self._states.save_folder(
            FolderState(
                source=self._run.account.name,
                folder=folder,
                uidvalidity=opened.status.uidvalidity,
                uidnext=pull.cursor_end,
                highestmodseq=opened.status.highestmodseq if pull.complete else None,
                exists=opened.status.messages,
                complete=pull.complete,
                synced_at=self._run.now(),
            )
        )

    def _must_compare(self, plan: FolderPlan, before: FolderState, opened: Opened, came: int) -> bool:
        if plan.work == "resume":
            return True
        told = opened.vanished is not None  # QRESYNC named them all
        return plan.work == "update" and not told and some_vanished(before, opened.status, came)

    def _compare(self, wire: Wire, before: FolderState) -> None:
        """Find out which known UIDs are no longer listed, a stretch at a time."""
        copies = self._copies(before)
        uids = sorted(copies)
        for at in range(0, len(uids), COMPARED_AT_ONCE):
            self._run.check_stop()
            stretch = uids[at : at + COMPARED_AT_ONCE]
            present = search_present(wire, stretch[0], stretch[-1])
            self._keep_vanished([copies[uid] for uid in stretch if uid not in present])

    def _bury(self, before: FolderState, spans: tuple[tuple[int, int], ...]) -> None:
        self._keep_vanished(vanished_copies(self._copies(before), spans))

    def _copies(self, before: FolderState) -> dict[int, int]:
        return self._evidence.copy_ids(before.source, before.folder, before.uidvalidity)

    def _keep_vanished(self, copy_ids: list[int]) -> None:
        if copy_ids:
            self._evidence.keep((), vanished=copy_ids)
            self._run.tally.vanished += len(copy_ids)
