"""Reads call logs: bytes in, calls and a list of what could not be read out.

Two kinds are known: tables of any phone company (ingest.call_tables) and the backups of an
Android app (ingest.call_backups). Which one it is shows in the first character.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.call_backups import read_backup
from ingest.call_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.records import Call

MOST_PROBLEMS = 50
"""More than this are counted, not listed."""


@dataclass(frozen=True, slots=True)
class CallLog:
    """The calls in the order of the file, and a sentence for each thing that could not be read."""

    calls: tuple[Call, ...]
    problems: tuple[str, ...] = ()


def read_calls(
    raw: bytes,
    *,
    key: str,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "America/New_York",
) -> CallLog:
    """Read a call log. Never raises for what stands in it.

    Args:
        raw: A table (.csv) or a backup (.xml).
        key: The evidence key of `raw`, for the calls to point back at.
        mapping: Our column names -> the table's headings, for tables with headings of their own.
            Ours are started_at (or date and time), direction, number, name, duration_s (or
            duration_min).
        timezone: IANA name. Times with an offset, and counts of seconds, are turned into this
            local time; others stand as they are.
    """
    zone = ZoneInfo(timezone)
    if raw.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":
        calls, problems = read_backup(raw, key=key, zone=zone)
    else:
        calls, problems = read_table(raw, key=key, mapping=mapping or {}, zone=zone)
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems = [*problems[:MOST_PROBLEMS], f"{more} more problems like these"]
    return CallLog(tuple(calls), tuple(problems))
