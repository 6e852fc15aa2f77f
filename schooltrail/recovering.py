"""Finds evidence again that the database does not list: after a crash, or when the database was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.records import EvidenceKind
    from schooltrail.workspace import Workspace


def recover_unlisted(workspace: Workspace) -> int:
    """List every whole piece in the packs that no row points at. Returns how many.

    The bytes are enough to read it again; where it came from and when is lost with the database.
    """
    evidence = workspace.store.evidence
    pieces = evidence.unlisted()
    return evidence.adopt(pieces, kind_of) if pieces else 0


def kind_of(raw: bytes) -> EvidenceKind:
    """Say from its first bytes what a piece of evidence is; what is nothing else is mail."""
    head = raw[:4096]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"%PDF-", b"PK\x03\x04")):
        return "document"
    if start[:15].upper() == b"BEGIN:VCALENDAR":
        return "calendar"
    if start.startswith(b"<?xml") or b"started_at" in start.split(b"\n", 1)[0]:
        return "call_log"
    return "mail"
