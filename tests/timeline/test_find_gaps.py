"""What was expected and not found."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records import Call, Case, Person, PlanRow, School
from timeline.exchange import Exchange
from timeline.gaps import detectors, find_gaps

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from models.records import Event, Gap

TODAY = date(2024, 6, 1)
PLAN = PlanRow("IEP p. 9", when="incident", about=("low", "glucose"), expect="parent_notified", by="call")
CASE = Case(
    people=(Person("Dana Rivera", ("dana@example.org",), ("7175550101",), "parent"),
            Person("Joan Abel", ("jabel@maple.example.us",), (), "nurse")),
    schools=(School("Maple", ("maple.example.us",), ("+1 (717) 555-0199",)),),
    plan=(PLAN,),
)  # fmt: skip


def _call(
    at: str,
    *,
    number: str = "717-555-0199",
    name: str = "",
    seconds: int = 90,
    direction: str = "in",
    row: int = 1,
) -> Call:
    return Call("log", row, datetime.fromisoformat(at), direction, number, name, seconds)  # type: ignore[arg-type]


def _gaps(events: list[Event], calls: list[Call], *, case: Case = CASE, today: date = TODAY) -> list[Gap]:
    return list(find_gaps(events, calls=calls, case=case, calendar=[], today=today))


OTHER_DAY = _call("2024-01-02T09:00:00")


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (_call("2024-03-04T12:30:00"), "met"),
        (_call("2024-03-04T12:30:00", number="+17175550199"), "met"),  # the same number, written otherwise
        (_call("2024-03-04T12:30:00", number="555-0177", name="School clinic"), "met"),  # by the name shown
        (_call("2024-03-04T12:30:00", number="555-0177", name="Nurse Abel"), "met"),
        (_call("2024-03-04T12:30:00", number="555-0177", name="Pharmacy"), "missed"),
        (_call("2024-03-04T12:30:00", direction="out"), "missed"),  # the family called, not the school
        (_call("2024-03-04T12:30:00", direction="missed"), "missed"),
        (_call("2024-03-04T12:30:00", seconds=28), "missed"),  # as long as an announcement
        (_call("2024-03-05T12:30:00"), "missed"),  # a call of the next day answers that day
    ],
)
def test_missed_call_looks_at_the_calls_of_the_day(
    make_event: Callable[..., Event], call: Call, status: str
) -> None:
    (gap,) = _gaps([make_event(quote="he had a low")], [OTHER_DAY, call])

    assert (gap.kind, gap.status, gap.opened) == ("missed_parent_call", status, date(2024, 3, 4))


def test_one_call_answers_one_event(make_event: Callable[..., Event]) -> None:
    gaps = _gaps([make_event(key="m1"), make_event(key="m2")], [_call("2024-03-04T12:30:00")])

    assert sorted(gap.status for gap in gaps) == ["met", "missed"]


def test_thanks_for_calling_answer_where_the_log_is_silent(make_event: Callable[..., Event]) -> None:
    thanks = make_event("parent_notified", key="m2", quote="Thanks for calling")

    (gap,) = _gaps([make_event(), thanks], [OTHER_DAY])

    assert gap.status == "met"


def test_message_is_no_call(make_event: Callable[..., Event]) -> None:
    note = make_event("parent_notified", key="m2", quote="This is to let you know")

    (gap,) = _gaps([make_event(), note], [OTHER_DAY])

    assert gap.status == "missed"


def test_late_word_is_late(make_event: Callable[..., Event]) -> None:
    late = make_event("parent_notified", "2024-03-07", key="m2", quote="we called you")

    (gap,) = _gaps([make_event(), late], [OTHER_DAY])

    assert (gap.status, gap.closed) == ("late", date(2024, 3, 7))


@pytest.mark.parametrize(
    "event",
    [
        {"quote": "he fell at recess"},  # not what the plan speaks of
        {"modality": "planned"},
        {"modality": "denied_happening"},
        {"day": None},
        {"category": "absence", "quote": "low"},
    ],
)
def test_plan_row_leaves_other_events(make_event: Callable[..., Event], event: dict) -> None:
    assert _gaps([make_event(**event)], [OTHER_DAY]) == []


def test_plan_row_holds_from_its_first_day_to_its_last(make_event: Callable[..., Event]) -> None:
    row = PlanRow(
        "p. 9", when="incident", expect="parent_notified", first=date(2024, 3, 5), until=date(2024, 3, 6)
    )
    events = [make_event(day=f"2024-03-0{day}") for day in (4, 5, 6, 7)]

    gaps = _gaps(events, [OTHER_DAY], case=Case(plan=(row,)))

    assert [gap.opened.day for gap in gaps] == [5, 6]


def test_without_a_phone_log_no_call_is_missing(make_event: Callable[..., Event]) -> None:
    assert _gaps([make_event()], []) == []


def test_what_is_not_yet_due_is_open(make_event: Callable[..., Event]) -> None:
    (gap,) = _gaps([make_event()], [OTHER_DAY], today=date(2024, 3, 4))

    assert gap.status == "open"


def test_gap_says_what_was_seen_and_cites_the_plan(make_event: Callable[..., Event]) -> None:
    (gap,) = _gaps([make_event()], [OTHER_DAY])

    assert gap.rule == "No call was found in your phone log or your mail."
    assert gap.citation == "IEP p. 9"
    assert gap.evidence[0].quote == "he had a low"


def _exchange(key: str, day: str, sender: str, to: str, **changes: object) -> Exchange:
    side = "family" if "example.org" in sender else "school"
    values: dict[str, object] = {
        "key": key, "day": date.fromisoformat(day), "sender": sender, "side": side, "people": frozenset((to,)),
        "message_id": key, "refers_to": frozenset(), "automatic": False,
    }  # fmt: skip
    return Exchange(**(values | changes))  # type: ignore[arg-type]


DANA, MOSS, OTHER = "dana@example.org", "pmoss@maple.example.us", "other@maple.example.us"
ASKED = _exchange("m1", "2024-03-04", DANA, MOSS)


@pytest.mark.parametrize(
    ("answer", "statuses"),
    [
        (None, ["missed"]),
        (_exchange("m2", "2024-03-08", MOSS, DANA), []),
        (_exchange("m2", "2024-03-18", MOSS, DANA), []),  # the tenth school day
        (_exchange("m2", "2024-03-19", MOSS, DANA), ["late"]),
        (_exchange("m2", "2024-03-08", OTHER, DANA), ["missed"]),  # somebody who was not asked
        (_exchange("m2", "2024-03-08", OTHER, DANA, refers_to=frozenset(("m1",))), []),  # but in the thread
        (_exchange("m2", "2024-03-08", MOSS, DANA, automatic=True), ["missed"]),  # "I am out until Monday"
        (_exchange("m2", "2024-03-01", MOSS, DANA), ["missed"]),  # before the question
    ],
)
def test_unanswered_message_wants_a_word_of_the_school(
    make_event: Callable[..., Event], answer: Exchange | None, statuses: list[str]
) -> None:
    ask = make_event("meeting_request", asserted_by="family", quote="Can we meet?")

    gaps = find_gaps(
        [ask],
        calls=[],
        case=CASE,
        calendar=[],
        messages_meta=[ASKED, *([answer] if answer else [])],
        today=TODAY,
    )

    assert [gap.status for gap in gaps] == statuses


def test_unanswered_message_counts_once_for_two_questions(make_event: Callable[..., Event]) -> None:
    asks = [make_event(category, asserted_by="family") for category in ("meeting_request", "concern_raised")]

    gaps = find_gaps(asks, calls=[], case=CASE, calendar=[], messages_meta=[ASKED], today=TODAY)

    assert len(gaps) == 1


def test_message_to_nobody_at_school_wants_no_answer(make_event: Callable[..., Event]) -> None:
    asked = _exchange("m1", "2024-03-04", DANA, "aunt@example.net")
    ask = make_event("concern_raised", asserted_by="family")

    assert find_gaps([ask], calls=[], case=CASE, calendar=[], messages_meta=[asked], today=TODAY) == ()


@given(
    days=st.lists(st.dates(date(2024, 1, 1), date(2024, 5, 31)), max_size=8),
    times=st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2024, 5, 31)), min_size=1, max_size=8),
    random=st.randoms(),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the fixture only hands out a function
def test_gaps_are_never_negative_and_do_not_depend_on_order(
    make_event: Callable[..., Event], days: list[date], times: list[datetime], random: Random
) -> None:
    events = [make_event(day=day.isoformat(), key=f"m{n}") for n, day in enumerate(days)]
    calls = [_call(at.isoformat(), row=n) for n, at in enumerate(times)]

    gaps = _gaps(events, calls)

    assert gaps == _gaps(random.sample(events, len(events)), calls)
    assert all(gap.due is None or gap.due >= gap.opened for gap in gaps)
    assert all(gap.closed is None or gap.closed >= gap.opened for gap in gaps)
    assert sum(gap.status == "met" for gap in gaps) <= len(calls)


def test_detectors_are_found_by_their_files() -> None:
    assert set(detectors()) >= {"missed_parent_call", "unanswered_message"}
