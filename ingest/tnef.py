"""Opens winmail.dat, the envelope that Outlook puts around mail for other Outlooks."""

from __future__ import annotations

import importlib
import struct
from dataclasses import dataclass

MAX_OBJECTS = 3_000
OBJECT_FRAME = 11
FIRST_OBJECT = 6


@dataclass(frozen=True, slots=True)
class Opened:
    """What the envelope held; `note` says why nothing, if so."""

    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    note: str = ""


def open_tnef(data: bytes) -> Opened:
    """Open the envelope. Never raises.

    Needs the extra 'outlook'; without it the note says how to get it.
    """
    try:
        tnefparse = importlib.import_module("tnefparse")
    except ImportError:
        return Opened(note="no text: winmail.dat needs the extra 'outlook' (README: Outlook files)")
    if not _has_few_objects(data):
        return Opened(note="no text: the Outlook envelope is broken")
    try:
        envelope = tnefparse.TNEF(data, do_checksum=False)
        files = tuple((_file_name(file), bytes(file.data)) for file in envelope.attachments)
        return Opened(_text(envelope.body), _text(envelope.htmlbody), files)
    except Exception:  # the package reads numbers without checks and raises whatever comes of it
        return Opened(note="no text: the Outlook envelope is broken")


def _has_few_objects(data: bytes) -> bool:
    """Walk the lengths only: the package copies the rest of the file for every object."""
    at, objects = FIRST_OBJECT, 0
    while at + OBJECT_FRAME < len(data) and objects <= MAX_OBJECTS:
        at += struct.unpack_from("<I", data, at + 5)[0] + OBJECT_FRAME
        objects += 1
    return objects <= MAX_OBJECTS


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\x00")
    return str(value).rstrip("\x00") if value else ""


def _file_name(file: object) -> str:
    try:
        return _text(file.long_filename())  # type: ignore[attr-defined]
    except (UnicodeError, AttributeError, IndexError):
        return ""
