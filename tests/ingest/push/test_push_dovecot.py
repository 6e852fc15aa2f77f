"""Push against a real server: mail wakes us, and dead links are noticed."""

import threading
import time
from types import SimpleNamespace

import pytest

from ingest.push import Times, wait_for_mail

pytestmark = pytest.mark.dovecot

QUICK = Times(silence=0.6, answer=0.4, poll=0.1, first_wait=0.1, longest_wait=0.5)


@pytest.fixture
def listen():
    """Run `wait_for_mail` in a thread; tells how often mail came, and stops it after the test."""
    stop, threads = threading.Event(), []

    def start(connect, times=QUICK):
        state = SimpleNamespace(mail=threading.Semaphore(0), ready=threading.Semaphore(0), stop=stop)

        def ready_client():
            client = connect()
            idle = client.idle

            def announce():
                idle()
                state.ready.release()

            client.idle = announce
            return client

        def began():
            """Wait until it listens, and take off the call that each start makes."""
            assert state.ready.acquire(timeout=5)
            assert state.mail.acquire(timeout=5)

        state.began = began

        state.thread = threading.Thread(
            target=wait_for_mail,
            args=(ready_client, "INBOX"),
            kwargs={"stop": stop, "on_mail": state.mail.release, "times": times},
            daemon=True,
        )
        state.thread.start()
        threads.append(state.thread)
        return state

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)


def test_push_is_woken_within_two_seconds(server, listen):
    listening = listen(server.connect, Times())
    listening.began()

    server.deliver()

    assert listening.mail.acquire(timeout=2)


def test_push_leaves_mail_unread(server, listen):
    listening = listen(server.connect, Times())
    listening.began()
    server.deliver()
    assert listening.mail.acquire(timeout=2)

    with server.connect() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("SEEN") == []


def test_push_stops_within_a_second(server, listen):
    listening = listen(server.connect, Times())
    listening.began()
    started = time.monotonic()

    listening.stop.set()
    listening.thread.join(5)

    assert not listening.thread.is_alive()
    assert time.monotonic() - started < 1.5


def test_push_asks_a_silent_server_and_goes_on(server, listen):
    """After the server was asked twice, the connection still wakes us."""
    listening = listen(server.connect)
    listening.began()
    for _ in range(2):
        assert listening.ready.acquire(timeout=5)

    server.deliver()

    assert listening.mail.acquire(timeout=2)


def test_push_notices_a_frozen_link_and_comes_back(server, freezing_link, listen):
    listening = listen(lambda: server.connect(freezing_link.port))
    listening.began()
    freezing_link.freeze()

    server.deliver()

    assert listening.mail.acquire(timeout=5)
    assert freezing_link.accepted >= 2


def test_push_outlives_a_restart_of_the_server(server, listen):
    listening = listen(server.connect)
    listening.began()
    server.stop()
    server.start()
    while listening.ready.acquire(blocking=False):
        pass
    assert listening.ready.acquire(timeout=5)

    server.deliver()

    assert listening.mail.acquire(timeout=3)


def test_push_notices_mail_that_came_while_the_server_was_away(server, listen):
    listening = listen(server.connect)
    listening.began()
    server.stop()
    server.deliver()

    server.start()

    assert listening.mail.acquire(timeout=5)


def test_push_notices_a_hang_up_at_once_and_does_not_spin(server, freezing_link, listen):
    """imapclient returns at once, with nothing, when the other side has hung up."""
    checks = []

    def connect():
        client = server.connect(freezing_link.port)
        check = client.idle_check
        client.idle_check = lambda timeout: (checks.append(None), check(timeout=timeout))[1]
        return client

    listening = listen(connect, Times(poll=0.1, first_wait=0.2))
    assert listening.ready.acquire(timeout=5)

    freezing_link.cut()
    assert listening.ready.acquire(timeout=2)
    before = len(checks)
    time.sleep(0.5)

    assert len(checks) - before < 10
    assert freezing_link.accepted == 2


def test_push_hears_mail_that_came_just_before_it_listened(server, listen):
    """The server's answer to IDLE and the news come in one packet; imapclient looks at the socket only."""

    def connect():
        client = server.connect()
        idle = client.idle
        news = iter([server.deliver])

        def late():
            next(news, lambda: None)()
            time.sleep(0.3)
            idle()

        client.idle = late
        return client

    listening = listen(connect, Times())
    listening.began()

    assert listening.mail.acquire(timeout=3)
