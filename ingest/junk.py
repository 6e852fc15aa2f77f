"""Knows the files that systems leave in folders and zips, which are nobody's evidence."""

from __future__ import annotations

SYSTEM_NAMES = frozenset(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin", "lost+found"}
)
BEGINNINGS = (".", "~$", "dovecot.index", "dovecot-uidlist", "dovecot-keywords")
ENDINGS = (".msf", ".panacea.dat")
"""What mail programs keep beside mail for themselves."""


def is_junk(name: str) -> bool:
    """Say whether a file or folder of this name is to be passed over without a word."""
    low = name.lower()
    return low in SYSTEM_NAMES or low.startswith(BEGINNINGS) or low.endswith(ENDINGS)
