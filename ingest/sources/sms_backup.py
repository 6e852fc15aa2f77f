"""Backups of the Android app SMS Backup & Restore (.xml): calls, and texts that are only counted."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.file_source import StreamSource, whole_file

_ROOT = re.compile(rb"<(calls|smses)[\s>/]")


def recognises(name: str, head: bytes) -> bool:
    """Accept an .xml file whose outer element is `calls` or `smses`, in UTF-8 or UTF-16."""
    return PurePath(name).suffix.lower() == ".xml" and _ROOT.search(head.replace(b"\0", b"")) is not None


SOURCE = StreamSource(
    "sms_backup", "Android call backups (SMS Backup & Restore .xml)", recognises, whole_file("call_log")
)
