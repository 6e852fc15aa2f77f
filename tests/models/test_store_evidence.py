from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.errors import EvidenceDamaged, StorageFull
from models.records import EvidenceItem, FolderState, Provenance

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)
STATE = FolderState("home", "INBOX", 1, 11, 99, 10, True, NOW)


def test_keep_stores_bytes_once_and_every_copy(store, make_item):
    items = [make_item(b"one mail", folder=name, uid=3) for name in ("INBOX", "Sent", "A", "B", "C")]

    kept = store.evidence.keep(items)

    counts = store.evidence.counts()
    assert (kept.new, kept.known) == (1, 4)
    assert (counts["mail"], counts["copies"]) == (1, 5)


def test_keep_twice_changes_nothing(store, make_item):
    items = [make_item(bytes([65 + n]), uid=n) for n in range(5)]
    store.evidence.keep(items)

    kept = store.evidence.keep(items)

    assert kept.new == 0
    assert store.evidence.counts() == {"mail": 5, "copies": 5, "gone": 0}


def test_keep_commits_the_folder_state_with_the_messages(store, make_item):
    store.evidence.keep([make_item(b"x", uid=10)], state=STATE)

    assert store.sync.folder_states("home") == {"INBOX": STATE}


def test_keep_of_nothing_but_state_moves_the_cursor(store):
    store.evidence.keep([], state=STATE)

    assert store.sync.folder_states("home")["INBOX"].uidnext == 11


def test_keep_lists_nothing_when_the_transaction_fails(store, make_item, monkeypatch):
    def refuse(_connection, _state):
        raise StorageFull("the disk is full", "free some")

    monkeypatch.setattr("models.store.evidence.write_folder_state", refuse)
    with pytest.raises(StorageFull):
        store.evidence.keep([make_item(b"x", uid=1)], state=STATE)
    monkeypatch.undo()

    assert store.evidence.counts() == {"copies": 0, "gone": 0}
    assert store.evidence.keep([make_item(b"x", uid=1)], state=STATE).new == 1


def test_keep_from_a_path_gives_the_same_key_as_from_bytes(store, make_item, tmp_path):
    path = tmp_path / "huge.eml"
    path.write_bytes(b"large" * 1000)
    by_path = EvidenceItem("mail", make_item(b"").provenance, path=path)

    store.evidence.keep([by_path])

    assert store.evidence.keep([make_item(b"large" * 1000, uid=2)]).new == 0


def test_keep_refuses_an_item_without_bytes(store, make_item):
    with pytest.raises(ValueError, match="bytes or a path"):
        store.evidence.keep([EvidenceItem("mail", make_item(b"").provenance)])


def test_vanished_copies_get_a_tombstone_and_keep_their_bytes(store, make_item):
    store.evidence.keep([make_item(b"a", uid=1), make_item(b"b", uid=2)])
    ids = store.evidence.copy_ids("home", "INBOX", 1)

    store.evidence.keep([], vanished=[ids[1]])
    store.evidence.keep([], vanished=[ids[1]])

    assert set(store.evidence.copy_ids("home", "INBOX", 1)) == {2}
    assert store.evidence.counts()["gone"] == 1
    [key] = [k for k in store.evidence.of_kind("mail") if store.evidence.read(k) == b"a"]
    [(_, gone)] = store.evidence.provenance([key])[key]
    assert gone is not None


def test_provenance_comes_back_as_it_was_given(store):
    given = Provenance(
        "imap", "home", NOW, "imap.example.org", "Größe/Übung", 7, 42, "", NOW - timedelta(days=3),
        ("\\Seen",), ("School", "Arbeit"), 12345678901234567890 // 2, 99, "m@x", "",
    )  # fmt: skip
    store.evidence.keep([EvidenceItem("mail", given, raw=b"x")])

    [key] = store.evidence.of_kind("mail")

    assert store.evidence.provenance([key])[key] == [(given, None)]


def test_known_copies_spans_all_uidvalidities_newest_first(store, make_item):
    store.evidence.keep([make_item(b"abc", uid=1, message_id="m1")])
    store.evidence.keep([make_item(b"abc", uid=9, uidvalidity=2, message_id="m1")])

    found = store.evidence.known_copies("home", "INBOX")

    assert [(copy.uid, copy.size, copy.message_id) for copy in found] == [(9, 3, "m1"), (1, 3, "m1")]


def test_verify_names_exactly_what_is_damaged(store, make_item, tmp_path):
    store.evidence.keep([make_item(bytes([n]) * 200, uid=n) for n in range(5)])
    pack = next((tmp_path / "evidence").glob("*.pack"))
    data = bytearray(pack.read_bytes())
    data[-3] ^= 1
    pack.write_bytes(data)

    report = dict(store.evidence.verify())

    assert len(report) == 5
    assert [problem != "" for problem in report.values()] == [False, False, False, False, True]


def test_read_of_unknown_evidence_says_so(store):
    with pytest.raises(EvidenceDamaged, match="no evidence with the hash"):
        store.evidence.read("f" * 64)


def test_unread_leaves_out_what_was_read_or_failed(store, make_item):
    from models.records import Failure

    store.evidence.keep([make_item(b"a", uid=1), make_item(b"b", uid=2)])
    first, second = (key for key, _ in store.evidence.unread(1))
    store.messages.fail([Failure("read", first, "why", 1)])

    assert [key for key, _ in store.evidence.unread(1)] == [second]
    assert {key for key, _ in store.evidence.unread(2)} == {first, second}


def test_lookup_works_past_the_databases_limit_of_values(store, make_item):
    items = [make_item(f"{n}".encode(), uid=n) for n in range(1200)]
    store.evidence.keep(items)

    assert store.evidence.keep(items).new == 0
    assert len(store.evidence.provenance(store.evidence.of_kind("mail"))) == 1200
