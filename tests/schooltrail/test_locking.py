"""One run per mailbox, one writer per workspace; what the dead leave behind blocks nobody."""

import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from models.errors import WorkspaceBusy, WorkspaceError
from models.store import open_store
from schooltrail.locking import Ending, Holder, _encode, mailbox_lock, workspace_lock

HOLD_MAILBOX = """
import sys, time
from pathlib import Path
from models.store import open_store
from schooltrail.locking import mailbox_lock
home = Path(sys.argv[1])
with mailbox_lock(open_store(home), home, "home"):
    print("held", flush=True)
    time.sleep(60)
"""
HOLD_WORKSPACE = """
import sys, time
from pathlib import Path
from schooltrail.locking import workspace_lock
with workspace_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def holder_process(tmp_path):
    """Start another process that holds a lock; it is ended after the test."""
    with ExitStack() as started:

        def start(script: str) -> subprocess.Popen:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
                )
            )
            started.callback(process.kill)
            assert process.stdout.readline() == "held\n"
            return process

        yield start


def foreign_lease(host: str, home: str = "/home/dana/school") -> str:
    return _encode(Holder(host, 4242, home, "feed", datetime(2025, 3, 3, 14, 3, tzinfo=UTC)))


def test_mailbox_lock_refuses_a_second_run_on_this_machine(tmp_path, store, holder_process):
    process = holder_process(HOLD_MAILBOX)

    with pytest.raises(WorkspaceBusy) as refused, mailbox_lock(store, tmp_path, "home"):
        pass

    assert "mailbox 'home' is being synced" in refused.value.problem
    assert f"process {process.pid} on {socket.gethostname()}, since " in refused.value.problem


def test_mailbox_lock_refuses_a_second_thread_of_one_process(tmp_path, store):
    def take() -> None:
        with mailbox_lock(store, tmp_path, "home"):
            pass

    with mailbox_lock(store, tmp_path, "home"), ThreadPoolExecutor(1) as pool:
        attempt = pool.submit(take)

        assert isinstance(attempt.exception(timeout=10), WorkspaceBusy)


def test_mailbox_lock_lets_one_writer_at_the_evidence(tmp_path, store, holder_process):
    """Two syncs of different mailboxes would write over each other's bytes in one pack."""
    process = holder_process(HOLD_MAILBOX)

    with (
        pytest.raises(WorkspaceBusy) as refused,
        mailbox_lock(store, tmp_path, "work", wait_seconds=0),
    ):
        pass

    assert f"is being written by process {process.pid}" in refused.value.problem


def test_mailbox_lock_waits_for_a_build_to_end(tmp_path, store, holder_process):
    process = holder_process(HOLD_WORKSPACE)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (time.sleep(0.3), process.kill()))
        with mailbox_lock(store, tmp_path, "home", wait_seconds=10) as ending:
            assert not ending.is_set()


def test_mailbox_lock_refuses_no_name_for_looking_like_another(tmp_path, store):
    """Two names that look alike as file names have locks and leases of their own."""
    for name in ("a/b", "a_b"):
        with mailbox_lock(store, tmp_path, name):
            pass

    assert len(list((tmp_path / "locks").glob("mailbox-*.lock"))) == 2


def test_mailbox_lock_keeps_a_build_out(tmp_path, store):
    with mailbox_lock(store, tmp_path, "home"), pytest.raises(WorkspaceBusy), workspace_lock(tmp_path):
        pass


