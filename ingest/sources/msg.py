"""Outlook's single messages (.msg). The file as it is is the evidence; `ingest.outlook` reads it."""

from __future__ import annotations

from pathlib import PurePath

from ingest.file_source import StreamSource, whole_file
from ingest.outlook import OLE_MAGIC


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending and first bytes: old Word files begin alike, and translations end alike."""
    return PurePath(name).suffix.lower() == ".msg" and head.startswith(OLE_MAGIC)


SOURCE = StreamSource("msg", "Outlook messages (.msg)", recognises, whole_file("mail"))
