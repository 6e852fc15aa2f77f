"""Puts calendar files into words: what, when, where, who, so that they can be read and cited."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from icalendar import Calendar

FIELDS = (("SUMMARY", "Summary"), ("LOCATION", "Where"), ("ORGANIZER", "Organizer"), ("STATUS", "Status"))
MAX_EVENTS = 1_000
METHOD = re.compile(r"^METHOD:(\w{1,20})", re.MULTILINE)


def invitation_text(text: str) -> tuple[str, str]:
    """Return (text, note) of an iCalendar file: a few labelled lines an event."""
    try:
        calendar = Calendar.from_ical(text)
        events = [part for part in calendar.walk() if part.name in {"VEVENT", "VTODO"}]
    except Exception:  # the package raises ValueError, KeyError and others on broken files
        return text, "the calendar file is broken: shown as it came"
    method = METHOD.search(text)
    head = [f"Method: {method[1].lower()}"] if method else []
    blocks = ["\n".join([*head, *_event(event)]) for event in events[:MAX_EVENTS]]
    note = (
        "" if len(events) <= MAX_EVENTS else f"only the first {MAX_EVENTS} of {len(events)} events were read"
    )
    return "\n\n".join(blocks), note if blocks else "no text: the calendar file holds no events"


def _event(event: Any) -> list[str]:
    lines = [f"{label}: {_words(event[field])}" for field, label in FIELDS if event.get(field)]
    when = [_moment(event, field) for field in ("DTSTART", "DTEND", "DUE")]
    if any(when):
        lines.insert(1 if lines else 0, "When: " + " to ".join(moment for moment in when if moment))
    attendees = event.get("ATTENDEE") or []
    for attendee in (attendees if isinstance(attendees, list) else [attendees])[:200]:
        lines.append(f"Attendee: {_words(attendee)}")
    if event.get("DESCRIPTION"):
        lines.append(f"Description: {event['DESCRIPTION']}")
    return lines


def _words(value: Any) -> str:
    address = str(value)
    name = str(getattr(value, "params", {}).get("CN", ""))
    if address.lower().startswith("mailto:"):
        address = address[7:]
        return f"{name} <{address}>" if name and name != address else address
    return " ".join(address.split())


def _moment(event: Any, field: str) -> str:
    value = getattr(event.get(field), "dt", None)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M") + (f" {value.tzname()}" if value.tzinfo else "")
    return value.isoformat() if value is not None and hasattr(value, "isoformat") else ""
