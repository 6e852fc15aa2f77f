"""Reads call logs that are tables: any separator, encoding and date order, headings by name or mapping."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from ingest.call_values import (
    day_and_month,
    read_direction,
    read_length,
    read_moment,
    read_number,
)
from models.records import Call

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

SEPARATORS = (",", ";", "\t", "|")
TITLE_ROWS = 30
"""The headings stand within this many rows; phone companies put their own address first."""
HEADINGS = {
    "started_at": "startedat datetime dateandtime timestamp calldate calltime calldatetime starttime started",
    "date": "date day",
    "time": "time timeofday",
    "direction": "direction type calltype inout",
    "number": "number phonenumber phone callernumber contactnumber telephone numbercalled othernumber",
    "name": "name contact contactname callername caller cachedname",
    "duration_s": "durations duration durationsec durationseconds durationinseconds seconds length",
    "duration_min": "durationmin durationminutes minutes mins durationinminutes",
}
"""Our columns -> the headings they are known by, less case, spaces and signs."""


def read_table(
    raw: bytes, *, key: str, mapping: Mapping[str, str], zone: tzinfo
) -> tuple[list[Call], list[str]]:
    """Return the calls in the table and what could not be read. See `ingest.call_logs.read_calls`."""
    text, problems = _decode(raw)
    table, error = _parse(text, mapping)
    if error:
        problems.append(error)
    if table is None:
        return [], [*problems, _no_headings(text, mapping)]
    columns, rows = table
    day_first = _is_day_first(rows, columns)
    if day_first:
        problems.append("dates were read as day/month/year, since some could be nothing else")
    calls = []
    for row, cells in rows:
        values = {ours: cells[at].strip() if at < len(cells) else "" for ours, at in columns.items()}
        if not any(values.values()):
            continue
        call, problem = _read_row(values, key=key, row=row, day_first=day_first, zone=zone)
        if call:
            calls.append(call)
        if problem:
            problems.append(f"row {row}: {problem}")
    return calls, problems


def _read_row(
    values: Mapping[str, str], *, key: str, row: int, day_first: bool, zone: tzinfo
) -> tuple[Call | None, str]:
    when = values.get("started_at") or f"{values.get('date', '')} {values.get('time', '')}".strip()
    started_at = read_moment(when, day_first=day_first, zone=zone)
    if started_at is None:
        return None, f"'{when[:40]}' is not a day with a time of day"
    direction = read_direction(values["direction"])
    if direction is None:
        return None, f"'{values['direction'][:40]}' is no direction; known are in, out and missed"
    length = read_length(values.get("duration_s", ""))
    if not values.get("duration_s") and values.get("duration_min"):
        length = read_length(values["duration_min"], unit=60)
    number, problem = read_number(values["number"]), ""
    if re.fullmatch(r"[\d.]+E\+?\d+", number, re.IGNORECASE):
        problem = f"the number '{number[:40]}' was shortened by a spreadsheet; export the log again as text"
    elif length is None:
        problem = "its length cannot be read and counts as 0"
    return Call(key, row, started_at, direction, number, values.get("name", ""), length or 0), problem


def _decode(raw: bytes) -> tuple[str, list[str]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace"), []
    for encoding, zeros in (("utf-16-le", raw[1:200:2]), ("utf-16-be", raw[0:200:2])):
        if len(zeros) > 4 and zeros.count(0) > len(zeros) // 2:
            return raw.decode(encoding, "replace"), []
    problems = ["it holds zero bytes, which were passed over"] if b"\0" in raw else []
    raw = raw.replace(b"\0", b"")
    try:
        return raw.decode("utf-8-sig"), problems
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), problems


_Table = tuple[dict[str, int], list[tuple[int, list[str]]]]


def _parse(text: str, mapping: Mapping[str, str]) -> tuple[_Table | None, str]:
    """Return (columns, rows after the headings) by the first separator that shows the headings.

    Rows are numbered from 1 as a spreadsheet shows them. The second value says why reading
    stopped early, if it did.
    """
    for separator in SEPARATORS:
        rows, error = _rows(text, separator)
        for number, cells in enumerate(rows[:TITLE_ROWS], start=1):
            columns = _columns(cells, mapping)
            if columns:
                return (columns, list(enumerate(rows[number:], start=number + 1))), error
    return None, ""


def _rows(text: str, separator: str) -> tuple[list[list[str]], str]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True):
            rows.append(row)
    except csv.Error as error:
        return rows, f"broken after row {len(rows)} ({error}); the rest was not read"
    return rows, ""


def _columns(cells: list[str], mapping: Mapping[str, str]) -> dict[str, int] | None:
    """Return our column -> its place, or None if these cells are not the headings."""
    plain = [_plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for ours, known in HEADINGS.items():
        wanted = [mapping[ours]] if ours in mapping else [ours, *known.split()]
        there = [plain.index(_plain(name)) for name in wanted if _plain(name) in plain]
        if there:
            found[ours] = there[0]
    if "started_at" not in found and "date" in found and "time" not in found:
        found["started_at"] = found.pop("date")
    dated = "started_at" in found or {"date", "time"} <= found.keys()
    return found if dated and {"direction", "number"} <= found.keys() else None


def _plain(heading: str) -> str:
    return re.sub(r"[^\w]|_", "", heading.lower())


def _no_headings(text: str, mapping: Mapping[str, str]) -> str:
    if not text.strip():
        return "the file is empty"
    # Not the row itself: it may be a call, and this text is shown to whoever helps with the set-up.
    columns = len(re.split(r"[,;\t]", text.lstrip().splitlines()[0]))
    asked = f", nor those of the mapping ({', '.join(mapping.values())})" if mapping else ""
    return (
        "no row with headings for started_at, direction and number was found"
        f"{asked}; its first row has {columns} columns. Name its headings in config.toml"
    )


def _is_day_first(rows: list[tuple[int, list[str]]], columns: Mapping[str, int]) -> bool:
    """Say whether 9/4 is the ninth of April: some first number is over 12, and no second one is."""
    at = columns.get("started_at", columns.get("date", 0))
    pairs = [pair for _, cells in rows if at < len(cells) and (pair := day_and_month(cells[at]))]
    return any(first > 12 for first, _ in pairs) and not any(second > 12 for _, second in pairs)
