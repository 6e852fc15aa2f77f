"""Servers for the tests of mail sync: a private Dovecot, a line that misbehaves, and a scripted server."""

from __future__ import annotations

import os
import re
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import imapclient
import pytest

from benchmarks import mail_server as private_server
from benchmarks.link import Link
from ingest.account import Account
from ingest.options import SyncOptions
from ingest.sync import sync_mailbox
from models.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.sync import SyncReport

PASSWORD = private_server.PASSWORD
LONG_AGO = datetime(2024, 3, 4, 8, 30, tzinfo=UTC)


# --- the store, and a sync with everything at hand ---


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workspace's store."""
    home = tmp_path / "home"
    home.mkdir()
    opened = open_store(home)
    yield opened
    opened.close()


@pytest.fixture
def sync(store: Store, tmp_path: Path) -> Callable[..., SyncReport]:
    """Sync an account into the store without ever really sleeping; pauses are noted in `sync.slept`."""
    slept: list[float] = []

    def run(account: Account, **options: Any) -> SyncReport:
        rest = {name: options.pop(name) for name in ("now", "progress", "stop") if name in options}
        secret = options.pop("secret", lambda: PASSWORD)
        made = SyncOptions(work=tmp_path / "work", **{"sleep": slept.append, **options})
        return sync_mailbox(account, secret, store, options=made, **rest)

    run.slept = slept  # type: ignore[attr-defined]
    return run


@pytest.fixture
def make_mail() -> Callable[..., bytes]:
    """Make a small message with CRLF line ends."""

    def make(
        number: int, *, sender: str = "dana@example.org", body: str = "", message_id: bool = True
    ) -> bytes:
        lines = [f"From: {sender}", "To: office@maplegrove.example", f"Subject: note {number}"]
        if message_id:
            lines.append(f"Message-ID: <note{number}@example.org>")
        return "\r\n".join([*lines, "", body or f"This is note {number}.", ""]).encode()

    return make


# --- Dovecot ---


