"""What to do with a folder, decided from numbers alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.folders import FolderStatus
from ingest.plan import plan_batches, plan_folder, some_vanished, vanished_copies
from models.errors import FolderEmptied
from models.records import FolderState

NOW = datetime(2024, 5, 6, tzinfo=UTC)


@pytest.fixture
def saved():
    """Make a saved state: ten messages, cursor 11."""

    def make(uidvalidity=7, uidnext=11, modseq=90, exists=10, complete=True):
        return FolderState("home", "INBOX", uidvalidity, uidnext, modseq, exists, complete, NOW)

    return make


@pytest.mark.parametrize(
    ("before", "now", "work", "start"),
    [
        ({}, FolderStatus(7, 11, 10, 90), "nothing", 11),
        ({}, FolderStatus(7, 11, 10, 95), "nothing", 11),  # only flags changed
        ({}, FolderStatus(7, 11, 10, None), "nothing", 11),  # no mod-sequences here
        ({}, FolderStatus(7, 12, 11, 91), "update", 11),
        ({}, FolderStatus(7, 11, 9, 91), "update", 11),  # one left
        ({}, FolderStatus(7, 12, 10, 91), "update", 11),  # one came, one left
        ({}, FolderStatus(8, 11, 10, 90), "renumbered", 1),
        ({"complete": False, "uidnext": 5, "modseq": None}, FolderStatus(7, 11, 10), "resume", 5),
        ({"complete": False, "uidnext": 11, "modseq": None}, FolderStatus(7, 11, 10), "resume", 11),
        ({"exists": 0, "uidnext": 1}, FolderStatus(7, 1, 0), "nothing", 1),  # was empty, is empty
    ],
)
def test_plan_folder_compares_saved_and_present(saved, before, now, work, start):
    plan = plan_folder(saved(**before), now, folder="INBOX", may_empty=False)

    assert (plan.work, plan.start) == (work, start)


def test_plan_folder_without_a_saved_state_begins_at_the_first_message():
    plan = plan_folder(None, FolderStatus(7, 11, 10), folder="INBOX", may_empty=False)

    assert (plan.work, plan.start) == ("first", 1)


@pytest.mark.parametrize("uidvalidity", [7, 8], ids=["same numbers", "renumbered"])
def test_plan_folder_asks_when_a_folder_is_suddenly_empty(saved, uidvalidity):
    with pytest.raises(FolderEmptied, match="'School' held 10 messages"):
        plan_folder(saved(), FolderStatus(uidvalidity, 11, 0), folder="School", may_empty=False)


def test_plan_folder_goes_on_with_an_empty_folder_when_told_to(saved):
    plan = plan_folder(saved(), FolderStatus(7, 11, 0), folder="School", may_empty=True)

    assert plan.work == "update"


def test_plan_folder_relists_from_the_start_when_told_to(saved):
    plan = plan_folder(saved(), FolderStatus(7, 11, 10), folder="INBOX", may_empty=False, relist=True)

    assert (plan.work, plan.start) == ("resume", 1)


@pytest.mark.parametrize(
    ("messages", "came", "left"),
    [(10, 0, False), (12, 2, False), (11, 2, True), (9, 0, True)],
)
def test_some_vanished_counts(saved, messages, came, left):
    assert some_vanished(saved(), FolderStatus(7, 13, messages), came) is left


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        ([(1, 3)], [101, 103]),
        ([(9, 9), (2, 2)], [109]),  # 2 was never seen
        ([(1, 4_294_967_295)], [101, 103, 109]),
        ([], []),
        ([(4, 8)], []),
    ],
)
def test_vanished_copies_finds_ids_inside_the_spans(gone, found):
    assert vanished_copies({9: 109, 1: 101, 3: 103}, gone) == found


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60),
    max_bytes=st.integers(1, 100),
    max_messages=st.integers(1, 10),
)
def test_plan_batches_covers_every_message_once_in_order(sizes, max_bytes, max_messages):
    mail = list(enumerate(sizes, 1))

    batches = list(plan_batches(mail, max_bytes=max_bytes, max_messages=max_messages, large_bytes=40))

    assert [uid for batch in batches for uid in batch.uids] == [uid for uid, _ in mail]
    for batch in batches:
        weight = sum(sizes[uid - 1] for uid in batch.uids)
        assert len(batch.uids) == 1 or (weight <= max_bytes and len(batch.uids) <= max_messages)
        assert batch.large is (len(batch.uids) == 1 and weight > 40)
