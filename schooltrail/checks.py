"""The checks behind `doctor`: each one fact about the set-up, with what to do if it is not as it should be."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import SchooltrailError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schooltrail.config import Config
    from schooltrail.workspace import Workspace

FREE_BYTES = 500 * 1024 * 1024  # our choice: room for the next few thousand messages
EXTRAS = {"oauth": ("msal", "google_auth_oauthlib"), "outlook": ("extract_msg", "pypff")}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    fine: bool
    what: str
    remedy: str = ""


def run_checks(home: Path, *, offline: bool) -> Iterator[Check]:
    """Yield checks, the ground first; stops where the next ones would make no sense."""
    from schooltrail.workspace import with_home

    for check in _checks(home, offline=offline):
        yield replace(check, what=with_home(home, check.what), remedy=with_home(home, check.remedy))


def _checks(home: Path, *, offline: bool) -> Iterator[Check]:
    from schooltrail.workspace import open_workspace

    yield _python()
    yield _full_text()
    yield from _extras()
    if not home.exists():
        yield Check(False, f"no workspace in {home}", "Make one with: schooltrail init")
        return
    yield _private(home)
    yield _room(home)
    try:
        with open_workspace(home) as workspace:
            yield Check(True, f"workspace and database in {home} can be opened")
            yield from _workspace(workspace)
            yield from _plausible(workspace.config)
            if not offline:
                yield from _mailboxes(workspace)
    except SchooltrailError as error:
        yield Check(False, error.problem, error.remedy)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(sys.version_info >= (3, 11), f"Python {version}", "Install Python 3.11 or newer.")


def _full_text() -> Check:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return Check(
            False, "SQLite has no full-text search", "Use a Python from python.org or your system's packages."
        )
    finally:
        connection.close()
    return Check(True, f"SQLite {sqlite3.sqlite_version} with full-text search")


def _extras() -> Iterator[Check]:
    for extra, modules in EXTRAS.items():
        there = all(find_spec(module) for module in modules)
        what = (
            "is installed"
            if there
            else f"is not installed, and only needed if you use it: pip install '.[{extra}]' (README)"
        )
        yield Check(True, f"extra '{extra}' {what}")


def _private(home: Path) -> Check:
    if os.name == "nt":
        return Check(
            True,
            f"{home} is in your own user folder" if str(home).startswith(str(Path.home())) else f"{home}",
        )
    mode = home.stat().st_mode & 0o077
    return Check(mode == 0, f"only you can open {home}" if mode == 0 else f"others on this computer can open {home}",
                 f"Run: chmod 700 '{home}'")  # fmt: skip


def _room(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    return Check(
        free > FREE_BYTES,
        f"{free // 1024**2:,} MB are free on the disk",
        "Free some space before the next sync.",
    )


def _workspace(workspace: Workspace) -> Iterator[Check]:
    config, case = workspace.config, workspace.config.case
    yield Check(bool(case.student), "the child's names are given" if case.student else "no name of the child is given",
                "Add student = [\"...\"] under [case] in config.toml.")  # fmt: skip
    yield Check(bool(case.schools), "the school's domains are given" if case.schools else "no [[school]] is given",
                "Add [[school]] with its mail domains: it decides who is on the school's side.")  # fmt: skip
    for name in config.calendars:
        there = (workspace.home / name).is_file()
        yield Check(there, f"calendar {name} {'is there' if there else 'is not there'}",
                    f"Put it into {workspace.home}, or take it out of config.toml.")  # fmt: skip
    unread = workspace.store.messages.counts()["unread"]
    yield Check(unread == 0, f"{unread} pieces could not be read" if unread else "everything kept could be read",
                "They are kept. See: schooltrail status")  # fmt: skip
    yield Check(
        True, "damage to what is kept is not looked for here; to check every byte: schooltrail verify"
    )


def _plausible(config: Config) -> Iterator[Check]:
    """Find addresses, domains and servers that cannot be, and mailboxes that the school can read."""
    from schooltrail.setup import address_in, domain_in, host_in, lies_in

    for person in config.case.people:
        for address in person.addresses:
            if address_in(address) is None:
                yield Check(False, f"'{address}' of {person.name} is not a mail address",
                            "Mend it under [[person]] in config.toml.")  # fmt: skip
    domains = tuple(domain for school in config.case.schools for domain in school.domains)
    for domain in domains:
        if domain_in(domain) != domain:
            yield Check(False, f"'{domain}' is not a mail domain",
                        "Write what comes after the @ under [[school]] in config.toml.")  # fmt: skip
    for mailbox in config.mailboxes:
        where = f"[mailbox.{mailbox.name}] in config.toml"
        if host_in(mailbox.host) is None:
            yield Check(False, f"'{mailbox.host}' is not the name of a mail server",
                        f"Mend 'host' under {where}; docs/sign-in.md has it for your provider.")  # fmt: skip
        # Some servers take a bare name, so only what is surely wrong is said.
        if re.search(r"[\s,;]", mailbox.user) or ("@" in mailbox.user and address_in(mailbox.user) is None):
            yield Check(False, f"'{mailbox.user}' is not a mail address", f"Mend 'user' under {where}.")
        if lies_in(mailbox.user, domains):
            yield Check(False, f"mailbox {mailbox.name} ({mailbox.user}) is on the school's own domain",
                        "Whoever runs it may read it and may close it. Better use one of your own.")  # fmt: skip


def _mailboxes(workspace: Workspace) -> Iterator[Check]:
    from ingest.sync import test_connection
    from schooltrail.syncing import WORK, account_of, secret_of

    for mailbox in workspace.config.mailboxes:
        try:
            found = test_connection(
                account_of(workspace, mailbox), secret_of(workspace, mailbox), work=workspace.home / WORK
            )
        except SchooltrailError as error:
            yield Check(False, f"mailbox {mailbox.name}: {error.problem}", error.remedy)
        else:
            yield Check(
                True,
                f"mailbox {mailbox.name}: signed in, {len(found.taken)} folders, {found.messages:,} messages",
            )
