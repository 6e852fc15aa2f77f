"""Compares what the plan says the family is told with the phone log and the mail of those days.

"When the child is removed from class, a parent is called the same day": each such event wants a call
from the school, or, where the plan allows any way, a message too. One call answers one event only.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from models.records import HAPPENED, Gap
from timeline.rulebook import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.records import Call, Event, Person, PlanRow
    from timeline.gaps import Grounds

KIND = "missed_parent_call"
RELIABLE_DIGITS = 10
"""Digits from the right that make a phone number the same, however it is written (North America)."""


def find(events: tuple[Event, ...], grounds: Grounds) -> Iterator[Gap]:
    """Yield one gap for each event of a [[plan]] row, met or not."""
    rows = [row for row in grounds.case.plan if row.when and row.expect == "parent_notified"]
    if not rows or not grounds.calls:
        return  # without a phone log a missing call says nothing
    calls = sorted((c for c in grounds.calls if _from_school(c, grounds)), key=_when)
    told = [e for e in events if e.category == "parent_notified" and e.modality in HAPPENED]
    used: set[tuple[str, int]] = set()
    for event in events:
        for row in rows:
            if event.date is None or not _applies(row, event) or event.date > grounds.today:
                continue
            yield _judge(row, event, event.date, calls=calls, told=told, used=used, grounds=grounds)
            break


def _judge(
    row: PlanRow,
    event: Event,
    opened: date,
    *,
    calls: list[Call],
    told: list[Event],
    used: set[tuple[str, int]],
    grounds: Grounds,
) -> Gap:
    due = grounds.calendar.due(opened, row.within)
    late_after = grounds.calendar.due(due, "10 calendar_days")
    free = [c for c in calls if (c.key, c.row) not in used and opened <= c.started_at.date() <= due]
    closed: date | None = None
    if free:
        used.add((free[0].key, free[0].row))
        closed = free[0].started_at.date()
    else:
        words = [e.date for e in told if e.date and opened <= e.date <= late_after and _counts(row, e)]
        closed = min(words, default=None)
    status = "missed" if closed is None else "met" if closed <= due else "late"
    if closed is None and grounds.today <= due:
        status = "open"
    return Gap(
        id="g" + hashlib.sha256(f"{KIND}|{event.id}|{row.source}".encode()).hexdigest()[:11],
        kind=KIND,
        category="parent_notified",
        trigger=event.id,
        opened=opened,
        due=due,
        closed=closed,
        status=status,  # type: ignore[arg-type]
        rule=_words(row, status),
        citation=row.source,
        evidence=tuple(dict.fromkeys(e.span for e in event.evidence)),
    )


def _applies(row: PlanRow, event: Event) -> bool:
    if event.category != row.when or event.modality not in HAPPENED or event.date is None:
        return False
    if (row.first and event.date < row.first) or (row.until and event.date > row.until):
        return False
    words = " ".join((event.summary, *(e.span.quote for e in event.evidence))).lower()
    return not row.about or any(re.search(rf"\b{re.escape(word.lower())}\b", words) for word in row.about)


def _counts(row: PlanRow, event: Event) -> bool:
    """Where the plan wants a call, only words of a call count ("thanks for calling", "left a voicemail")."""
    if row.by == "any":
        return True
    words = " ".join(e.span.quote for e in event.evidence).lower()
    return bool(
        re.search(
            r"\b(?:call|called|calling|phone|phoned|rang|rung|voicemail|talked|spoke|talk w|picking up)\b",
            words,
        )
    )


def _words(row: PlanRow, status: str) -> str:
    wanted = "call" if row.by == "call" else "call or message"
    if status == "met":
        return f"A {wanted} that day was found."
    if status == "late":
        return f"The {wanted} that was found came later than the plan says."
    return f"No {wanted} was found in your phone log or your mail."


def _from_school(call: Call, grounds: Grounds) -> bool:
    """Say whether a call came in from the school and was long enough for a person to speak."""
    rules = load_rules("gaps")[KIND]
    if call.direction != "in" or call.duration_s < rules["shortest_call_s"]:
        return False
    if _digits(call.number) in _school_numbers(grounds):
        return True
    # Nobody knows every number of a district: the name that the phone showed counts as well.
    shown = set(re.findall(r"[a-z]+", call.name.lower()))
    return bool(shown & {*rules["school_words"], *_school_names(grounds)})


def _school_people(grounds: Grounds) -> list[Person]:
    return [
        p
        for p in grounds.case.people
        if p.side == "school" or (not p.side and p.role in grounds.school_roles)
    ]


def _school_numbers(grounds: Grounds) -> frozenset[str]:
    numbers = [n for school in grounds.case.schools for n in school.phones]
    numbers += [n for person in _school_people(grounds) for n in person.phones]
    return frozenset(_digits(n) for n in numbers) - {""}


def _school_names(grounds: Grounds) -> frozenset[str]:
    """Surnames of the school's people, as a phone's contact list may show them."""
    words = (re.findall(r"[a-z]+", person.name.lower()) for person in _school_people(grounds))
    return frozenset(found[-1] for found in words if found)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-RELIABLE_DIGITS:]


def _when(call: Call) -> tuple[object, ...]:
    return (call.started_at, call.key, call.row)


DETECTOR = find
