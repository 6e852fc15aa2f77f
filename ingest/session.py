"""Holds the connection of one sync: opens it when needed, again after a cut, and waits when asked to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from ingest.connection import connect, hang_up
from ingest.wire import Wire
from models.errors import ServerUnreachable, Throttled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingest.account import Account

log = logging.getLogger(__name__)

Result = TypeVar("Result")

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class Session:
    """One connection at a time to one account. Close it when done."""

    def __init__(self, account: Account, secret: Callable[[], str], spool: Path) -> None:
        self._account = account
        self._secret = secret
        self._spool = spool
        self._wire: Wire | None = None
        self.qresync = False

    def wire(self) -> Wire:
        """Return a connection on which nothing is under way; a new one if the last is not usable.

        Raises:
            SourceError: As `connect` does.
        """
        if self._wire is not None and self._wire.idle:
            return self._wire
        self.close()
        client = connect(self._account, self._secret)
        try:
            self._wire = Wire(client, self._account, self._spool)
            # Before any folder is opened: ENABLE is illegal afterwards (RFC 5161, 3.1).
            self.qresync = self._wire.enable("QRESYNC")
        except BaseException:
            hang_up(client)
            self._wire = None
            raise
        return self._wire

    def close(self) -> None:
        """End the connection, politely if it is idle; never raises."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None


class Patience:
    """Tries a step again after a lost connection or when the server asked us to wait.

    Attempts count only while nothing gets done: a line that breaks every minute still brings all
    the mail in, and a server that is down is given up on after a few tries.

    Args:
        attempts: Tries without progress, > 0.
        longest_wait: Seconds; who asks for more is not waited for.
        sleep: Waits so many seconds.
        done: Returns a number that grows with progress.
    """

    def __init__(
        self,
        *,
        attempts: int,
        longest_wait: float,
        sleep: Callable[[float], object],
        done: Callable[[], int],
    ) -> None:
        self._attempts = attempts
        self._longest_wait = longest_wait
        self._sleep = sleep
        self._done = done
        self._mark = 0
        self.barren = 0
        """Failures in a row without progress between them."""

    def persist(self, step: Callable[[], Result]) -> Result:
        """Return what `step` returns, trying again as long as there is hope.

        Raises:
            SourceError: What the last try failed with.
        """
        self._mark, self.barren = self._done(), 0
        retrying = Retrying(
            retry=retry_if_exception(self._may_pass),
            stop=self._enough,
            wait=self._pause,
            sleep=self._wait,
            reraise=True,
        )
        return retrying(step)

    def _wait(self, seconds: float) -> None:
        log.warning("waiting before the next try seconds=%.1f", seconds)
        self._sleep(seconds)

    def _may_pass(self, error: BaseException) -> bool:
        done = self._done()
        self.barren = 1 if done > self._mark else self.barren + 1
        self._mark = done
        if isinstance(error, Throttled):
            return error.wait_seconds <= self._longest_wait
        return isinstance(error, ServerUnreachable)

    def _enough(self, _state: RetryCallState) -> bool:
        return self.barren >= self._attempts

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Throttled):
            return error.wait_seconds
        return min(FIRST_PAUSE_SECONDS * 2.0 ** (self.barren - 1), LONGEST_PAUSE_SECONDS)
