"""Times a mailbox's first pull and a sync that finds nothing new, beside mbsync, on one private Dovecot.

Run: `python benchmarks/bench_sync.py --rounds 3`. Needs Dovecot, mbsync (isync) and notmuch. Every
tool starts from nothing and pulls the same mail; rounds are interleaved and medians printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import mail_server  # noqa: E402 - found through the line above
from benchmarks.link import Link  # noqa: E402
from benchmarks.mail_maker import fill_maildir, message, messages  # noqa: E402

USER = "dana"
PULL = "schooltrail pull"
CHILD = """
import json, sys, time
from pathlib import Path
import typer
import schooltrail.cli, schooltrail.commands.sync, schooltrail.screen
from schooltrail.syncing import run_mailbox
from schooltrail.workspace import open_workspace

def timed(step):
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun

with open_workspace(Path(sys.argv[1])) as workspace:
    idle = time.process_time()
    inside = timed(lambda: run_mailbox(workspace, "home"))
    cpu = time.process_time() - idle
    peak = next(int(l.split()[1]) / 1024 for l in open("/proc/self/status") if l.startswith("VmHWM"))
    ended = time.time()
    again = [timed(lambda: run_mailbox(workspace, "home")) for _ in range(int(sys.argv[2]))]
    read = 0.0
    if sys.argv[3] == "read":
        from schooltrail.pipeline import read_new
        read = timed(lambda: read_new(workspace.store))
print(json.dumps({"inside": inside, "cpu": cpu, "ended": ended, "peak": peak, "again": again, "read": read}))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: wall seconds and, if known, peak memory in MiB and CPU seconds of the client.

    On a machine that does other work at the same time, CPU seconds say more than wall seconds.
    """

    seconds: float
    peak: float = 0.0
    cpu: float = 0.0


def main() -> None:
    """Run all rounds and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", action="store_true", help="throw Dovecot's caches away before each pull")
    parser.add_argument("--large", type=int, default=4, help="how many 50 MB messages in the memory run")
    parser.add_argument("--without", nargs="*", default=[], choices=["notmuch", "read", "link", "large"])
    arguments = parser.parse_args()
    server = mail_server.start()
    scratch = Path(tempfile.mkdtemp(prefix="bench-sync-"))
    try:
        Bench(server, scratch, arguments).run()
    finally:
        server.stop()
        shutil.rmtree(scratch, ignore_errors=True)


