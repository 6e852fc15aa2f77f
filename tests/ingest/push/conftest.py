"""A private Dovecot on loopback that can be stopped and started, and a link to it that can freeze."""

import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{home}/mail
first_valid_uid = 0
{identity}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Server:
    """Dovecot with one mailbox, whose INBOX is a Maildir that tests write to."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self._process: subprocess.Popen | None = None
        root = os.geteuid() == 0
        # Dovecot opens no mail as root, and cannot change its user as anybody else.
        self.uid, self.gid = (65534, 65534) if root else (os.getuid(), os.getgid())
        me, group = (subprocess.check_output(["id", part], text=True).strip() for part in ("-un", "-gn"))
        mine = f"default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}"
        identity = "" if root else mine
        (home / "dovecot.conf").write_text(
            CONFIG.format(home=home, identity=identity, uid=self.uid, gid=self.gid, port=self.port)
        )
        for part in ("mail", "mail/new", "mail/cur", "mail/tmp"):
            (home / part).mkdir(mode=0o700)
            os.chown(home / part, self.uid, self.gid)

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        self._process = subprocess.Popen([dovecot(), "-F", "-c", str(self.home / "dovecot.conf")])
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as link:
                if link.recv(4) == b"* OK":
                    return
            time.sleep(0.02)
        raise AssertionError((self.home / "dovecot.log").read_text())

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def deliver(self) -> None:
        """Put a message where Dovecot looks for new ones, as a delivery agent does."""
        name = f"{time.time_ns()}.test.example"
        made = self.home / "mail/tmp" / name
        made.write_bytes(b"From: office@school.example.org\r\nSubject: hello\r\n\r\nBus 7 is late.\r\n")
        os.chown(made, self.uid, self.gid)
        made.rename(self.home / "mail/new" / name)

    def connect(self, port: int = 0) -> IMAPClient:
        client = IMAPClient("127.0.0.1", port=port or self.port, ssl=False, timeout=5)
        client.login("dana", "secret")
        return client


class FreezingLink:
    """Carries bytes between client and server; `freeze` carries nothing any more, `cut` hangs up."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._frozen: set[socket.socket] = set()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.accepted = 0
        self._closed, self._cut = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def freeze(self) -> None:
        """Freeze what is connected now; later connections work."""
        self._frozen = set(self._pairs)

    def cut(self) -> None:
        """Hang up on both sides, without a goodbye."""
        self._cut.set()

    def close(self) -> None:
        self._closed.set()
        self._thread.join(5)
        for link in (self._listener, *self._pairs):
            link.close()

    def _carry(self) -> None:
        while not self._closed.is_set():
            if self._cut.is_set():
                self._cut.clear()
                for link in self._pairs:
                    link.close()
                self._pairs = {}
            waiting = [self._listener, *(link for link in self._pairs if link not in self._frozen)]
            for link in select.select(waiting, [], [], 0.05)[0]:
                if link is self._listener:
                    client, _ = self._listener.accept()
                    server = socket.create_connection(("127.0.0.1", self._target))
                    self._pairs |= {client: server, server: client}
                    self.accepted += 1
                elif link in self._pairs and link not in self._frozen:
                    self._pass_on(link)

    def _pass_on(self, link: socket.socket) -> None:
        other = self._pairs[link]
        data = b""
        with suppress(OSError):
            data = link.recv(65536)
        with suppress(OSError):
            if data:
                other.sendall(data)
                return
        for side in (link, other):
            self._pairs.pop(side, None)
            side.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def dovecot() -> str:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


@pytest.fixture(scope="module")
def _dovecot():
    if not dovecot():
        reason = "needs Dovecot (Debian: apt install dovecot-imapd)"
        if os.environ.get("SCHOOLTRAIL_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    home.chmod(0o755)  # Dovecot's own users must reach their sockets in it
    running = Server(home)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def server(_dovecot):
    """The running server; its mail is that of the whole module."""
    if not _dovecot.running:
        _dovecot.start()
    return _dovecot


@pytest.fixture
def freezing_link(server):
    link = FreezingLink(server.port)
    yield link
    link.close()
