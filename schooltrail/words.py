"""Dates and codes in words that a tired parent can read. US English."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from models.records import Event

KIND_NAMES = {
    "protected_activity": "You asked or spoke up",
    "adverse_action": "Possible adverse event",
    "school_event": "What happened",
}
GAP_NAMES = {
    "missed_parent_call": "call home not found",
    "unanswered_message": "no reply found",
}
GAP_STATES = {"late": "found, but late", "open": "may still come"}
"""What is added to a gap's name; one that was missed needs no more words."""
MODALITY_NAMES = {
    "planned": "planned, not shown as done",
    "offered": "offered",
    "threatened": "said it might happen",
    "conditional": "only under a condition",
    "requested": "asked for",
    "denied_happening": "said not to have happened",
    "hypothetical": "spoken of as a possibility",
    "policy": "a general rule",
    "question": "a question",
}


def day_in_words(day: date) -> str:
    """Return e.g. "Mar 4, 2025"."""
    return f"{day:%b} {day.day}, {day.year}"


def event_date(event: Event) -> str:
    """Return an event's date as precisely as it is known, and no more."""
    if event.date is None:
        return "date not known"
    if event.precision == "year":
        return str(event.date.year)
    if event.precision == "month":
        return f"{event.date:%b} {event.date.year}"
    if event.date_end and event.date_end != event.date:
        return f"{day_in_words(event.date)} to {day_in_words(event.date_end)}"
    words = day_in_words(event.date)
    return f"week of {words}" if event.precision == "week" else words


def local_moment(moment: datetime, timezone: str) -> datetime:
    """Return a moment on the family's clock."""
    return moment.astimezone(ZoneInfo(timezone))


def local_day(moment: datetime, timezone: str) -> str:
    """Return the day of a moment as the family's clock had it."""
    return day_in_words(local_moment(moment, timezone).date())


def kind_in_words(event: Event) -> str:
    """Return what kind of event this is, with a word of care where it is not shown as done."""
    note = MODALITY_NAMES.get(event.modality)
    return KIND_NAMES[event.kind] + (f" ({note})" if note else "")


def date_note(event: Event) -> str:
    """Return a word of care where the words give no date and the message's own day stands in."""
    return "day of the message" if event.date and event.date_basis == "email_date_fallback" else ""


def category_in_words(category: str) -> str:
    """Return a category code as words: "meeting_request" -> "meeting request"."""
    return category.replace("_", " ").replace("cps", "CPS").replace("iep", "IEP").replace("iee", "IEE")


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 gap", "2 gaps"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was, roughly: "3 hours ago"."""
    gap = max(now - then, timedelta(0))
    for size, name in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        if gap >= size:
            n = int(gap / size)
            return f"{n} {name}{'' if n == 1 else 's'} ago"
    return "just now"
