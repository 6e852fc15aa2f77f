"""Runs actions later, one at a time, on APScheduler."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer(Protocol):
    """What the schedule needs of a clock that acts."""

    def call_after(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action in place of what was planned under this name."""
        ...

    def recheck(self) -> None:
        """Look at the time again: the computer may have slept."""
        ...

    def close(self) -> None:
        """Forget what is planned. Does not wait for what runs."""
        ...


class BackgroundTimer:
    """A `Timer` with one worker thread: two mailboxes never write to the store at the same time."""

    def __init__(self) -> None:
        # Late, like every heavy import: the command line must show its help at once.
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={
                "coalesce": True,
                # What became due while the computer slept is late, not void.
                "misfire_grace_time": None,
                # The next run is planned from inside the last one, which APScheduler still counts.
                # The one worker keeps them apart; a limit of 1 would drop the plan.
                "max_instances": 3,
            },
        )
        self._scheduler.start()

    def call_after(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action in place of what was planned under this name."""
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        self._scheduler.add_job(action, "date", run_date=when, id=name, replace_existing=True)

    def recheck(self) -> None:
        """Look at the time again: the computer may have slept."""
        self._scheduler.wakeup()

    def close(self) -> None:
        """Forget what is planned. Does not wait for what runs.

        Waiting here could last for ever: APScheduler waits with its lock held, and a run that ends
        plans the next one, for which it needs that lock.
        """
        # First, since a job that fires while APScheduler stops breaks its thread with a traceback.
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=False)
