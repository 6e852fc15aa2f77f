"""When mailboxes are synced: on time, on push, more rarely while they fail, and never twice at once."""

import logging
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import (
    ConfigError,
    ExtraMissing,
    ServerUnreachable,
    SignInFailed,
    StorageFull,
    Throttled,
    WorkspaceBusy,
)
from schooltrail.schedule import DEBOUNCE_SECONDS, _Watcher, in_words, parse_every, plan_wait, watch
from schooltrail.stopping import stop_on_signals
from schooltrail.timer import BackgroundTimer

EVERY = 900
DOWN = ServerUnreachable("mail.example.org did not answer", "Check your network.")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("60s", 60), ("15m", 900), ("2h", 7200), ("1d", 86400), (" 15 M ", 900), ("31d", 2678400)],
)
def test_parse_every_reads_spans(text, seconds):
    assert parse_every(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "15", "m", "-5m", "1.5h", "15 minutes", "1h30m", "١٥m", "59s", "0m", "32d", "999999999d"]
)
def test_parse_every_refuses_what_is_no_span_or_too_short_or_long(text):
    with pytest.raises(ConfigError) as refused:
        parse_every(text)

    assert '"15m"' in refused.value.remedy


@pytest.mark.parametrize(
    ("failures", "error", "chance", "seconds"),
    [
        (0, None, 1.0, 900),
        (1, DOWN, 0.0, 900),
        (2, DOWN, 0.0, 1800),
        (3, DOWN, 0.0, 3600),
        (3, DOWN, 1.0, pytest.approx(3960)),  # up to a tenth more
        (6, DOWN, 0.0, 21600),  # six hours at most
        (10_000, DOWN, 0.0, 21600),
        (1, Throttled("slow", "wait", 5), 0.0, 900),
        (1, Throttled("slow", "wait", 86400), 0.0, 86400),  # the server may ask for more
        (5, WorkspaceBusy("busy", "wait"), 0.0, 60),  # somebody else is at it: look again soon
    ],
)
def test_plan_wait_backs_off(failures, error, chance, seconds):
    assert plan_wait(failures, EVERY, error, chance) == seconds


def test_plan_wait_never_shortens_a_long_schedule():
    assert plan_wait(9, 86400, DOWN, 0.0) == 86400


@given(
    failures=st.integers(1, 10**6),
    every=st.integers(60, 31 * 86400),
    chance=st.floats(0, 1),
    more=st.integers(0, 50),
)
def test_plan_wait_grows_with_failures_and_stays_in_bounds(failures, every, chance, more):
    wait = plan_wait(failures, every, DOWN, chance)

    assert every <= wait <= 1.1 * max(6 * 3600, every)
    assert wait <= plan_wait(failures + more, every, DOWN, chance)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (40, "40 seconds"), (900, "15 minutes"), (3600, "60 minutes"), (21600, "6 hours")],
)
def test_in_words_rounds(seconds, words):
    assert in_words(seconds) == words


class VirtualTimer:
    """A timer whose time passes only when a test says so."""

    def __init__(self):
        self.now = 0.0
        self.planned = {}
        self.closed = False

    def clock(self):
        return self.now

    def call_after(self, name, seconds, action):
        self.planned[name] = (self.now + seconds, action)

    def recheck(self):
        pass

    def close(self):
        self.closed = True

    def pass_until(self, end):
        while due := [(when, name) for name, (when, _) in self.planned.items() if when <= end]:
            when, name = min(due)
            self.now = max(self.now, when)
            self.planned.pop(name)[1]()
        self.now = end


@pytest.fixture
def world():
    """A watcher of one mailbox in virtual time. `answers` holds what its syncs raise; then they succeed."""
    timer = VirtualTimer()
    made = SimpleNamespace(timer=timer, runs=[], said=[], answers=[], stop=threading.Event(), during=None)

    def run_sync(name):
        made.runs.append(timer.now)
        if made.during:
            made.during()
        answer = made.answers.pop(0) if made.answers else ()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    made.watcher = _Watcher(EVERY, run_sync, made.stop, made.said.append, timer, timer.clock, lambda: 0.0)
    made.watcher.start("home")
    return made


def test_watcher_runs_at_once_and_then_on_schedule(world):
    world.timer.pass_until(2000)

    assert world.runs == [0, 900, 1800]


def test_watcher_says_what_a_sync_did(world):
    world.answers = [("12 new messages",)]

    world.timer.pass_until(10)

    assert world.said == ["home: 12 new messages"]


def test_watcher_runs_soon_after_a_push(world):
    world.timer.pass_until(100)
    world.watcher.pushed("home")
    world.timer.pass_until(1500)

    assert world.runs == [0, 100 + DEBOUNCE_SECONDS, 100 + DEBOUNCE_SECONDS + 900]


