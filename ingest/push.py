"""Waits for a server to say that mail has come (IDLE, RFC 2177), and survives links that die without a word.

IDLE is known to hang for ever: a laptop sleeps, a router forgets the connection, and the client waits
for a server that has long hung up (mjs/imapclient 349, 449, 565). Nor does imapclient tell the end of
a connection from "nothing new" (234). So three things look after the link here: TCP keepalive, a
question to the server whenever it was silent for long, and the same question whenever a wait ends
early with nothing to show for it.
"""

from __future__ import annotations

import logging
import random
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imapclient.exceptions import IMAPClientError

from ingest.connection import hang_up
from models.errors import ServerNotTrusted, SignInFailed, SourceError, Throttled

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from imapclient import IMAPClient

log = logging.getLogger(__name__)

# What a broken line looks like; the assertion is imapclient's, for a line that it did not expect.
BROKEN = (OSError, IMAPClientError, AssertionError)
SETTLED_SECONDS = 60.0
"""A connection that lived this long counts as a good one: the next failure is a first failure."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long to wait for what, all in seconds.

    `renew`: a server may hang up on an IDLE after 30 minutes (RFC 2177). `silence`: how long it may say
    nothing before it is asked. `answer`: how long it may take to answer. `poll`: how often `stop` is
    looked at. `first_wait`, `longest_wait`: between attempts to connect.
    """

    renew: float = 27 * 60
    silence: float = 5 * 60
    answer: float = 10
    poll: float = 0.5
    first_wait: float = 5
    longest_wait: float = 15 * 60


DEFAULT_TIMES = Times()


