from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from models.records import Decision, Event, Evidence, Gap, Mention, Party, Span

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def test_a_lease_has_one_holder(store):
    assert store.sync.take_lease("home", "a", 60)
    assert not store.sync.take_lease("home", "b", 60)
    assert store.sync.take_lease("home", "a", 60)


def test_a_lease_that_ran_out_may_be_taken(store):
    store.sync.take_lease("home", "dead", -1)

    assert store.sync.take_lease("home", "b", 60)


def test_only_its_holder_gives_a_lease_back(store):
    store.sync.take_lease("home", "a", 60)
    store.sync.release_lease("home", "b")
    assert not store.sync.take_lease("home", "b", 60)

    store.sync.release_lease("home", "a")
    assert store.sync.take_lease("home", "b", 60)


def test_mailbox_state_counts_failures_until_a_success(store):
    store.sync.note_failure("home", "wrong password", "sign in")
    store.sync.note_failure("home", "no network", "wait")
    failed = store.sync.mailboxes()["home"]
    assert (failed.failures, failed.problem, failed.last_success) == (2, "no network", None)

    store.sync.note_success("home")

    after = store.sync.mailboxes()["home"]
    assert (after.failures, after.problem) == (0, "")
    assert after.last_failure is not None


def test_decisions_are_numbered_in_the_order_they_were_made(store):
    first = store.decisions.append(Decision(NOW, "reject", "k|body|1|5|suspension"))
    second = store.decisions.append(Decision(NOW, "undo", "k|body|1|5|suspension", undoes=first))

    assert [(number, d.action, d.undoes) for number, d in store.decisions.all()] == [
        (first, "reject", None),
        (second, "undo", first),
    ]
    assert second > first


def test_the_store_has_no_way_to_change_evidence_or_decisions(store):
    methods = {
        name for part in (store.evidence, store.decisions) for name in dir(part) if not name.startswith("_")
    }

    assert not {name for name in methods if name.startswith(("delete", "remove", "update", "set", "clear"))}


def test_naive_datetimes_are_refused(store):
    from sqlalchemy.exc import StatementError

    with pytest.raises(StatementError, match="naive"):
        store.decisions.append(Decision(datetime(2025, 1, 1), "confirm", "x"))


def test_timeline_round_trip(store, make_item):
    from models.records import Address, Message, Part

    store.evidence.keep([make_item(b"x")])
    [key] = store.evidence.of_kind("mail")
    message = Message(
        key, "mail", "m", NOW, 0, "date", Address("", ""), (), (), "", (Part("body", "text/plain", "words"),)
    )
    store.messages.add([message], reader_version=1)
    span = Span(key, "body", 0, 5, "words")
    mention = Mention(
        span, "adverse_action", "suspension", "done", date(2025, 3, 1), date(2025, 3, 2), "day", "explicit",
        date(2025, 3, 4), "okafor", "school", "student", ("slp", "ot"), "school", 0.75, "acts", "suspended",
        date(2025, 2, 1), None,
    )  # fmt: skip
    party = Party("p1", "Ms. Okafor", ("okafor@example.org",), ("1",), "principal", "school", True, 3)
    event = Event(
        "e1", "adverse_action", "suspension", "done", date(2025, 3, 1), None, "day", "explicit", "school", "p1",
        "student", ("slp",), "The school said ...", 0.75, (Evidence(span, date(2025, 3, 4), "school"),),
    )  # fmt: skip
    gap = Gap(
        "g1",
        "missed_parent_call",
        "incident",
        "e1",
        date(2025, 3, 1),
        date(2025, 3, 1),
        None,
        "missed",
        "r",
        "c",
        (span,),
    )

    store.timeline.set_mentions([key], [mention], version=1)
    store.timeline.replace(parties=[party], events=[event], gaps=[gap])

    assert store.timeline.mentions() == [mention]
    assert store.timeline.mentions_of(key) == [mention]
    assert (store.timeline.parties(), store.timeline.events(), store.timeline.gaps()) == (
        [party],
        [event],
        [gap],
    )
    assert store.timeline.counts() == {"adverse_action": 1, "parties": 1, "events": 1, "gaps": 1}


@pytest.mark.parametrize("modality", ["planned", "threatened", "denied_happening", "hypothetical"])
def test_what_did_not_happen_is_never_counted(store, modality):
    event = Event(
        "e",
        "adverse_action",
        "suspension",
        modality,
        None,
        None,
        "day",
        "",
        "school",
        "",
        "",
        (),
        "",
        0.5,
        (),
    )

    store.timeline.replace(parties=[], events=[event], gaps=[])

    assert "adverse_action" not in store.timeline.counts()
