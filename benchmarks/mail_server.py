"""A Dovecot of our own on loopback for tests and benchmarks: own configuration, own mail, then gone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PASSWORD = 'kite"and\\lantern'  # quoting is part of the test
DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")


@dataclass(slots=True)
class MailServer:
    """A running Dovecot. Any user name works with `PASSWORD`; each has its own, empty mailbox.

    `cert_file` vouches for `tls_port`; what listens on `expired_port` shows a certificate that ran out.
    """

    folder: Path
    port: int
    tls_port: int
    expired_port: int
    cert_file: Path
    process: subprocess.Popen[bytes]

    def maildir(self, user: str) -> Path:
        """Return where a user's mail lies (Maildir++, folders as `.Name`)."""
        return self.folder / "home" / user / "Maildir"

    def give(self, user: str) -> None:
        """Make a user's home if need be, and hand its files to the account that Dovecot reads mail as."""
        home = self.folder / "home" / user
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0:
            return
        owner = pwd.getpwnam("nobody")
        for path in [home, *home.rglob("*")]:
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def log(self) -> str:
        """Return what the server wrote to its log."""
        path = self.folder / "dovecot.log"
        return path.read_text() if path.exists() else ""

    def stop(self) -> None:
        """End the server and delete everything it held."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(extra: str = "") -> MailServer:
    """Start a server and wait until it answers.

    Args:
        extra: Lines to add to its configuration.

    Raises:
        RuntimeError: If Dovecot is not installed or does not start, with its log.
    """
    if not DOVECOT:
        raise RuntimeError("Dovecot is not installed (Debian: dovecot-imapd)")
    # Not below a private folder: Dovecot's own accounts must be able to walk to it.
    folder = Path(tempfile.mkdtemp(prefix="mail-server-"))
    folder.chmod(0o755)
    (folder / "home").mkdir()
    _certificates(folder)
    ports = _free_ports(3)
    (folder / "dovecot.conf").write_text(_configuration(folder, ports) + extra)
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "stderr.log").open("wb"),
        start_new_session=True,
    )
    server = MailServer(folder, ports[0], ports[1], ports[2], folder / "cert.pem", process)
    try:
        _wait_for(ports[0], process)
    except RuntimeError as error:
        said = (folder / "stderr.log").read_text() + server.log()
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"Dovecot did not start: {said}") from error
    return server


def _configuration(folder: Path, ports: list[int]) -> str:
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid()).pw_name
    internal, login, reader = ("dovecot", "dovenull", "nobody") if root else (me, me, me)
    owner = pwd.getpwnam(reader)
    plain, tls, expired = ports
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
mail_location = maildir:~/Maildir
maildir_stat_dirs = yes
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    special_use = \\Trash
  }}
}}
service anvil {{
  chroot =
  # Without this, one wrong password makes the next sign-ins wait.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
  inet_listener imaps-expired {{
    port = {expired}
    ssl = yes
    address = 127.0.0.2
  }}
}}
local 127.0.0.2 {{
  ssl_cert = <{folder}/expired.pem
}}
"""


def _certificates(folder: Path) -> None:
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2"
    (folder / "names.ext").write_text(names + "\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-subj", "/CN=localhost"]
    _openssl(folder, *new, "-out", "request.pem")
    for name, days in (("cert.pem", "2"), ("expired.pem", "-1")):
        signing = ["x509", "-req", "-in", "request.pem", "-signkey", "key.pem", "-extfile", "names.ext"]
        _openssl(folder, *signing, "-days", days, "-out", name)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _free_ports(count: int) -> list[int]:
    with (
        closing(socket.socket()) as first,
        closing(socket.socket()) as second,
        closing(socket.socket()) as third,
    ):
        ports = []
        for one in (first, second, third)[:count]:
            one.bind(("127.0.0.1", 0))
            ports.append(one.getsockname()[1])
        return ports


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("it ended")
        try:
            with closing(socket.create_connection(("127.0.0.1", port), 1)) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("it does not answer")
