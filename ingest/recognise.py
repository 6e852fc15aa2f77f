"""Recognises mail that is held already, so that a renumbered or renamed folder is not downloaded again.

Size, Message-ID and INTERNALDATE must all agree, and lead to one piece of evidence. A message
without a Message-ID, or one that leads to two, is fetched: its hash then settles it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from models.records import KnownCopy

HEADER_BYTES = 256 * 1024
"""A header that is longer is searched no further."""

_VALUE = re.compile(rb"[ \t]*:[ \t]*(?:\r?\n[ \t]+)*(\S[^\r\n]*)")

Mark = tuple[int, str, "datetime"]


class Recogniser:
    """Finds the evidence that a listed message must be, among copies seen before."""

    def __init__(self, copies: Iterable[KnownCopy]) -> None:
        self._keys: dict[Mark, str] = {}
        for copy in copies:
            if copy.message_id and copy.internal_date:
                mark = (copy.size, copy.message_id, copy.internal_date)
                same = self._keys.setdefault(mark, copy.key) == copy.key
                if not same:
                    self._keys[mark] = ""

    def __bool__(self) -> bool:
        return bool(self._keys)

    def key(self, size: int, message_id: str, internal_date: datetime | None) -> str:
        """Return the evidence's key, empty if it is not held or not sure."""
        if not message_id or internal_date is None:
            return ""
        return self._keys.get((size, message_id, internal_date), "")


def message_id_of(raw: bytes) -> str:
    """Return the first Message-ID in a message's header without `<>`, empty if there is none."""
    if raw[:1] in b"\r\n":  # no header at all
        return ""
    end = raw.find(b"\r\n\r\n", 0, HEADER_BYTES)
    if end < 0:  # some senders end lines with a bare line feed
        end = raw.find(b"\n\n", 0, HEADER_BYTES)
    head = b"\n" + raw[: end if end >= 0 else HEADER_BYTES]
    small = head.lower()  # ten times as fast as a search that ignores case
    at = small.find(b"\nmessage-id")
    while at >= 0:
        if match := _VALUE.match(head, at + len(b"\nmessage-id")):
            return _without_brackets(match[1])
        at = small.find(b"\nmessage-id", at + 1)
    return ""


def _without_brackets(text: bytes) -> str:
    text = text.strip()
    if text[:1] == b"<":
        text = text[1:].partition(b">")[0]
    return text.strip().decode("utf-8", "replace").replace("\0", "")
