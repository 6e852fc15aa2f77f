"""District calendars (.ics). Read by `ingest.calendars`."""

from __future__ import annotations

from pathlib import PurePath

from ingest.file_source import StreamSource, whole_file


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending, or by a calendar's first line."""
    suffix = PurePath(name).suffix.lower()
    return (
        suffix in {".ics", ".ical"} or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR"
    )


SOURCE = StreamSource("calendar", "calendars (.ics)", recognises, whole_file("calendar"))
