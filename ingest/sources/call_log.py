"""Call logs as tables (.csv, .tsv), from a phone company or an app. Read by `ingest.call_logs`."""

from __future__ import annotations

from pathlib import PurePath

from ingest.file_source import StreamSource, whole_file


def recognises(name: str, head: bytes) -> bool:
    """Accept by ending: which headings it must have is a matter of the configuration."""
    return PurePath(name).suffix.lower() in {".csv", ".tsv"}


SOURCE = StreamSource("call_log", "call logs (.csv)", recognises, whole_file("call_log"))
