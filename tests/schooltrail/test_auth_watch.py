"""`auth` and `watch` as a person uses them, against a real server on loopback."""

import signal
import subprocess
import sys
import threading
import time

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from schooltrail.cli import run
from tests.ingest.push.conftest import _dovecot, server  # noqa: F401 - fixtures
from tests.ingest.signin.conftest import memory_keyring, use_keyring  # noqa: F401 - fixtures

CONFIG = """
[case]
student = ["Leo Rivera"]

[mailbox.home]
host = "127.0.0.1"
port = {port}
security = "none"
user = "dana"
"""
COMMAND = "password_command = ['{python}', '-c', 'print(\"secret\")']\n"


@pytest.fixture
def make_home(tmp_path):
    def make(text: str) -> str:
        (tmp_path / "config.toml").write_text(text)
        return str(tmp_path)

    return make


@pytest.fixture
def type_in(monkeypatch):
    """Pipe text into the command."""
    import io

    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def home(make_home, server):  # noqa: F811
    return make_home(CONFIG.format(port=server.port))


@pytest.mark.dovecot
def test_auth_tries_the_password_and_keeps_it(home, memory_keyring, type_in, capsys):  # noqa: F811
    type_in("secret\nnot this line")

    code = run(["--home", home, "auth", "home"])

    assert code == 0
    assert list(memory_keyring.entries.values()) == ["secret"]
    assert "Signed in: 1 folders with" in capsys.readouterr().out


@pytest.mark.dovecot
def test_auth_keeps_no_password_that_the_server_refuses(home, memory_keyring, type_in, capsys):  # noqa: F811
    type_in("wrong\n")

    code = run(["--home", home, "auth", "home"])

    assert code == 1
    assert memory_keyring.entries == {}
    assert "refused the sign-in of dana" in capsys.readouterr().err


@pytest.mark.dovecot
def test_auth_dry_run_keeps_nothing(home, memory_keyring, type_in):  # noqa: F811
    type_in("secret\n")

    assert run(["--home", home, "auth", "home", "--dry-run"]) == 0
    assert memory_keyring.entries == {}


@pytest.mark.dovecot
def test_auth_checks_a_password_command(make_home, server, use_keyring, capsys):  # noqa: F811
    use_keyring(NoKeyring())
    home = make_home(CONFIG.format(port=server.port) + COMMAND.format(python=sys.executable))

    assert run(["--home", home, "auth", "home"]) == 0
    assert "nothing is asked and nothing is kept" in capsys.readouterr().out


def test_auth_no_check_keeps_it_untried(make_home, memory_keyring, type_in):  # noqa: F811
    type_in("secret\n")

    assert run(["--home", make_home(CONFIG.format(port=1)), "auth", "home", "--no-check"]) == 0
    assert list(memory_keyring.entries.values()) == ["secret"]


def test_auth_refuses_an_empty_password(make_home, memory_keyring, type_in, capsys):  # noqa: F811
    type_in("")

    assert run(["--home", make_home(CONFIG.format(port=1)), "auth", "home"]) == 1
    assert "the password is empty" in capsys.readouterr().err


def test_auth_forgets(make_home, memory_keyring, type_in, capsys):  # noqa: F811
    home = make_home(CONFIG.format(port=1))
    type_in("secret\n")
    run(["--home", home, "auth", "home", "--no-check"])

    assert run(["--home", home, "auth", "home", "--forget"]) == 0
    assert memory_keyring.entries == {}
    assert "mail that was fetched stays" in capsys.readouterr().out


def test_auth_names_the_mailboxes_there_are(make_home, capsys):
    assert run(["--home", make_home(CONFIG.format(port=1)), "auth", "work"]) == 1
    assert "Mailboxes: home." in capsys.readouterr().err


def test_auth_without_a_keyring_says_what_else_works(make_home, use_keyring, type_in, capsys):  # noqa: F811
    use_keyring(NoKeyring())
    type_in("secret\n")

    assert run(["--home", make_home(CONFIG.format(port=1)), "auth", "home", "--no-check"]) == 1
    assert "password_command" in capsys.readouterr().err


@pytest.mark.parametrize("auth", ["oauth2-google", "oauth2-microsoft"])
def test_auth_for_oauth_needs_a_registration(make_home, memory_keyring, capsys, auth):  # noqa: F811
    home = make_home(CONFIG.format(port=1) + f'auth = "{auth}"\n')

    assert run(["--home", home, "auth", "home"]) == 1
    assert "registration of your own" in capsys.readouterr().err


def test_watch_dry_run_says_what_it_would_do(make_home, capsys):
    assert run(["--home", make_home(CONFIG.format(port=1)), "watch", "--dry-run", "--every", "2h"]) == 0
    assert capsys.readouterr().out == "Watching home every 2 hours. Ctrl+C ends it.\n"


@pytest.mark.parametrize("every", ["5s", "often"])
def test_watch_refuses_a_wrong_span(make_home, capsys, every):
    assert run(["--home", make_home(CONFIG.format(port=1)), "watch", "--every", every]) == 1
    assert '"15m"' in capsys.readouterr().err


def test_watch_without_a_mailbox_says_what_to_do(make_home, capsys):
    assert run(["--home", make_home(""), "watch"]) == 1
    assert "add PATH" in capsys.readouterr().err


def read_until(process: subprocess.Popen, words: str) -> list[str]:
    said = []
    while not (said and words in said[-1]):
        said.append(process.stdout.readline())
        assert said[-1], "".join(said)
    return said


@pytest.mark.dovecot
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_watch_takes_in_mail_when_it_comes_and_ends_on_a_signal(make_home, server):  # noqa: F811
    """The schedule is an hour away, so only push can have brought the second message."""
    home = make_home(CONFIG.format(port=server.port) + COMMAND.format(python=sys.executable))
    command = [sys.executable, "-P", "-m", "schooltrail", "--home", home, "watch", "--every", "1h"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        overdue = threading.Timer(25, process.kill)  # reading its lines has no time limit of its own
        overdue.start()
        try:
            read_until(process, "the timeline holds")
            server.deliver()
            read_until(process, "home: 1 new")
            started = time.monotonic()

            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=20)
        finally:
            overdue.cancel()
            process.kill()

    assert process.returncode == 0
    assert rest.endswith("Stopped. What was fetched is kept.\n")
    assert time.monotonic() - started < 5


def test_keyring_of_this_machine_is_back():
    """The fixtures above must not leave their keyring to other tests."""
    assert type(keyring.get_keyring()).__name__ != "MemoryKeyring"
