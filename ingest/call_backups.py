"""Reads the calls in a backup of the Android app SMS Backup & Restore.

The file is one XML document and may come from anybody, so it is read as a hostile one: as a
stream, without a tree, and a document type (where entities could be defined that swell to
gigabytes) is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from ingest.call_values import read_epoch
from models.records import Call, Direction

if TYPE_CHECKING:
    from datetime import tzinfo

TYPES: dict[str, Direction] = {
    "1": "in",
    "2": "out",
    "3": "missed",
    "4": "missed",
    "5": "missed",
    "6": "missed",
}
"""Android's CallLog: incoming, outgoing, missed, voicemail, rejected, blocked."""
HIDDEN = {"2": "Private number", "3": "Unknown number", "4": "Payphone"}

# The app writes a character outside the basic plane (most emoji) as two references to halves
# of it, and control characters as references: both are forbidden in XML.
_HALVES = re.compile(rb"&#(5[56]\d{3});&#(5[67]\d{3});")
_FORBIDDEN = re.compile(
    rb"&#(?:5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3])|[0-8]|1[124-9]|2\d|3[01]);"
)


class _DocumentType(Exception):
    """The file defines a document type."""


class _Backup:
    """Collects calls from the events of a parser."""

    def __init__(self, key: str, zone: tzinfo) -> None:
        self.key = key
        self.zone = zone
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.rows = 0
        self.texts = 0
        self.promised: int | None = None
        self.root = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if name == "calls" and attributes.get("count", "").isdecimal():
            self.promised = int(attributes["count"])
        elif name in {"sms", "mms"}:
            self.texts += 1
        elif name == "call":
            self.rows += 1
            self._call(attributes)

    def _call(self, attributes: dict[str, str]) -> None:
        date, kind = attributes.get("date", ""), attributes.get("type", "")
        started_at = read_epoch(int(date), self.zone) if re.fullmatch(r"\d{1,15}", date) else None
        direction = TYPES.get(kind)
        if started_at is None:
            self.problems.append(f"call {self.rows}: its date '{date[:40]}' cannot be read")
        elif direction is None:
            self.problems.append(f"call {self.rows}: its type '{kind[:40]}' is not known")
        else:
            hidden = HIDDEN.get(attributes.get("presentation", ""), "")
            name = attributes.get("contact_name", "")
            self.calls.append(
                Call(
                    key=self.key,
                    row=self.rows,
                    started_at=started_at,
                    direction=direction,
                    number="" if hidden else attributes.get("number", "").strip(),
                    name=hidden if name in {"", "(Unknown)", "null"} else name,
                    duration_s=_seconds(attributes.get("duration", "")),
                )
            )


def read_backup(raw: bytes, *, key: str, zone: tzinfo) -> tuple[list[Call], list[str]]:
    """Return the calls and what was not read. See `ingest.call_logs.read_calls`."""
    backup = _Backup(key, zone)
    parser = expat.ParserCreate()
    parser.StartElementHandler = backup.start
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(_mended(raw), True)
    except _DocumentType:
        return [], ["it defines a document type, which such a backup never does; it was not read"]
    except (expat.ExpatError, LookupError, ValueError) as error:
        backup.problems.append(f"it is damaged ({error}); what stands before that was read")
    if backup.root not in {"calls", "smses"}:
        backup.problems.append("it is not a backup of calls or texts (SMS Backup & Restore)")
    if backup.promised is not None and backup.promised != backup.rows:
        backup.problems.append(f"it says that it holds {backup.promised} calls, but {backup.rows} are there")
    if backup.texts:
        backup.problems.append(
            f"{backup.texts} texts are kept in it as evidence but were not read, only calls are"
        )
    return backup.calls, backup.problems


def _refuse(*_: object) -> None:
    raise _DocumentType


def _mended(raw: bytes) -> bytes:
    if b"&#" not in raw:
        return raw
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}".encode(), _HALVES.sub(_whole, raw))


def _whole(match: re.Match[bytes]) -> bytes:
    high, low = int(match[1]), int(match[2])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    return b"&#%d;" % (0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


def _seconds(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0