@dataclass
class Mailbox:
    """One user's mailbox on the private server, and ways to change it behind the sync's back."""

    server: private_server.MailServer
    user: str

    def account(self, **changes: Any) -> Account:
        """Say how to reach it; unencrypted on loopback unless changed."""
        values = {
            "name": "home", "host": "127.0.0.1", "user": self.user, "port": self.server.port,
            "security": "none", "timeout_seconds": 10.0,
        }  # fmt: skip
        return Account(**{**values, **changes})

    @contextmanager
    def client(self) -> Iterator[imapclient.IMAPClient]:
        """Sign in as another mail program would."""
        with imapclient.IMAPClient("127.0.0.1", self.server.port, ssl=False) as client:
            client.login(self.user, f"{PASSWORD}")
            yield client

    def add(self, *raws: bytes, folder: str = "INBOX", when: datetime = LONG_AGO) -> None:
        """Deliver messages, making the folder if needed."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for raw in raws:
                client.append(folder, raw, msg_time=when)

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Delete messages for good."""
        with self.client() as client:
            client.select_folder(folder)
            client.delete_messages(list(uids), silent=True)
            client.expunge()

    def renumber(self) -> None:
        """Give INBOX a new UIDVALIDITY, as a server does after a restore."""
        folder = self.server.maildir(self.user)
        for path in folder.glob("dovecot*"):
            path.unlink()
        (folder / "dovecot-uidlist").write_text("3 V1234567890 N1\n")
        self.server.give(self.user)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[private_server.MailServer]:
    """A Dovecot for all tests of this run."""
    try:
        server = private_server.start()
    except RuntimeError as error:
        if os.environ.get("SCHOOLTRAIL_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"needs a Dovecot: {error}")
    yield server
    server.stop()


@pytest.fixture
def mailbox(mail_server: private_server.MailServer, request: pytest.FixtureRequest) -> Mailbox:
    """An empty mailbox of its own for each test."""
    name = re.sub(r"\W+", "", request.node.name)[-40:].lower()
    user = f"{name}{abs(hash(request.node.nodeid)) % 10**6}"
    mail_server.give(user)
    return Mailbox(mail_server, user)


@pytest.fixture
def make_link() -> Iterator[Callable[..., Link]]:
    """Open a line to a port that can be slow, be cut, or lie; see `benchmarks.link`."""
    links: list[Link] = []

    def make(server: int, **manner: Any) -> Link:
        links.append(Link(server, **manner).open())
        return links[-1]

    yield make
    for link in links:
        link.close()


# --- a scripted server, for what Dovecot would never do ---


@dataclass
class ScriptedMail:
    """One message. `claims` is the RFC822.SIZE it is listed with; `extra` stands in its FETCH answers."""

    raw: bytes
    claims: int | None = None
    when: datetime = LONG_AGO
    extra: bytes = b""


@dataclass
class ScriptedFolder:
    """One folder: UID -> message."""

    mail: dict[int, ScriptedMail] = field(default_factory=dict)
    flags: bytes = b"\\HasNoChildren"
    uidvalidity: int = 7
    wire_name: bytes = b""

    @property
    def uidnext(self) -> int:
        """One more than the highest UID."""
        return max(self.mail, default=0) + 1


class ScriptedServer:
    """A small IMAP server. `hooks` see every command first: what one returns is sent instead.

    A hook gets the command without its tag, and the tag; it returns None (not mine), bytes to send,
    or raises ConnectionError to hang up at once.
    """

    def __init__(self) -> None:
        self.capabilities = b"IMAP4rev1"
        self.folders: dict[str, ScriptedFolder] = {"INBOX": ScriptedFolder()}
        self.hooks: list[Callable[[bytes, bytes], bytes | None]] = []
        self.commands: list[bytes] = []
        self.connections = 0
        self.greeting = b"* OK ready\r\n"
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens on loopback."""
        return int(self._listener.getsockname()[1])

    def account(self, **changes: Any) -> Account:
        """Say how to reach it."""
        values = {"name": "home", "host": "127.0.0.1", "user": "dana", "port": self.port, "security": "none"}
        return Account(**{**values, "timeout_seconds": 5.0, **changes})

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        folder = ScriptedFolder()
        with connection, suppress(OSError):
            connection.sendall(self.greeting)
            for line in connection.makefile("rb"):
                tag, _, command = line.strip().partition(b" ")
                self.commands.append(command)
                named = next((f for n, f in self.folders.items() if self._is(n, f, command)), None)
                if command.startswith(b"EXAMINE") and named:
                    folder = named
                answer = next((said for hook in self.hooks if (said := hook(command, tag)) is not None), None)
                if answer is None:
                    answer = self._answer(command, folder, named) + tag + b" OK done\r\n"
                connection.sendall(answer)
                if command == b"LOGOUT":
                    return

    def _is(self, name: str, folder: ScriptedFolder, command: bytes) -> bool:
        return b'"' + (folder.wire_name or name.encode()) + b'"' in command

    def _answer(self, command: bytes, folder: ScriptedFolder, named: ScriptedFolder | None) -> bytes:
        if command == b"CAPABILITY":
            return b"* CAPABILITY " + self.capabilities + b"\r\n"
        if command.startswith(b"LIST"):
            names = ((f.wire_name or n.encode(), f) for n, f in self.folders.items())
            return b"".join(b'* LIST (%b) "/" "%b"\r\n' % (f.flags, name) for name, f in names)
        if command.startswith(b"STATUS") and named:
            name = re.findall(rb'"[^"]*"', command)[0]
            numbers = (name, named.uidvalidity, named.uidnext, len(named.mail))
            return b"* STATUS %b (UIDVALIDITY %d UIDNEXT %d MESSAGES %d)\r\n" % numbers
        if command.startswith(b"EXAMINE"):
            numbers = (len(folder.mail), folder.uidvalidity, folder.uidnext)
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n" % numbers
        if command.startswith(b"UID SEARCH"):
            return b"* SEARCH" + b"".join(b" %d" % uid for uid in self._asked(command, folder)) + b"\r\n"
        if command.startswith(b"UID FETCH"):
            return b"".join(
                self.fetched(uid, folder.mail[uid], command) for uid in self._asked(command, folder)
            )
        return b""

    def _asked(self, command: bytes, folder: ScriptedFolder) -> list[int]:
        found: set[int] = set()
        for part in (re.search(rb"\d[\d:,*]*", command) or [b"0"])[0].split(b","):
            first, _, last = part.partition(b":")
            top = folder.uidnext - 1 if last == b"*" else int(last or first)
            found |= {uid for uid in folder.mail if int(first) <= uid <= top}
        return sorted(found)

    def fetched(self, uid: int, mail: ScriptedMail, command: bytes) -> bytes:
        """Return one FETCH answer, with what the command asks for."""
        size = len(mail.raw) if mail.claims is None else mail.claims
        when = mail.when.strftime('"%d-%b-%Y %H:%M:%S +0000"').encode()
        items = b"UID %d RFC822.SIZE %d INTERNALDATE %b FLAGS (\\Seen)" % (uid, size, when)
        if b"X-GM" in command:
            items += b" " + mail.extra
        part = re.search(rb"BODY\.PEEK\[\]<(\d+)\.(\d+)>", command)
        if part:
            body = mail.raw[int(part[1]) : int(part[1]) + int(part[2])]
            items += b" BODY[]<%d> {%d}\r\n%b" % (int(part[1]), len(body), body)
        elif b"BODY.PEEK[]" in command:
            items += b" BODY[] {%d}\r\n%b" % (len(mail.raw), mail.raw)
        elif b"HEADER" in command:
            head = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            items += b" BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%b" % (len(head), head)
        return b"* %d FETCH (%b)\r\n" % (uid, items)


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A scripted server with an empty INBOX."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def fill(scripted: ScriptedServer, make_mail: Callable[..., bytes]) -> Callable[..., list[bytes]]:
    """Put `count` messages into a folder of the scripted server; returns their bytes."""

    def put(count: int, folder: str = "INBOX", **about: Any) -> list[bytes]:
        raws = [make_mail(number) for number in range(1, count + 1)]
        mail = {uid: ScriptedMail(raw, **about) for uid, raw in enumerate(raws, 1)}
        scripted.folders.setdefault(folder, ScriptedFolder()).mail.update(mail)
        return raws

    return put


@pytest.fixture
def held(store: Store) -> Callable[[], list[bytes]]:
    """Return the bytes of all evidence, checked against their hashes, sorted."""
    return lambda: sorted(store.evidence.read(key) for key in store.evidence.of_kind("mail"))


@pytest.fixture
def since() -> date:
    """A day between the old mail and the new mail of tests."""
    return date(2024, 6, 1)
