"""Push decisions, without a server and without waiting."""

import socket
import threading
from types import SimpleNamespace

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from ingest.push import Times, find_folder, keep_alive, plan_wait, wait_for_mail
from models.errors import ConfigError, ServerNotTrusted, ServerUnreachable, SignInFailed, Throttled

TIMES = Times()
AT_START = 1


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeClient:
    """Plays a server: `script` holds what each idle_check returns, raises or does; then it stops the test."""

    def __init__(self, world, script=(), *, capabilities=("IDLE",), status=None, on_done=()):
        self.world = world
        self.script = list(script)
        self.capabilities = capabilities
        self.status = status or {b"UIDVALIDITY": 1, b"UIDNEXT": 5, b"EXISTS": 4}
        self.on_done = list(on_done)
        self.did = []
        self.timeouts = []
        self._imap = SimpleNamespace(_readbuf=[])

    def has_capability(self, name):
        return name in self.capabilities

    def list_folders(self):
        return [
            ((b"\\HasNoChildren",), b"/", "INBOX"),
            ((b"\\HasNoChildren", b"\\All"), b"/", "[Gmail]/Alle Nachrichten"),
        ]

    def socket(self):
        return SimpleNamespace(setsockopt=lambda *_: None, settimeout=self.timeouts.append)

    def select_folder(self, folder, readonly=False):
        self.did.append(("examine" if readonly else "select", folder))
        return self.status

    def idle(self):
        self.did.append("idle")

    def idle_check(self, timeout):
        if not self.script:
            self.world.clock.now += timeout
            self.world.stop.set()
            return []
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        seconds, responses = step
        self.world.clock.now += seconds
        return responses

    def idle_done(self):
        self.did.append("done")
        return b"", self.on_done.pop(0) if self.on_done else []

    def shutdown(self):
        self.did.append("shutdown")


