"""Runs one mailbox's sync: its lock, its sign-in, its place in the store, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import SchooltrailError

WORK = "work"
"""Folder in the workspace for halves of large messages."""

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ingest.account import Account
    from ingest.oauth import OAuthClient
    from ingest.options import Progress, SyncOptions, SyncReport
    from schooltrail.config import Mailbox
    from schooltrail.workspace import Workspace


def account_of(workspace: Workspace, mailbox: Mailbox) -> Account:
    """Return the connection settings of a mailbox, with what `only_school` needs to know."""
    from ingest.account import Account

    case = workspace.config.case
    ports = {"tls": 993, "starttls": 143, "none": 143}
    return Account(
        name=mailbox.name,
        host=mailbox.host,
        user=mailbox.user,
        port=mailbox.port or ports[mailbox.security],
        security=mailbox.security,
        auth=mailbox.auth,
        timeout_seconds=mailbox.timeout_seconds,
        folders=mailbox.folders,
        since=mailbox.since,
        only_school=mailbox.only_school,
        school_addresses=tuple(
            a for person in case.people if person.side != "family" for a in person.addresses
        ),
        school_domains=tuple(domain for school in case.schools for domain in school.domains),
        ca_file=str(workspace.home / mailbox.ca_file) if mailbox.ca_file else "",
    )


def client_of(workspace: Workspace, mailbox: Mailbox) -> OAuthClient:
    """Return the family's registration with Google or Microsoft, as far as config.toml gives one."""
    from ingest.oauth import OAuthClient

    return OAuthClient(
        client_id=mailbox.client_id,
        secrets_file=workspace.home / mailbox.client_secrets if mailbox.client_secrets else None,
    )


def secret_of(workspace: Workspace, mailbox: Mailbox) -> Callable[[], str]:
    """Return where a mailbox's password or access token comes from."""
    from ingest.signin import secret_for

    return secret_for(
        account_of(workspace, mailbox),
        password_command=mailbox.password_command,
        client=client_of(workspace, mailbox),
    )


def run_mailbox(
    workspace: Workspace,
    name: str,
    *,
    stop: threading.Event | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
    accept_empty: bool = False,
) -> SyncReport:
    """Pull what is new in one mailbox into the evidence store. Builds nothing.

    Raises:
        WorkspaceBusy: If this mailbox is being synced already.
        SourceError: If the mailbox could not be read; what came before that is kept.
    """
    from ingest.sync import sync_mailbox
    from schooltrail.locking import mailbox_lock

    mailbox = workspace.config.mailbox(name)
    with mailbox_lock(workspace.store, workspace.home, name, stop=stop) as ending:
        try:
            report = sync_mailbox(
                account_of(workspace, mailbox),
                secret_of(workspace, mailbox),
                workspace.store,
                options=_options(workspace, accept_empty=accept_empty),
                progress=progress,
                stop=ending,
            )
        except SchooltrailError as error:
            workspace.store.sync.note_failure(name, error.problem, error.remedy)
            raise
        if not report.stopped:
            workspace.store.sync.note_success(name)
    return report


def look_at(workspace: Workspace, name: str) -> list[str]:
    """Sign in, fetch nothing, and return in lines what a sync would find. Errors as in `run_mailbox`."""
    from ingest.sync import test_connection

    mailbox = workspace.config.mailbox(name)
    found = test_connection(
        account_of(workspace, mailbox), secret_of(workspace, mailbox), work=workspace.home / WORK
    )
    held = workspace.store.evidence.copies_of(name)
    return [
        f"{len(found.taken)} of {len(found.folders)} folders would be read: {', '.join(found.taken)}",
        f"{found.messages:,} messages are there; {held:,} of them are held already.",
    ]


def report_lines(report: SyncReport) -> list[str]:
    """Return what a sync did, in plain lines."""
    lines = [f"{report.kept:,} new messages kept from {len(report.folders)} folders."]
    if report.known or report.recognised:
        lines.append(
            f"{report.known + report.recognised:,} further copies of messages that were held already."
        )
    if report.skipped:
        lines.append(f"{report.skipped:,} messages left alone, since only_school is on.")
    if report.vanished:
        lines.append(f"{report.vanished:,} messages are no longer on the server. They stay kept here.")
    lines += [f"The folder '{name}' is no longer there. What it held stays kept." for name in report.gone]
    lines += [f"Not fetched yet: {problem}" for problem in report.problems]
    if report.stopped:
        lines.append("Stopped early. Run the same command again to go on.")
    return lines


def _options(workspace: Workspace, *, accept_empty: bool) -> SyncOptions:
    from ingest.options import SyncOptions

    return SyncOptions(work=workspace.home / WORK, accept_empty=accept_empty)
