"""Runs every gap detector over the events. What they find invites a look and proves nothing."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import timeline.detectors
from models.roles import ROLE_SIDES
from timeline.calendars import SchoolCalendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from models.records import CalendarDay, Call, Case, Event, Gap
    from timeline.exchange import Exchange

    Detector = Callable[[tuple[Event, ...], "Grounds"], Iterator[Gap]]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What detectors may look at besides the events."""

    case: Case
    calendar: SchoolCalendar
    calls: tuple[Call, ...]
    exchanges: tuple[Exchange, ...]
    today: date
    school_roles: frozenset[str]

    def is_school(self, address: str) -> bool:
        """Say whether an address is a school's, by the people and domains of the case."""
        for person in self.case.people:
            if address in person.addresses:
                return (person.side or ROLE_SIDES.get(person.role, "")) == "school"
        domain = address.rpartition("@")[2]
        return any(
            domain == d or domain.endswith("." + d) for school in self.case.schools for d in school.domains
        )


def find_gaps(
    events: Sequence[Event],
    *,
    calls: Iterable[Call],
    case: Case,
    calendar: Iterable[CalendarDay],
    messages_meta: Iterable[Exchange] = (),
    today: date,
) -> tuple[Gap, ...]:
    """Return every gap, met ones too, by opening day, kind and id.

    Args:
        events: As `timeline.events.build_events` gives them, in any order.
        calls: The phone log. Without one, no call is said to be missing.
        case: For the plan, phones and domains.
        calendar: Days without school.
        messages_meta: Envelopes from `timeline.exchange.exchange_of`. Without them, no message is
            said to be unanswered.
        today: What is due later is open, not missed.
    """
    grounds = Grounds(
        case=case,
        calendar=SchoolCalendar(calendar, case.terms),
        calls=tuple(calls),
        exchanges=tuple(sorted(messages_meta, key=lambda x: x.key)),
        today=today,
        school_roles=frozenset(role for role, side in ROLE_SIDES.items() if side == "school"),
    )
    ordered = tuple(sorted(events, key=lambda e: (e.date is None, e.date, e.category, e.id)))
    gaps = [gap for detect in detectors().values() for gap in detect(ordered, grounds)]
    return tuple(sorted(gaps, key=lambda g: (g.opened, g.kind, g.id)))


@cache
def detectors() -> dict[str, Detector]:
    """Return DETECTOR of every module in timeline/detectors, by the module's name."""
    names = sorted(module.name for module in pkgutil.iter_modules(timeline.detectors.__path__))
    return {name: importlib.import_module(f"timeline.detectors.{name}").DETECTOR for name in names}