class Bench:
    """One sitting."""

    def __init__(self, server: mail_server.MailServer, scratch: Path, arguments: argparse.Namespace) -> None:
        self._server, self._scratch, self._arguments = server, scratch, arguments
        self._rows: dict[str, list[Row]] = {}
        self._number = 0

    def run(self) -> None:
        """Fill the mailbox, run the rounds, print."""
        count = self._arguments.count
        total = fill_maildir(self._server.maildir(USER), messages(count))
        self._server.give(USER)
        self._pull(self._server.port)  # numbers the mail and fills Dovecot's caches
        self._rows.clear()
        for _ in range(self._arguments.rounds):
            self._mbsync(notmuch="notmuch" not in self._arguments.without)
            self._pull(self._server.port, again=5, read="read" not in self._arguments.without)
        print(
            f"\n{count} messages, {total / 1e6:.1f} MB, caches {'cold' if self._arguments.cold else 'warm'}\n"
        )
        self._print(count)
        if "link" not in self._arguments.without:
            self._slow_link(total)
        if "large" not in self._arguments.without:
            self._large()

    def _pull(self, port: int, *, again: int = 0, read: bool = False, user: str = USER) -> Path:
        self._chill(user)
        home = self._fresh("home")
        word = home / "word"
        word.write_text(mail_server.PASSWORD + "\n")
        (home / "config.toml").write_text(
            f'[mailbox.home]\nhost = "127.0.0.1"\nport = {port}\nuser = "{user}"\nsecurity = "none"\n'
            f'password_command = ["cat", "{word}"]\n'
        )
        command = [sys.executable, "-c", CHILD, str(home), str(again), "read" if read else "-"]
        begun = time.time()
        done = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        figures = json.loads(done.stdout.splitlines()[-1])
        self._note(PULL, Row(figures["inside"], figures["peak"], figures["cpu"]))
        whole = figures["ended"] - begun
        self._note("schooltrail sync, with start-up and a new workspace", Row(whole, figures["peak"]))
        for seconds in figures["again"]:
            self._note("schooltrail, nothing new, inside the process", Row(seconds))
        if read:
            self._note("schooltrail sync + read + zones + full text", Row(whole + figures["read"]))
        if user == USER:
            self._check(home, self._arguments.count)
        return home

    def _check(self, home: Path, count: int) -> None:
        """Compare what is kept, re-read and re-hashed, with what was put on the server."""
        from models.store import open_store

        store = open_store(home)
        wanted = {hashlib.sha256(message(number)).hexdigest() for number in range(count)}
        whole = {key for key, problem in store.evidence.verify() if not problem}
        store.close()
        if whole != wanted:
            raise RuntimeError(
                f"{len(whole & wanted)} of {count} messages are exact, {len(whole - wanted)} are not"
            )
        self._exact = len(whole)

    def _mbsync(self, *, notmuch: bool) -> None:
        self._chill(USER)
        folder = self._fresh("mbsync")
        (folder / "mail").mkdir()
        (folder / "state").mkdir()
        (folder / "word").write_text(mail_server.PASSWORD + "\n")
        (folder / "rc").write_text(_mbsync_rc(folder, self._server.port))
        command = ["mbsync", "-q", "-c", str(folder / "rc"), "one"]
        first = _timed(command)
        self._note("mbsync, FSync no", first)
        self._note("mbsync, nothing new", _timed(command))
        if notmuch:
            (folder / "notmuch").write_text(f"[database]\npath={folder}/mail\n[new]\ntags=new\n")
            index = _timed(["notmuch", f"--config={folder}/notmuch", "new", "--quiet"])
            self._note("mbsync + notmuch new", Row(first.seconds + index.seconds, index.peak))
        shutil.rmtree(folder)

    def _slow_link(self, total: int) -> None:
        """Pull over 50 ms there and back, 10 MB/s, and compare with what the line needs for the bytes alone."""
        print("\n| line | seconds | the line alone | ratio |\n|---|---|---|---|")
        link = Link(self._server.port, delay_seconds=0.025, bytes_per_second=10e6).open()
        self._rows.clear()
        self._pull(link.port)
        seconds = self._rows[PULL][0].seconds
        link.close()
        alone = link.carried / 10e6
        print(
            f"| 50 ms, 10 MB/s, {total / 1e6:.0f} MB | {seconds:.2f} | {alone:.2f} | {seconds / alone:.2f} |"
        )

    def _large(self) -> None:
        """Pull some very large messages and show the peak."""
        fill_maildir(self._server.maildir("large"), messages(200, large=self._arguments.large))
        self._server.give("large")
        self._rows.clear()
        self._pull(self._server.port, user="large")
        row = self._rows[PULL][0]
        print(f"\n{self._arguments.large} messages of 50 MB: {row.seconds:.2f} s, peak {row.peak:.0f} MiB")

    def _chill(self, user: str) -> None:
        if self._arguments.cold:
            for path in self._server.maildir(user).glob("dovecot.index*"):
                path.unlink()

    def _fresh(self, name: str) -> Path:
        self._number += 1
        folder = self._scratch / f"{name}{self._number}"
        folder.mkdir()
        return folder

    def _note(self, name: str, row: Row) -> None:
        self._rows.setdefault(name, []).append(row)

    def _print(self, count: int) -> None:
        print(
            "| what | runs | seconds, median (first five) | messages/s | CPU s | peak MiB |\n|---|---|---|---|---|---|"
        )
        for name, rows in self._rows.items():
            seconds = median(row.seconds for row in rows)
            every = " ".join(f"{row.seconds:.2f}" for row in rows[:5])
            peak = max(row.peak for row in rows)
            rate = "" if "nothing new" in name else f"{count / seconds:,.0f}"
            shown = f"{peak:.0f}" if peak else ""
            cpu = median(row.cpu for row in rows)
            worked = f"{cpu:.2f}" if cpu else ""
            print(f"| {name} | {len(rows)} | {seconds:.3f} ({every}) | {rate} | {worked} | {shown} |")
        print(f"\nexact bytes: {self._exact} of {count}")


# A process begins with the peak of the one it was forked from, so a small one stands between.
LAUNCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps([status, time.perf_counter() - begun, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime]))
"""


def _timed(command: list[str]) -> Row:
    launched = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    done = subprocess.run(launched, capture_output=True, text=True, check=True)
    status, seconds, peak, cpu = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{command[0]} ended with {status}")
    return Row(seconds, peak, cpu)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _mbsync_rc(folder: Path, port: int) -> str:
    return f"""
FSync no
SyncState {folder}/state/
IMAPAccount one
Host 127.0.0.1
Port {port}
User {USER}
PassCmd "cat {folder}/word"
SSLType None
AuthMechs LOGIN

IMAPStore far
Account one

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX

Channel one
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
"""


if __name__ == "__main__":
    main()