def test_watcher_takes_a_bunch_of_pushes_as_one(world):
    world.timer.pass_until(100)
    for moment in (100, 100.5, 101, 101.5):
        world.timer.pass_until(moment)
        world.watcher.pushed("home")
    world.timer.pass_until(200)

    assert world.runs == [0, 102]


def test_watcher_runs_again_for_mail_that_came_during_a_sync(world):
    def push_once():
        world.during = None
        world.watcher.pushed("home")

    world.during = push_once
    world.timer.pass_until(100)

    assert world.runs == [0, DEBOUNCE_SECONDS]


def test_watcher_does_not_run_a_mailbox_twice_at_a_time(world):
    """As when the timer fires while a sync takes longer than the schedule."""
    world.during = lambda: world.watcher.run("home")

    world.timer.pass_until(10)

    assert world.runs == [0]


def test_watcher_backs_off_while_it_fails_and_comes_back(world):
    world.answers = [DOWN, DOWN, DOWN, ()]

    world.timer.pass_until(900 + 1800 + 3600 + 900)

    assert world.runs == [0, 900, 2700, 6300, 7200]


def test_watcher_says_problem_remedy_and_next_try(world):
    world.answers = [DOWN]

    world.timer.pass_until(1000)

    assert world.said == [
        "home: mail.example.org did not answer\n  Check your network.\n  Next try in 15 minutes.",
        "home: works again.",
    ]


def test_watcher_obeys_a_server_that_asks_for_time(world):
    world.answers = [Throttled("slow down", "wait", 5000)]
    world.timer.pass_until(100)
    for moment in range(100, 4900, 100):
        world.timer.pass_until(moment)
        world.watcher.pushed("home")

    world.timer.pass_until(5100)

    assert world.runs[:2] == [0, 5000]


def test_watcher_lets_a_push_cut_a_long_rest_but_not_below_the_schedule(world):
    """The network came back: waiting out six hours would help nobody."""
    world.answers = [DOWN] * 6
    world.timer.pass_until(900 * (1 + 2 + 4 + 8 + 16))
    failed_at = world.runs[-1]
    world.watcher.pushed("home")

    world.timer.pass_until(failed_at + 1000)

    assert world.runs[-1] == failed_at + EVERY


def test_watcher_does_not_count_another_run_as_a_failure(world):
    world.answers = [WorkspaceBusy("mailbox 'home' is being synced", "Wait."), DOWN]

    world.timer.pass_until(1000)

    assert world.runs == [0, 60, 960]


def test_watcher_outlives_a_bug_of_ours(world, caplog):
    world.answers = [ZeroDivisionError("a bug")]

    with caplog.at_level(logging.ERROR):
        world.timer.pass_until(1000)

    assert world.runs == [0, 900]
    assert "ZeroDivisionError" in caplog.text


def test_watcher_outlives_an_output_that_is_gone(world):
    """As with `watch | head`: the end must not wait for a run that only seems to go on."""

    def broken(_line):
        raise BrokenPipeError

    world.watcher._say = broken
    world.answers = [("12 new",)]
    with pytest.raises(BrokenPipeError):
        world.timer.pass_until(10)

    world.watcher.wait_until_idle()

    assert "home" in world.timer.planned


def test_watcher_keeps_mailboxes_apart(world):
    world.answers = [DOWN]
    world.timer.pass_until(1)
    world.watcher.start("work")
    world.timer.pass_until(950)

    assert world.said[-1] == "home: works again."
    assert len(world.runs) == 4


def test_watcher_plans_nothing_after_stop(world):
    world.during = world.stop.set

    world.timer.pass_until(5000)

    assert world.runs == [0]
    assert world.timer.planned == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (False, "home: this server cannot tell when mail comes; it is asked on schedule."),
        (
            ExtraMissing("a part is missing", "Install it."),
            "home: a part is missing; new mail is looked for on schedule only.\n  Install it.",
        ),
    ],
)
def test_watcher_says_when_there_is_no_push(world, answer, said):
    def push(_name, _on_mail, _stop):
        if isinstance(answer, Exception):
            raise answer
        return answer

    world.watcher.listen("home", push).join(5)

    assert world.said == [said]


@pytest.fixture
def run_watch():
    """Run `watch` in a thread with the real timer."""
    started = []

    def run(run_sync, push=None, names=("home",), every=0.2):
        state = SimpleNamespace(stop=threading.Event(), said=[])
        state.thread = threading.Thread(
            target=watch,
            args=(names,),
            kwargs={
                "every_seconds": every, "run_sync": run_sync, "push": push, "stop": state.stop,
                "say": state.said.append,
            },
        )  # fmt: skip
        state.thread.start()
        started.append(state)
        return state

    yield run
    for state in started:
        state.stop.set()
        state.thread.join(10)


def test_watch_runs_on_schedule_with_the_real_timer(run_watch):
    ran = threading.Semaphore(0)

    run_watch(lambda _name: (ran.release(), ())[1])

    assert all(ran.acquire(timeout=5) for _ in range(4))