class Stop(threading.Event):
    """An event whose waits take no time, but are written down."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        return self.is_set()


@pytest.fixture
def world():
    return SimpleNamespace(clock=Clock(), stop=Stop(), mail=[])


def run(world, *clients, folder="INBOX"):
    """Listen over these connections, one after the other; an exception is a failed attempt."""
    queue = list(clients)

    def connect():
        client = queue.pop(0)
        if isinstance(client, Exception):
            raise client
        return client

    return wait_for_mail(
        connect,
        folder,
        stop=world.stop,
        on_mail=lambda: world.mail.append(world.clock.now),
        clock=world.clock,
        chance=lambda: 1.0,
    )


def test_wait_for_mail_returns_false_without_idle(world):
    client = FakeClient(world, capabilities=())

    assert run(world, client) is False
    assert client.did == ["shutdown"]


def test_wait_for_mail_calls_once_when_it_listens(world):
    """Mail may have come after the last sync looked, and before anybody listened."""
    run(world, FakeClient(world))

    assert len(world.mail) == AT_START


def test_wait_for_mail_opens_the_folder_read_only(world):
    client = FakeClient(world)

    assert run(world, client) is True
    assert client.did == [("examine", "INBOX"), "idle", "shutdown"]


@pytest.mark.parametrize(
    ("responses", "calls"),
    [
        ([(5, b"EXISTS")], 1),
        ([(5, b"EXISTS"), (1, b"RECENT")], 1),
        ([(1, b"RECENT"), (5, b"EXISTS")], 1),
        ([(2, b"FETCH", (b"FLAGS", (b"\\Seen",)))], 0),  # somebody read a message
        ([(2, b"EXPUNGE")], 0),
        ([(b"OK", b"Still here")], 0),
    ],
)
def test_wait_for_mail_calls_only_for_mail(world, responses, calls):
    run(world, FakeClient(world, [(0.1, responses)]))

    assert len(world.mail) == AT_START + calls


def test_wait_for_mail_renews_before_the_server_hangs_up(world):
    noise = (60.0, [(b"OK", b"Still here")])
    client = FakeClient(world, [noise] * 30)

    run(world, client)

    assert client.did.count("done") == 1
    assert client.did.count("idle") == 2


def test_wait_for_mail_asks_a_silent_server(world):
    client = FakeClient(world, [(TIMES.silence / 2, [])] * 4)

    run(world, client)

    assert client.did.count("done") == 2
    assert client.timeouts == [TIMES.answer] * 2  # an answer is not waited for without end


def test_wait_for_mail_asks_when_woken_with_nothing(world):
    client = FakeClient(world, [(0.0, [])])

    run(world, client)

    assert client.did.count("done") == 1


def test_wait_for_mail_hears_mail_between_two_idles(world):
    client = FakeClient(world, [(0.0, [])], on_done=[[(9, b"EXISTS")]])

    run(world, client)

    assert len(world.mail) == AT_START + 1


@pytest.mark.parametrize(
    "trouble",
    [
        OSError("reset"),
        TimeoutError("silent"),
        IMAPClientAbortError("unterminated line"),
        IMAPClientError("Unexpected IDLE response"),
        (0.1, [(b"BYE", b"Server shutting down.")]),
    ],
)
def test_wait_for_mail_reconnects_after_trouble(world, trouble):
    first, second = FakeClient(world, [trouble]), FakeClient(world)

    assert run(world, first, second) is True
    assert first.did[-1] == "shutdown"
    assert "idle" in second.did


def test_wait_for_mail_notices_mail_that_came_while_the_link_was_down(world):
    later = {b"UIDVALIDITY": 1, b"UIDNEXT": 6, b"EXISTS": 5}

    run(world, FakeClient(world, [OSError("reset")]), FakeClient(world, status=later))

    assert len(world.mail) == AT_START + 1


def test_wait_for_mail_is_quiet_when_nothing_came_while_the_link_was_down(world):
    run(world, FakeClient(world, [OSError("reset")]), FakeClient(world))

    assert len(world.mail) == AT_START


def test_wait_for_mail_waits_longer_after_each_failure(world):
    down = ServerUnreachable("no answer", "wait")

    run(world, down, down, down, FakeClient(world))

    assert world.stop.waits == [5, 10, 20]


def test_wait_for_mail_starts_over_after_a_connection_that_lived(world):
    down = ServerUnreachable("no answer", "wait")
    lived = FakeClient(world, [(120.0, [(b"OK", b"Still here")]), OSError("reset")])

    run(world, down, down, lived, FakeClient(world))

    assert world.stop.waits == [5, 10, 5]


def test_wait_for_mail_does_not_retry_what_only_a_person_can_mend(world):
    with pytest.raises(ConfigError):
        run(world, ConfigError("no client_id", "set one"))


@pytest.mark.parametrize(
    ("failures", "error", "chance", "seconds"),
    [
        (1, ServerUnreachable("", ""), 1.0, 5),
        (1, ServerUnreachable("", ""), 0.0, 2.5),
        (4, OSError(), 1.0, 40),
        (100, OSError(), 1.0, 900),  # capped
        (100_000, OSError(), 0.0, 450),  # and no overflow
        (1, SignInFailed("", ""), 0.0, 900),  # a locked account helps nobody
        (1, ServerNotTrusted("", ""), 0.0, 900),
        (1, Throttled("", "", 3600), 1.0, 3600),
        (9, Throttled("", "", 1), 1.0, 900),
    ],
)
def test_plan_wait_backs_off(failures, error, chance, seconds):
    assert plan_wait(failures, error, TIMES, chance) == seconds


@pytest.mark.parametrize(
    ("capabilities", "folder"), [(("X-GM-EXT-1",), "[Gmail]/Alle Nachrichten"), ((), "INBOX")]
)
def test_find_folder_takes_all_mail_on_gmail_only(world, capabilities, folder):
    assert find_folder(FakeClient(world, capabilities=capabilities)) == folder


def test_wait_for_mail_finds_the_folder_itself(world):
    client = FakeClient(world, capabilities=("IDLE", "X-GM-EXT-1"))

    run(world, client, folder=None)

    assert client.did[0] == ("examine", "[Gmail]/Alle Nachrichten")


def test_keep_alive_turns_it_on():
    with socket.socket() as link:
        keep_alive(link)

        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0
