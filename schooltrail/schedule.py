"""Syncs mailboxes again and again: on schedule, at once when mail comes, more rarely while it fails.

The decisions are pure (`parse_every`, `plan_wait`); `watch` acts on them. A mailbox is never synced
twice at a time, and a failing one is never tried more often than its schedule says, push or not.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.errors import ConfigError, SchooltrailError, Throttled, WorkspaceBusy
from schooltrail.timer import BackgroundTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schooltrail.timer import Timer

    Push = Callable[[str, Callable[[], None], threading.Event], bool]
    """Given a mailbox, what to call when mail comes, and what ends it. Returns False if it cannot."""

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LEAST_SECONDS = 60
MOST_SECONDS = 31 * 86400
LONGEST_BACKOFF = 6 * 3600.0
DEBOUNCE_SECONDS = 2.0  # mail often comes in bunches; one sync takes them all
BUSY_SECONDS = 60.0
POLL_SECONDS = 0.5
RECHECK_EVERY = 60  # polls

log = logging.getLogger(__name__)


def parse_every(text: str) -> int:
    """Return the seconds that "90s", "15m", "2h" or "1d" mean.

    Raises:
        ConfigError: If it is none of these forms, under a minute or over a month.
    """
    match = re.fullmatch(r"\s*([0-9]{1,9})\s*([smhd])\s*", text.lower())
    if not match:
        raise ConfigError(
            f'every = "{text}" is not a span of time', 'Write it as "90s", "15m", "2h" or "1d".'
        )
    seconds = int(match[1]) * SECONDS[match[2]]
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise ConfigError(
            f'every = "{text}" is not between a minute and a month',
            'Mail servers lock out who asks too often. "15m" suits most; push is faster anyway.',
        )
    return seconds


def plan_wait(failures: int, every_seconds: float, error: Exception | None, chance: float) -> float:
    """Return the seconds until a mailbox's next run.

    Args:
        failures: How often in a row it failed, the last run included.
        every_seconds: The schedule.
        error: Why the last run failed; None if it did not.
        chance: A number in 0..1: spreads retries by up to a tenth, so that they do not all come at once.

    Example: at "15m" the third failure in a row waits an hour, the sixth and all later ones six hours.
    """
    if error is None:
        return every_seconds
    if isinstance(error, WorkspaceBusy):
        return min(BUSY_SECONDS, every_seconds)
    longest = max(LONGEST_BACKOFF, every_seconds)
    wait = min(longest, every_seconds * 2.0 ** min(failures - 1, 30)) * (1 + chance / 10)
    return max(wait, error.wait_seconds) if isinstance(error, Throttled) else wait


def watch(
    mailboxes: Iterable[str],
    *,
    every_seconds: float,
    run_sync: Callable[[str], Iterable[str]],
    push: Push | None,
    stop: threading.Event,
    say: Callable[[str], None],
    timer: Timer | None = None,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> None:
    """Sync mailboxes until `stop` is set, then wait for the running sync to keep its batch.

    Args:
        mailboxes: Their names; each is synced at once, then on schedule.
        every_seconds: Time between the end of one sync and the start of the next, > 0.
        run_sync: Syncs one mailbox and returns what there is to say of it, line by line. It must look
            at the same `stop`, or the end waits for the whole sync.
        push: Listens for new mail in a thread of its own; None: schedule only.
        stop: Ends it.
        say: Shows one line to the user; called from several threads.
        timer: Runs things later; by default in one background thread.
        clock: Seconds of a clock that nobody sets.
        chance: A number in 0..1.
    """
    timer = timer or BackgroundTimer()
    watcher = _Watcher(every_seconds, run_sync, stop, say, timer, clock, chance)
    threads: list[threading.Thread] = []
    try:
        for name in mailboxes:
            watcher.start(name)
            if push:
                threads.append(watcher.listen(name, push))
        polls = 0
        while not stop.wait(POLL_SECONDS):
            polls += 1
            if polls % RECHECK_EVERY == 0:
                timer.recheck()
    finally:
        stop.set()
        watcher.wait_until_idle()
        timer.close()
        for thread in threads:
            thread.join(2)


@dataclass(slots=True)
class _Standing:
    """How one mailbox stands. Guarded by the watcher's lock."""

    failures: int = 0
    running: bool = False
    pushed: bool = False
    due: float = 0.0
    earliest: float = field(default=float("-inf"))
    """No push makes it run before this."""


