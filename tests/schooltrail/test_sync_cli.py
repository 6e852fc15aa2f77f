"""The straight way: from a real IMAP server through the command line to a cited timeline."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import imapclient
import pytest

from benchmarks import mail_server as private_server
from schooltrail.demo import SAMPLE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def server():
    try:
        running = private_server.start()
    except RuntimeError as error:
        if os.environ.get("SCHOOLTRAIL_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"needs a Dovecot: {error}")
    yield running
    running.stop()


@pytest.fixture
def family(server, tmp_path, request):
    """A workspace of the sample family whose mailbox lies on the server; returns (home, client)."""
    user = f"jo{abs(hash(request.node.nodeid)) % 10**8}"
    server.give(user)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    secret = tmp_path / "secret"
    secret.write_text(private_server.PASSWORD + "\n")
    config = (SAMPLE / "config.toml").read_text("utf-8").replace('calendars = ["calendar.ics"]', "")
    command = json.dumps([sys.executable, "-c", f"print(open({str(secret)!r}).read())"])
    box = f'[mailbox.home]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nuser = "{user}"\n'
    (home / "config.toml").write_text(config + "\n" + box + f"password_command = {command}\n", "utf-8")
    client = imapclient.IMAPClient("127.0.0.1", server.port, ssl=False)
    client.login(user, private_server.PASSWORD)
    yield home, client
    client.logout()


def deliver(client, count, folder="INBOX"):
    for path in sorted((SAMPLE / "mail").glob("*.eml"))[:count]:
        client.append(folder, path.read_bytes())


def test_a_mailbox_goes_in_and_a_cited_timeline_comes_out(family, run_cli):
    home, client = family
    deliver(client, 130)

    code, out, err = run_cli("--home", home, "sync")
    assert code == 0, err
    assert "home: 129 new messages kept" in out

    _, out, _ = run_cli("--home", home, "timeline", "--json")
    events = json.loads(out)
    assert {event["kind"] for event in events} == {"protected_activity", "adverse_action", "school_event"}
    assert all(place["quote"] for event in events for place in event["evidence"])
    assert run_cli("--home", home, "verify")[0] == 0


def test_a_second_sync_fetches_nothing_and_new_mail_is_added(family, run_cli):
    home, client = family
    deliver(client, 10)
    run_cli("--home", home, "sync")

    _, again, _ = run_cli("--home", home, "sync", "home")
    client.append("INBOX", b"From: a@example.org\r\nMessage-ID: <new@example.org>\r\n\r\nNew.\r\n")
    _, more, err = run_cli("--home", home, "sync")

    assert "home: 0 new messages kept" in again
    assert "home: 1 new messages kept" in more, err


def test_dry_run_says_what_is_there_and_keeps_nothing(family, run_cli):
    home, client = family
    deliver(client, 5)

    code, out, _ = run_cli("--home", home, "sync", "--dry-run")

    assert code == 0
    assert "5 messages are there; 0 of them are held" in out
    assert not list((home / "evidence").glob("*.pack"))


def test_an_empty_mailbox_is_no_error(family, run_cli):
    home, _ = family

    code, out, err = run_cli("--home", home, "sync")

    assert (code, err) == (0, "")
    assert "0 new messages" in out


def test_a_wrong_password_is_told_and_remembered(family, run_cli, tmp_path):
    home, _ = family
    (tmp_path / "secret").write_text("wrong\n")

    code, _, err = run_cli("--home", home, "sync")

    assert code == 1
    assert len(err.strip().splitlines()) == 2
    assert "wrong" not in err.replace("is wrong", "")
    _, out, _ = run_cli("--home", home, "status")
    assert "failed just now (1 time in a row)" in out


def test_an_emptied_folder_stops_with_a_question(family, run_cli):
    home, client = family
    deliver(client, 4)
    run_cli("--home", home, "sync")
    client.select_folder("INBOX")
    client.delete_messages(client.search(), silent=True)
    client.expunge()

    code, _, err = run_cli("--home", home, "sync")
    assert code == 1
    assert "--accept-empty" in err

    code, out, _ = run_cli("--home", home, "sync", "--accept-empty")
    assert code == 0
    assert "4 messages are no longer on the server" in out
    assert run_cli("--home", home, "verify")[0] == 0


def test_doctor_signs_in(family, run_cli):
    home, client = family
    deliver(client, 3)

    code, out, _ = run_cli("--home", home, "doctor")

    assert code == 0, out
    assert "mailbox home: signed in" in out


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_keeps_what_was_kept_and_the_next_sync_goes_on(family, run_cli):
    home, client = family
    body = b"x" * 40_000
    raws = [b"Message-ID: <%d@example.org>\r\n\r\n%s\r\n" % (n, body) for n in range(800)]
    client.multiappend("INBOX", raws) if client.has_capability("MULTIAPPEND") else [
        client.append("INBOX", raw) for raw in raws
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "schooltrail", "--home", str(home), "sync", "--no-build"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not list((home / "evidence").glob("*.pack")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode in {0, 130}
    assert "Traceback" not in err
    code, _, err = run_cli("--home", home, "sync", "--no-build")
    assert code == 0, err
    _, out, _ = run_cli("--home", home, "status", "--json")
    assert json.loads(out)["evidence"]["mail"] == 800
    assert json.loads(out)["evidence"]["copies"] == 800
