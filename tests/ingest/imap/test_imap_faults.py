"""Mail sync when the line is cut, the program killed, or the disk full: nothing lost, nothing twice."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import textwrap
import time

import pytest

from benchmarks.mail_maker import fill_maildir, message, messages
from benchmarks.mail_server import PASSWORD
from ingest.options import Limits, SyncOptions
from ingest.sync import sync_mailbox
from models.errors import ServerUnreachable, StorageFull
from models.store import open_store

pytestmark = pytest.mark.dovecot


@pytest.mark.parametrize("cut_after", [3_000, 60_000, 200_000, 333_333])
def test_sync_goes_on_after_a_cut_inside_a_message(mailbox, sync, held, make_link, store, cut_after):
    raws = [message(number) for number in range(100)]
    mailbox.add(*raws)
    link = make_link(mailbox.server.port, cut_after=cut_after)

    sync(mailbox.account(port=link.port), limits=Limits(batch_messages=10))

    assert link.cuts == 1
    assert held() == sorted(raws)
    assert store.evidence.counts()["copies"] == 100


def test_sync_cut_before_the_sign_in_says_so_at_once(mailbox, sync, make_link):
    link = make_link(mailbox.server.port, cut_after=40)

    with pytest.raises(ServerUnreachable):
        sync(mailbox.account(port=link.port))

    assert sync.slept == []


def test_sync_over_a_line_that_breaks_again_and_again_gets_through(mailbox, sync, held, make_link):
    raws = [message(number) for number in range(60)]
    mailbox.add(*raws)
    link = make_link(mailbox.server.port, cut_every=70_000)

    sync(mailbox.account(port=link.port), attempts=3, limits=Limits(batch_messages=4))

    assert link.cuts > 3
    assert held() == sorted(raws)


def test_sync_does_not_believe_rewritten_sizes(mailbox, sync, held, make_link):
    raws = [message(number) for number in range(50)]
    mailbox.add(*raws)
    lie = re.compile(rb"RFC822.SIZE \d+")
    link = make_link(mailbox.server.port, rewrite=lambda data: lie.sub(b"RFC822.SIZE 3", data))

    sync(mailbox.account(port=link.port))

    assert held() == sorted(raws)


def test_sync_resumes_a_large_message_after_a_cut(mailbox, sync, store, make_link):
    raw = message(1, size=50_000_000)
    fill_maildir(mailbox.server.maildir(mailbox.user), iter([raw]))
    mailbox.server.give(mailbox.user)
    link = make_link(mailbox.server.port, cut_after=30_000_000)

    sync(mailbox.account(port=link.port))

    assert link.cuts == 1
    assert store.evidence.size(store.evidence.of_kind("mail")[0]) == len(raw)
    assert link.carried < len(raw) + 10_000_000
    assert [problem for _, problem in store.evidence.verify() if problem] == []


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_sync_onto_a_small_disk_stops_in_words_and_goes_on_when_there_is_room(mailbox, small_disk, tmp_path):
    raws = [message(number) for number in range(800)] + [message(9_999, size=5_000_000)]
    fill_maildir(mailbox.server.maildir(mailbox.user), iter(raws))
    mailbox.server.give(mailbox.user)
    store = open_store(small_disk)
    options = SyncOptions(work=small_disk / "work", limits=Limits(batch_messages=20))

    with pytest.raises(StorageFull):
        sync_mailbox(mailbox.account(), lambda: PASSWORD, store, options=options)
    kept = store.evidence.counts().get("mail", 0)
    bad = [problem for _, problem in store.evidence.verify() if problem]
    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    report = sync_mailbox(mailbox.account(), lambda: PASSWORD, store, options=options)

    assert 0 < kept < 801
    assert bad == []
    assert report.kept == 801 - kept
    assert sorted(store.evidence.read(key) for key in store.evidence.of_kind("mail")) == sorted(raws)
    store.close()


CHILD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from ingest.account import Account
    from ingest.options import Limits, SyncOptions
    from ingest.sync import sync_mailbox
    from models.store import open_store
    import resource
    home, port, user, password = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    account = Account(name="home", host="127.0.0.1", user=user, port=port, security="none")
    options = SyncOptions(work=home / "work", limits=Limits(batch_messages=20))
    store = open_store(home)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("begun", flush=True)
    report = sync_mailbox(account, lambda: password, store, options=options)
    print(report.kept, base, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """
)


def start_child(home, mailbox) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", CHILD, str(home), str(mailbox.server.port), mailbox.user, PASSWORD]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_sync_of_large_messages_needs_little_memory(mailbox, tmp_path):
    fill_maildir(mailbox.server.maildir(mailbox.user), messages(20, large=2))
    mailbox.server.give(mailbox.user)

    child = start_child(tmp_path, mailbox)
    out, _ = child.communicate(timeout=60)

    kept, base, peak = map(int, out.split()[1:])
    assert kept == 22
    assert (peak - base) * 1024 < 40_000_000


@pytest.mark.slow
def test_sync_killed_at_random_points_loses_and_doubles_nothing(mailbox, tmp_path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    raws = [message(number) for number in range(1_500)] + [message(9_999, size=6_000_000)]
    fill_maildir(mailbox.server.maildir(mailbox.user), iter(raws))
    mailbox.server.give(mailbox.user)
    open_store(tmp_path).close()

    for _ in range(20):
        child = start_child(tmp_path, mailbox)
        child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.25))
        child.kill()
        child.communicate()
        store = open_store(tmp_path)
        assert [problem for _, problem in store.evidence.verify() if problem] == [], f"seed {seed}"
        store.close()
    assert start_child(tmp_path, mailbox).wait(60) == 0

    store = open_store(tmp_path)
    kept = sorted(store.evidence.read(key) for key in store.evidence.of_kind("mail"))
    assert kept == sorted(raws), f"seed {seed}"
    assert store.evidence.counts()["copies"] == len(raws)
    store.close()
