"""What is different on Gmail: labels look like folders, so one message would be met once per label.

Source: developers.google.com, "IMAP extensions": X-GM-MSGID, X-GM-THRID, X-GM-LABELS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.folders import Folder

CAPABILITY = "X-GM-EXT-1"
ITEMS = b" X-GM-MSGID X-GM-THRID X-GM-LABELS"

_OUTSIDE_ALL_MAIL = {"\\junk", "\\trash"}
_VIEWS = {"\\flagged", "\\important"}


def choose_gmail(folders: tuple[Folder, ...], named: tuple[Folder, ...]) -> tuple[Folder, ...]:
    """Return "All Mail" by its flag, since its name is translated, and Spam and Trash only if named.

    Whoever names a label such as INBOX wants no more than what is named, and gets just that. If the
    user hid "All Mail" from IMAP, every label is taken.
    """
    everything = tuple(folder for folder in folders if "\\all" in folder.flags)
    outside = tuple(folder for folder in named if folder.flags & _OUTSIDE_ALL_MAIL)
    if set(named) - set(everything) - set(outside):
        return named
    if everything:
        return everything + outside
    if named:
        return named
    return tuple(folder for folder in folders if not folder.flags & (_VIEWS | _OUTSIDE_ALL_MAIL))
