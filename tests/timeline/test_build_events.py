"""Mentions become events."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import KIND_OF
from models.records import Mention, Party, Span
from timeline.events import build_events, summarise
from timeline.rulebook import load_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.records import Event

Make = "Callable[..., Mention]"


def test_retelling_with_the_same_day_is_one_event(make_mention: Callable[..., Mention]) -> None:
    first = make_mention(key="m1")
    again = make_mention(key="m2", told_on=date(2024, 6, 1), modality="recounted", asserted_by="family")

    (event,) = build_events([again, first])

    assert [row.span.message_key for row in event.evidence] == ["m1", "m2"]
    assert (event.date, event.modality) == (date(2024, 3, 4), "done")


def test_other_day_is_another_event(make_mention: Callable[..., Mention]) -> None:
    assert len(build_events([make_mention(), make_mention(day="2024-03-11", key="m2")])) == 2


@pytest.mark.parametrize(
    "modality", ["planned", "threatened", "denied_happening", "hypothetical", "policy", "question"]
)
def test_what_did_not_happen_stays_apart(make_mention: Callable[..., Mention], modality: str) -> None:
    events = build_events([make_mention(), make_mention(key="m2", modality=modality)])

    assert sorted(e.modality for e in events) == sorted(["done", modality])


def test_promise_is_done_although_its_matter_lies_ahead(make_mention: Callable[..., Mention]) -> None:
    (event,) = build_events([make_mention("commitment", modality="planned")])

    assert event.modality == "done"


def test_retelling_without_a_day_joins_the_act_before_it(make_mention: Callable[..., Mention]) -> None:
    act = make_mention("formal_complaint", quote="I filed a complaint today")
    later = make_mention(
        "formal_complaint", "2024-03-20", key="m2", date_basis="email_date_fallback", quote="after we filed"
    )

    (event,) = build_events([later, act])

    assert event.date == date(2024, 3, 4)


def test_retelling_without_a_day_joins_nothing_after_it(make_mention: Callable[..., Mention]) -> None:
    act = make_mention("formal_complaint", "2024-03-20", quote="I filed a complaint today")
    earlier = make_mention(
        "formal_complaint", key="m2", date_basis="email_date_fallback", quote="we may have filed"
    )

    assert len(build_events([earlier, act])) == 2


def test_requests_of_two_people_are_two(make_mention: Callable[..., Mention]) -> None:
    asks = [
        make_mention("meeting_request", key=k, actor=a, asserted_by="family")
        for k, a in (("m1", "p1"), ("m2", "p2"))
    ]

    assert len(build_events(asks)) == 2


def test_copied_words_are_one_telling(make_mention: Callable[..., Mention]) -> None:
    words = "Nobody called us about the fall at recess."
    told = [
        make_mention("notification_missed", d, key=k, quote=words)
        for k, d in (("m1", "2024-03-04"), ("m2", "2024-03-11"))
    ]

    assert len(build_events(told)) == 1


@pytest.mark.parametrize(
    ("category", "second"), [("notification_missed", "2024-05-01"), ("absence", "2024-03-05")]
)
def test_words_that_only_repeat_tell_of_two(
    make_mention: Callable[..., Mention], category: str, second: str
) -> None:
    words = "Our records show an absence in period three."
    told = [make_mention(category, d, key=k, quote=words) for k, d in (("m1", "2024-03-04"), ("m2", second))]

    assert len(build_events(told)) == 2


def test_copied_words_without_a_day_join_what_they_copy(make_mention: Callable[..., Mention]) -> None:
    words = "Our records show an absence in period three."
    told = [make_mention("absence", d, key=k, quote=words) for k, d in (("m1", "2024-03-04"), ("m2", None))]

    assert len(build_events(told)) == 1


def test_month_and_day_inside_it_are_one_event(make_mention: Callable[..., Mention]) -> None:
    exact = make_mention()
    vague = make_mention(day="2024-03-01", key="m2", happened_until=date(2024, 3, 31), precision="month")

    (event,) = build_events([vague, exact])

    assert (event.date, event.precision) == (date(2024, 3, 4), "day")


def test_denial_of_the_other_side_marks_both_as_disputed(make_mention: Callable[..., Mention]) -> None:
    told = make_mention("removal_from_class", asserted_by="family")
    denied = make_mention("removal_from_class", key="m2", modality="denied_happening", asserted_by="school")

    assert [e.disputed for e in build_events([told, denied])] == [True, True]


def test_own_denial_disputes_nothing(make_mention: Callable[..., Mention]) -> None:
    told = make_mention("removal_from_class")
    denied = make_mention("removal_from_class", key="m2", modality="denied_happening")

    assert not any(e.disputed for e in build_events([told, denied]))


def test_event_id_survives_more_evidence(make_mention: Callable[..., Mention]) -> None:
    first = make_mention()
    (before,) = build_events([first])
    (after,) = build_events([first, make_mention(key="m9", told_on=date(2025, 1, 1))])

    assert before.id == after.id


def test_unknown_day_stays_unknown_and_last(make_mention: Callable[..., Mention]) -> None:
    events = build_events([make_mention(day=None, key="m2"), make_mention()])

    assert [e.date for e in events] == [date(2024, 3, 4), None]


def test_no_mentions_no_events() -> None:
    assert build_events([]) == ()


def test_summary_names_the_person(make_mention: Callable[..., Mention]) -> None:
    dana = Party("p1", "Dana Rivera", (), (), "parent", "family")

    (event,) = build_events([make_mention("meeting_request", actor="p1", asserted_by="family")], [dana])

    assert event.summary == "Dana Rivera asked for a meeting."


@pytest.mark.parametrize("category", sorted(c for c, kind in KIND_OF.items() if kind == "protected_activity"))
@pytest.mark.parametrize("side", ["school", "neutral"])
def test_summary_of_what_a_family_did_names_the_family(
    make_event: Callable[..., Event], category: str, side: str
) -> None:
    assert "said that the family" in summarise(make_event(category, asserted_by=side))


@pytest.mark.parametrize("category", sorted(KIND_OF))
@pytest.mark.parametrize("side", ["family", "school", "neutral"])
def test_summary_is_a_sentence_for_every_category(
    make_event: Callable[..., Event], category: str, side: str
) -> None:
    summary = summarise(make_event(category, asserted_by=side))

    assert summary[0].isupper()
    assert summary.endswith(".")
    assert "{" not in summary
    assert not {"retaliation", "retaliated", "illegal", "violation", "violated"} & set(
        summary.lower().split()
    )


@pytest.mark.parametrize("list_name", ["said_is_done", "joined_by_day"])
def test_event_rules_name_known_categories(list_name: str) -> None:
    assert set(load_rules("events")[list_name]) <= set(KIND_OF)


MENTIONS = st.lists(
    st.builds(
        lambda category, day, key, start, modality, basis, precision, side: Mention(
            span=Span(key, "body", start, start + 5, f"words {start % 3}"), kind=KIND_OF[category], category=category,
            modality=modality, happened_on=day, happened_until=None, precision=precision, date_basis=basis,
            told_on=day, actor="", actor_side="", target="student", services=(), asserted_by=side, confidence=0.5,
            extractor="acts", rule="r",
        ),
        category=st.sampled_from(["suspension", "incident", "concern_raised", "formal_complaint", "commitment"]),
        day=st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)),
        key=st.sampled_from(["m1", "m2", "m3", "m4"]),
        start=st.integers(0, 9),
        modality=st.sampled_from(["done", "recounted", "planned", "denied_happening"]),
        basis=st.sampled_from(["explicit", "relative", "email_date_fallback"]),
        precision=st.sampled_from(["day", "month", "week"]),
        side=st.sampled_from(["family", "school", "neutral"]),
    ),
    max_size=12,
)  # fmt: skip


@given(MENTIONS, st.randoms())
def test_events_do_not_depend_on_the_order_of_mentions(mentions: list[Mention], random) -> None:  # type: ignore[no-untyped-def]
    mixed = list(mentions)
    random.shuffle(mixed)

    assert build_events(mixed) == build_events(mentions)


@given(MENTIONS)
def test_every_mention_is_evidence_of_one_event(mentions: list[Mention]) -> None:
    events = build_events(mentions)

    told = [(e.category, row.span) for e in events for row in e.evidence]
    assert {(m.category, m.span) for m in mentions} == set(told)
    assert len({e.id for e in events}) == len(events)


def test_summary_of_a_finer_rule_is_finer(make_mention: Callable[..., Mention]) -> None:
    (event,) = build_events([make_mention("incident", rule="glucose")])

    assert event.summary == "The school said that the child's glucose was low."