class _Watcher:
    """Decides when each mailbox runs, and remembers how it went."""

    def __init__(
        self,
        every_seconds: float,
        run_sync: Callable[[str], Iterable[str]],
        stop: threading.Event,
        say: Callable[[str], None],
        timer: Timer,
        clock: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._every = every_seconds
        self._run_sync = run_sync
        self._stop = stop
        self._say = say
        self._timer = timer
        self._clock = clock
        self._chance = chance
        self._standings: dict[str, _Standing] = {}
        self._changed = threading.Condition()

    def start(self, name: str) -> None:
        """Plan a mailbox's first run: now."""
        with self._changed:
            self._standings[name] = _Standing()
            self._plan(name, 0.0)

    def listen(self, name: str, push: Push) -> threading.Thread:
        """Start to listen for new mail of a mailbox."""
        # A daemon: it may be inside a connection attempt that nothing can cut short.
        thread = threading.Thread(target=self._listen, args=(name, push), name=f"push-{name}", daemon=True)
        thread.start()
        return thread

    def pushed(self, name: str) -> None:
        """Mail has come: run soon, unless that is planned already or the mailbox must rest."""
        with self._changed:
            standing = self._standings[name]
            if standing.running:
                standing.pushed = True
                return
            when = max(self._clock() + DEBOUNCE_SECONDS, standing.earliest)
            if when < standing.due:
                self._plan(name, when - self._clock())

    def run(self, name: str) -> None:
        """Sync a mailbox now, and plan its next run."""
        with self._changed:
            standing = self._standings[name]
            if self._stop.is_set() or standing.running:
                return
            standing.running, standing.pushed = True, False
        error = self._attempt(name)
        with self._changed:
            news = self._note(name, standing, error)
            standing.running = False
            self._changed.notify_all()
        # Outside the lock: a terminal that is held with Ctrl+S must not hold the schedule.
        if news:
            self._say(f"{name}: {news}")

    def wait_until_idle(self) -> None:
        """Wait for the running sync."""
        with self._changed:
            # In short waits: on Windows a long one would not hear a second Ctrl+C.
            while any(standing.running for standing in self._standings.values()):
                self._changed.wait(POLL_SECONDS)

    def _attempt(self, name: str) -> Exception | None:
        try:
            for line in self._run_sync(name):
                self._say(f"{name}: {line}")
        except SchooltrailError as error:
            return error
        except Exception as bug:
            # Our bug: shown whole, but no reason to leave all mailboxes alone for weeks.
            log.exception("sync broke mailbox=%s", name)
            return bug
        return None

    def _listen(self, name: str, push: Push) -> None:
        try:
            if not push(name, lambda: self.pushed(name), self._stop):
                self._say(f"{name}: this server cannot tell when mail comes; it is asked on schedule.")
        except SchooltrailError as error:
            self._say(f"{name}: {error.problem}; new mail is looked for on schedule only.\n  {error.remedy}")

    def _note(self, name: str, standing: _Standing, error: Exception | None) -> str:
        """Remember how a run went and plan the next. Returns what there is to say of it."""
        failed_before = standing.failures
        if error is None:
            standing.failures = 0
        elif not isinstance(error, WorkspaceBusy):
            standing.failures += 1
        wait = plan_wait(standing.failures, self._every, error, self._chance())
        rest = 0.0 if error is None else min(wait, self._every)
        if isinstance(error, Throttled):
            rest = max(self._every, error.wait_seconds)
        standing.earliest = self._clock() + rest
        self._plan(name, DEBOUNCE_SECONDS if standing.pushed and error is None else wait)
        if error is None:
            return "works again." if failed_before else ""
        return "" if self._stop.is_set() else f"{_words(error)}\n  Next try in {in_words(wait)}."

    def _plan(self, name: str, seconds: float) -> None:
        if self._stop.is_set():
            return
        seconds = max(seconds, 0.0)
        self._standings[name].due = self._clock() + seconds
        self._timer.call_after(name, seconds, lambda: self.run(name))


def in_words(seconds: float) -> str:
    """Return a span as a person says it, rounded: "40 seconds", "15 minutes", "6 hours"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * size:
            return f"{round(seconds / size)} {unit}s"
    count = max(round(seconds), 1)
    return f"{count} second{'' if count == 1 else 's'}"


def _words(error: Exception) -> str:
    if isinstance(error, SchooltrailError):
        return f"{error.problem}\n  {error.remedy}"
    return "something broke that should not; please report what is shown above"