def wait_for_mail(
    connect: Callable[[], IMAPClient],
    folder: str | None,
    *,
    stop: threading.Event,
    on_mail: Callable[[], None],
    times: Times = DEFAULT_TIMES,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> bool:
    """Call `on_mail` whenever mail has come, until `stop` is set. Reconnects by itself.

    The folder is opened read-only. `on_mail` is also called once at the start, and on the way back after
    a break if mail came meanwhile.
    Returns about `poll` seconds after `stop`; `answer` seconds if the link has just died, and a
    connection attempt is waited for.

    Args:
        connect: Gives a new signed-in client.
        folder: Which folder to watch; None takes Gmail's "All Mail", elsewhere INBOX.
        stop: Ends the wait.
        on_mail: Called in this thread; should return at once.
        times: How long to wait for what.
        clock: Seconds of a clock that nobody sets.
        chance: A number in 0..1, so that many clients do not come back at the same moment.

    Returns:
        False if the server cannot push, so that only the schedule is left; else True.
    """
    listener = _Listener(folder, stop, on_mail, times, clock)
    failures = 0
    while not stop.is_set():
        started = clock()
        try:
            if not listener.listen(connect):
                return False
        except (SourceError, *BROKEN) as error:
            failures = 1 if clock() - started > SETTLED_SECONDS else failures + 1
            wait = plan_wait(failures, error, times, chance())
            log.warning("push lost failures=%d wait=%.0f reason=%s", failures, wait, type(error).__name__)
            stop.wait(wait)
    return True


def plan_wait(failures: int, error: Exception, times: Times, chance: float) -> float:
    """Return the seconds until the next attempt to connect.

    A refused sign-in waits longest: repeated ones lock accounts. A server that names a time gets it.

    Example: the third failure with the default times waits 10 to 20 seconds.
    """
    if isinstance(error, (SignInFailed, ServerNotTrusted)):
        return times.longest_wait
    wait = min(times.longest_wait, times.first_wait * 2.0 ** min(failures - 1, 30)) * (0.5 + chance / 2)
    return max(wait, error.wait_seconds) if isinstance(error, Throttled) else wait


class _Listener:
    """One folder, watched over one connection after the other."""

    def __init__(
        self,
        folder: str | None,
        stop: threading.Event,
        on_mail: Callable[[], None],
        times: Times,
        clock: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._stop = stop
        self._on_mail = on_mail
        self._times = times
        self._clock = clock
        self._mark: tuple[Any, ...] | None = None

    def listen(self, connect: Callable[[], IMAPClient]) -> bool:
        """Watch until `stop`, or until the link breaks and an error says so."""
        client = connect()
        try:
            if not client.has_capability("IDLE"):
                return False
            keep_alive(client.socket())
            self._open(client)
            self._idle(client)
            self._watch(client)
        finally:
            hang_up(client)  # no LOGOUT: a dead server would let us wait for its answer
        return True

    def _open(self, client: IMAPClient) -> None:
        folder = self._folder or find_folder(client)
        status = client.select_folder(folder, readonly=True)
        mark = (status.get(b"UIDVALIDITY"), status.get(b"UIDNEXT"), status.get(b"EXISTS"))
        log.info("push listens again=%s", "no" if self._mark is None else "yes")
        # The first time too: a sync that ran meanwhile may have looked at the folder just before.
        if self._mark != mark:
            self._on_mail()
        self._mark = mark

    def _watch(self, client: IMAPClient) -> None:
        times = self._times
        renewed = heard = self._clock()
        while not self._stop.is_set():
            asked = self._clock()
            responses = client.idle_check(timeout=times.poll)
            now = self._clock()
            self._read(responses)
            if responses:
                heard = now
            # Woken with nothing to read: the end of the connection, or noise of TLS.
            ended = not responses and now - asked < times.poll / 2
            if ended or now - renewed >= times.renew or now - heard >= times.silence:
                self._renew(client)
                renewed = heard = self._clock()

    def _renew(self, client: IMAPClient) -> None:
        self._done(client)
        self._idle(client)

    def _idle(self, client: IMAPClient) -> None:
        client.idle()
        while has_unread_lines(client):
            self._done(client)
            client.idle()

    def _done(self, client: IMAPClient) -> None:
        client.socket().settimeout(self._times.answer)  # idle_check puts the client's own time-out back
        _text, responses = client.idle_done()
        self._read(responses)

    def _read(self, responses: list[tuple[Any, ...]]) -> None:
        if any(response[0] == b"BYE" for response in responses):
            raise IMAPClientError("the server says goodbye")
        if any(b"EXISTS" in response[1:2] for response in responses):
            self._on_mail()


def has_unread_lines(client: IMAPClient) -> bool:
    """Say whether lines wait in imaplib's buffer, where imapclient's wait does not look.

    News that come in one packet with the server's answer to IDLE would lie there until more come.
    """
    reader: Any = getattr(client._imap, "file", None)
    if not hasattr(reader, "peek"):  # imaplib of Python 3.14 keeps a list of what it read too much
        return bool(getattr(client._imap, "_readbuf", None))
    link = client.socket()
    timeout = link.gettimeout()
    link.setblocking(False)
    try:
        return bool(reader.peek(1))
    except OSError:  # TLS says in this way that nothing is there
        return False
    finally:
        link.settimeout(timeout)


def find_folder(client: IMAPClient) -> str:
    """Return the folder that new mail shows up in: Gmail's "All Mail" in any language, else INBOX."""
    if client.has_capability("X-GM-EXT-1"):
        for flags, _separator, name in client.list_folders():
            if b"\\All" in flags:
                return str(name)
    return "INBOX"


def keep_alive(link: socket.socket) -> None:
    """Let the operating system notice within about two minutes that the other side is gone."""
    options = (
        (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
        (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 60),
        (socket.IPPROTO_TCP, "TCP_KEEPALIVE", 60),  # its name on macOS
        (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 15),
        (socket.IPPROTO_TCP, "TCP_KEEPCNT", 4),
    )
    for level, name, value in options:
        if hasattr(socket, name):
            with suppress(OSError):
                link.setsockopt(level, getattr(socket, name), value)