@pytest.mark.parametrize("name", ["../../etc", "con", "ärger", "x" * 300, ""])
def test_mailbox_lock_stays_in_its_folder_for_any_name(tmp_path, store, name):
    with mailbox_lock(store, tmp_path, name):
        pass

    assert len(list((tmp_path / "locks").glob("mailbox-*.lock"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
def test_mailbox_lock_of_a_killed_process_does_not_block(tmp_path, store, holder_process):
    process = holder_process(HOLD_MAILBOX)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert store.sync.lease_holder("mailbox home")  # its lease still stands

    with mailbox_lock(store, tmp_path, "home") as ending:
        assert not ending.is_set()


def test_mailbox_lock_refuses_while_another_machine_has_the_lease(tmp_path, store):
    store.sync.take_lease("mailbox home", foreign_lease("kitchen-pc"), 120)

    with pytest.raises(WorkspaceBusy) as refused, mailbox_lock(store, tmp_path, "home"):
        pass

    assert "process 4242 on kitchen-pc, since " in refused.value.problem


def test_mailbox_lock_respects_another_workspace_on_this_machine(tmp_path, store):
    """Two folders on one database share no file lock, so only the lease keeps them apart."""
    store.sync.take_lease("mailbox home", foreign_lease(socket.gethostname()), 120)

    with pytest.raises(WorkspaceBusy), mailbox_lock(store, tmp_path, "home"):
        pass


def test_mailbox_lock_takes_a_lease_that_ran_out(tmp_path, store):
    store.sync.take_lease("mailbox home", foreign_lease("kitchen-pc"), -1)

    with mailbox_lock(store, tmp_path, "home"):
        assert f'"host": "{socket.gethostname()}"' in store.sync.lease_holder("mailbox home")


def test_mailbox_lock_leaves_nothing_behind(tmp_path, store):
    with mailbox_lock(store, tmp_path, "home"):
        pass

    assert store.sync.lease_holder("mailbox home") == ""
    assert not list((tmp_path / "locks").glob("*.holder"))


def test_mailbox_lock_is_given_back_when_the_run_fails(tmp_path, store):
    with pytest.raises(RuntimeError), mailbox_lock(store, tmp_path, "home"):
        raise RuntimeError("the sync broke")

    with mailbox_lock(store, tmp_path, "home") as ending:
        assert not ending.is_set()


def test_mailbox_lock_renews_its_lease(tmp_path, store):
    with mailbox_lock(store, tmp_path, "home", lease_seconds=0.3) as ending:
        time.sleep(0.7)

        assert not store.sync.take_lease("mailbox home", foreign_lease("kitchen-pc"), 120)
        assert not ending.is_set()


def test_mailbox_lock_tells_when_the_lease_was_lost(tmp_path, store):
    """A machine that slept wakes up to find that another has taken over."""
    with mailbox_lock(store, tmp_path, "home", lease_seconds=0.3) as ending:
        store.sync.release_lease("mailbox home", store.sync.lease_holder("mailbox home"))
        store.sync.take_lease("mailbox home", foreign_lease("kitchen-pc"), 120)

        assert ending.wait(5)

    assert "kitchen-pc" in store.sync.lease_holder("mailbox home")  # not ours to give back


def test_mailbox_lock_passes_on_a_wish_to_stop(tmp_path, store):
    stop = threading.Event()

    with mailbox_lock(store, tmp_path, "home", stop=stop) as ending:
        assert not ending.is_set()
        stop.set()

        assert ending.is_set()


def test_ending_waits_for_any_of_its_events():
    never, soon = threading.Event(), threading.Event()
    threading.Timer(0.1, soon.set).start()
    started = time.monotonic()

    assert Ending(never, soon).wait(10)

    assert time.monotonic() - started < 2


def test_ending_waits_no_longer_than_told():
    started = time.monotonic()

    assert not Ending(threading.Event()).wait(0.3)

    assert 0.25 < time.monotonic() - started < 2


def test_mailbox_lock_outlives_a_database_that_is_busy(tmp_path, store, monkeypatch):
    renew = store.sync.take_lease
    answers = iter([True, WorkspaceBusy("busy", "wait")])

    def sometimes_busy(*arguments):
        answer = next(answers, None)
        if isinstance(answer, WorkspaceBusy):
            raise answer
        return renew(*arguments)

    monkeypatch.setattr(store.sync, "take_lease", sometimes_busy)

    with mailbox_lock(store, tmp_path, "home", lease_seconds=0.3) as ending:
        time.sleep(0.6)

        assert not ending.is_set()
        assert not renew("mailbox home", foreign_lease("kitchen-pc"), 120)


def test_workspace_lock_refuses_a_second_writer(tmp_path, holder_process):
    process = holder_process(HOLD_WORKSPACE)

    with pytest.raises(WorkspaceBusy) as refused, workspace_lock(tmp_path):
        pass

    assert f"process {process.pid}" in refused.value.problem


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
def test_workspace_lock_of_a_killed_process_does_not_block(tmp_path, holder_process):
    process = holder_process(HOLD_WORKSPACE)
    process.send_signal(signal.SIGKILL)
    process.wait()

    with workspace_lock(tmp_path):
        assert (tmp_path / "locks" / "workspace.holder").exists()


def test_workspace_lock_waits_as_long_as_it_is_told(tmp_path, holder_process):
    process = holder_process(HOLD_WORKSPACE)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (time.sleep(0.3), process.kill()))
        with workspace_lock(tmp_path, wait_seconds=10):
            pass

    assert process.wait(5) != 0


def test_workspace_lock_tells_when_the_folder_cannot_be_used(tmp_path):
    (tmp_path / "locks").write_text("a file where the folder should be")

    with pytest.raises(WorkspaceError, match="cannot be used"), workspace_lock(tmp_path):
        pass


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"{}", b"[1]", b'{"since": 3}'])
def test_workspace_lock_says_another_run_if_the_note_is_unreadable(tmp_path, holder_process, note):
    holder_process(HOLD_WORKSPACE)
    (tmp_path / "locks" / "workspace.holder").write_bytes(note)

    with pytest.raises(WorkspaceBusy, match="by another run"), workspace_lock(tmp_path):
        pass