def test_watch_runs_on_push_with_the_real_timer(run_watch, monkeypatch):
    monkeypatch.setattr("schooltrail.schedule.DEBOUNCE_SECONDS", 0.05)
    ran, first = threading.Semaphore(0), threading.Event()

    def run_sync(_name):
        ran.release()
        first.set()
        return ()

    def push(_name, on_mail, stop):
        first.wait(5)
        time.sleep(0.2)
        on_mail()
        stop.wait(10)
        return True

    run_watch(run_sync, push, every=3600)

    assert ran.acquire(timeout=5)
    assert ran.acquire(timeout=5)


def test_watch_never_runs_two_syncs_at_once(run_watch):
    inside, worst, ran = [], [], threading.Semaphore(0)

    def run_sync(name):
        inside.append(name)
        worst.append(len(inside))
        time.sleep(0.03)
        inside.remove(name)
        ran.release()
        return ()

    run_watch(run_sync, names=("home", "work", "old"), every=0.01)

    assert all(ran.acquire(timeout=5) for _ in range(12))
    assert max(worst) == 1


def test_watch_waits_for_the_running_sync_when_it_ends(run_watch):
    inside, kept = threading.Event(), []

    def run_sync(_name):
        inside.set()
        time.sleep(0.5)
        kept.append("batch")
        return ()

    state = run_watch(run_sync, every=3600)
    assert inside.wait(5)

    state.stop.set()
    state.thread.join(5)

    assert kept == ["batch"]
    assert not state.thread.is_alive()


def test_watch_ends_at_once_when_nothing_runs(run_watch):
    ran = threading.Event()
    state = run_watch(lambda _name: (ran.set(), ())[1], every=3600)
    assert ran.wait(5)
    time.sleep(0.1)
    started = time.monotonic()

    state.stop.set()
    state.thread.join(5)

    assert time.monotonic() - started < 2


def test_watch_does_not_wait_for_a_push_that_hangs(run_watch):
    """As inside a connection attempt that nothing can cut short."""
    forever = threading.Event()
    state = run_watch(lambda _name: (), lambda *_: forever.wait(30), every=3600)
    time.sleep(0.3)

    state.stop.set()
    state.thread.join(5)

    assert not state.thread.is_alive()
    forever.set()


@pytest.mark.parametrize("error", [DOWN, SignInFailed("no", "again"), StorageFull("full", "free some")])
def test_watch_goes_on_after_failures_with_the_real_timer(run_watch, error):
    ran = threading.Semaphore(0)

    def run_sync(_name):
        ran.release()
        raise error

    run_watch(run_sync, every=0.05)

    assert all(ran.acquire(timeout=5) for _ in range(3))


def test_background_timer_replaces_a_plan_of_the_same_name():
    timer, done = BackgroundTimer(), []
    timer.call_after("home", 60, lambda: done.append("late"))
    came = threading.Event()

    timer.call_after("home", 0, lambda: (done.append("now"), came.set()))

    assert came.wait(5)
    timer.close()
    assert done == ["now"]


def test_background_timer_keeps_a_plan_made_from_inside_a_run():
    """APScheduler drops a job whose last run is still counted as running, if only one may run."""
    timer, rounds, enough = BackgroundTimer(), [], threading.Event()

    def again():
        rounds.append(None)
        if len(rounds) == 50:
            enough.set()
        else:
            timer.call_after("home", 0, again)

    timer.call_after("home", 0, again)

    assert enough.wait(10)
    timer.close()


WATCHING = """
import sys, threading, time
from schooltrail.schedule import watch
from schooltrail.stopping import stop_on_signals
stop = threading.Event()
def run_sync(name):
    print("syncing", flush=True)
    stop.wait(20)
    time.sleep(0.3)
    print("kept", flush=True)
    return ()
with stop_on_signals(stop):
    watch(["home"], every_seconds=900, run_sync=run_sync, push=None, stop=stop, say=print)
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_watch_ends_cleanly_on_a_signal(name):
    import signal

    with subprocess.Popen([sys.executable, "-c", WATCHING], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "syncing\n"
            started = time.monotonic()

            process.send_signal(getattr(signal, name))
            rest, _ = process.communicate(timeout=10)
        finally:
            process.kill()

    assert rest == "kept\ndone\n"
    assert process.returncode == 0
    assert time.monotonic() - started < 3


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_stop_on_signals_lets_a_second_signal_through():
    import signal

    stop = threading.Event()

    with stop_on_signals(stop):
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGHUP is not there")
def test_stop_on_signals_respects_nohup():
    import signal

    stop, before = threading.Event(), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals(stop):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert not stop.is_set()


def test_stop_on_signals_puts_the_old_handlers_back():
    import signal

    before = signal.getsignal(signal.SIGTERM)

    with stop_on_signals(threading.Event()):
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before
