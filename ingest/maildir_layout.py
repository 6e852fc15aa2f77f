"""Reads what the names in a Maildir say: the folder a message is in, and its flags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ingest.file_source import safe_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Provenance

HOLDS_MAIL = ("cur", "new")
FLAGS = {
    "D": r"\Draft",
    "F": r"\Flagged",
    "P": "$Forwarded",
    "R": r"\Answered",
    "S": r"\Seen",
    "T": r"\Deleted",
}


def is_maildir(path: Path) -> bool:
    """Say whether a folder is a Maildir: it holds `cur` and `new`."""
    return all((path / name).is_dir() for name in HOLDS_MAIL)


def in_maildir(provenance: Provenance, parts: Sequence[str]) -> Provenance:
    """Add mail folder and flags to the provenance of the message at `parts`.

    Args:
        provenance: Of the message's file.
        parts: Names from the Maildir down to the file, such as (".Sent.2024", "cur", "1.M2.host:2,S").
    """
    *folders, state, name = parts
    if state not in HOLDS_MAIL:
        return provenance
    return replace(
        provenance, source_kind="maildir", folder=safe_name(folder_name(folders)), flags=maildir_flags(name)
    )


def folder_name(folders: Sequence[str]) -> str:
    """Return the mail folder that these directories stand for, levels parted by a slash.

    Maildir++ writes the folder Sent/2024 as the directory ".Sent.2024"; others nest directories.
    """
    levels = [
        level for name in folders for level in (name[1:].split(".") if name.startswith(".") else [name])
    ]
    return "/".join(level for level in levels if level)


def maildir_flags(name: str) -> tuple[str, ...]:
    """Return the flags at the end of a file's name, after ":2," (";2," and "!2," on Windows)."""
    for mark in (":2,", ";2,", "!2,"):
        _, found, letters = PurePath(name).name.rpartition(mark)
        if found:
            return tuple(FLAGS[letter] for letter in sorted(set(letters)) if letter in FLAGS)
    return ()
