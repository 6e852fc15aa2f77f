"""Reads address headers as people's programs write them, in one pass and linear time.

mail-parser's own reader is stricter: it leaves out what is ambiguous, and takes 60 µs a header.
Here every item is kept, as a name, an address or both; see docs/adr/0002-reading-mail.md.
"""

from __future__ import annotations

import re
from itertools import islice

from ingest.encoded_words import decode_words
from models.records import Address

ORDINARY = re.compile(
    r"""\s?(?:(?:"([^"\\<>]*)"|([^"<>(),;:@\\\[\]']*))\s?<([^<>\s,;:"]+@[^<>\s,;:"]+)>"""
    r"""|([^<>\s,;:"'()=\[\]]+@[^<>\s,;:"'()\[\]]+))\s?(?:,\s?|$)"""
)
"""A name and an address, or an address alone, with nothing in it that needs a second look."""

TOKEN = re.compile(
    r'(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)|"(?P<quoted>[^"]*)"|<(?P<angle>[^<>]*)>|\((?P<comment>[^()]*)\)'
    r"|(?P<mark>[,;:])|(?P<plain>[^\",;:<>()=]+)|(?P<other>.)",
    re.DOTALL,
)
ESCAPED_QUOTE, ESCAPED_BACKSLASH = "\ue000", "\ue001"
"""Stand-ins while tokens are cut, so that quotes pair up without looking back."""

MAX_CHARACTERS = 4_000_000
MAX_TOKENS = 500_000
"""About 60,000 recipients; hostile headers would otherwise take seconds."""


def read_addresses(value: str) -> tuple[Address, ...]:
    """Read a decoded-octets header value: list, groups, comments, "Last, First" names.

    Args:
        value: The header's value, unfolded or not; encoded words still encoded.

    Returns:
        Addresses in order, lower case; without the names of groups.

    Example:
        >>> read_addresses('Rivera, Dana <Dana@Example.org>')
        (Address(name='Rivera, Dana', address='dana@example.org'),)
    """
    value = value[:MAX_CHARACTERS]
    found = _ordinary(value)
    return found if found is not None else tuple(_Reader().read(value))


def _ordinary(value: str) -> tuple[Address, ...] | None:
    """Read a value that is a list of ordinary items and nothing else; None for anything else."""
    if "=?" in value:
        return None
    value = value.replace("\r", "").replace("\n", "").strip()
    found, at = [], 0
    while at < len(value):
        match = ORDINARY.match(value, at)
        if match is None:
            return None
        quoted, name, address, bare = match.groups()
        found.append(_address("", bare) if bare else _address((quoted or name or "").strip(), address))
        at = match.end()
    return tuple(found)


def _address(name: str, address: str) -> Address:
    address = address.lower()
    name = name.strip("'\" \t") if name[:1] in "'\"" else name
    return Address("" if name.lower() == address else name, address)


class _Reader:
    """Gathers the pieces of one item until a comma, a semicolon or the end closes it."""

    def __init__(self) -> None:
        self._found: list[Address] = []
        self._pieces: list[str] = []
        self._angles: list[str] = []
        self._comment = ""
        self._last_name = ""

    def read(self, value: str) -> list[Address]:
        """Read a whole header value."""
        value = value.replace("\\\\", ESCAPED_BACKSLASH).replace('\\"', ESCAPED_QUOTE)
        for match in islice(TOKEN.finditer(value), MAX_TOKENS):
            self._take(match)
        self._close("")
        self._settle_last_name()
        return self._found

    def _take(self, match: re.Match[str]) -> None:
        kind, piece = match.lastgroup, match[match.lastgroup or 0]
        if kind == "mark":
            self._mark(piece)
        elif kind == "angle":
            self._angles.append(piece)
        elif kind == "comment":
            self._comment = piece
        elif kind == "quoted":
            self._pieces.append(f'"{piece}"' if match.string.startswith("@", match.end()) else piece)
        elif kind != "other" or piece not in '"()<>':
            self._pieces.append(piece)

    def _mark(self, mark: str) -> None:
        if mark == ":" and not self._angles and "@" not in "".join(self._pieces):
            if "".join(self._pieces).strip().lower().endswith(("mailto", "smtp")):
                self._pieces = []
                return
            self._pieces, self._comment = [], ""  # the name of a group
            self._settle_last_name()
        elif mark == ":":
            self._pieces.append(mark)
        else:
            self._close(mark)

    def _close(self, mark: str) -> None:
        name = _tidy("".join(self._pieces))
        angles, comment = self._angles, _tidy(self._comment)
        self._pieces, self._angles, self._comment = [], [], ""
        if angles:
            self._with_angles(name or comment, angles)
        elif "@" in name:
            self._settle_last_name()
            self._bare(name, comment)
        elif name:
            self._settle_last_name()
            self._last_name = name
        if mark != ",":
            self._settle_last_name()

    def _with_angles(self, name: str, angles: list[str]) -> None:
        if self._last_name:
            name = f"{self._last_name}, {name}" if name else self._last_name
            self._last_name = ""
        for position, angle in enumerate(angles):
            address = _tidy_address(angle)
            if address or name:
                self._found.append(_address(name if position == 0 else "", address))

    def _bare(self, text: str, comment: str) -> None:
        """Read an item without angle brackets that holds an "@"."""
        if text.startswith('"'):  # the local part itself is quoted
            self._found.append(Address(comment, text.lower()))
            return
        words = text.split()
        if "<" in text and ">" in text:  # an encoded word that hid a whole address
            inside = text[text.rindex("<") + 1 :].partition(">")[0]
            self._found.append(_address(text.partition("<")[0].strip(), _tidy_address(inside)))
            return
        joined = "".join(words)
        if " @" in text or "@ " in text:
            self._found.append(_address(comment, _tidy_address(joined)))
            return
        address = next(word for word in words if "@" in word)
        rest = " ".join(word for word in words if word is not address)
        self._found.append(_address(rest.strip("[] ") or comment, _tidy_address(address)))

    def _settle_last_name(self) -> None:
        """Keep a name that no address followed."""
        if self._last_name:
            self._found.append(Address(self._last_name, ""))
            self._last_name = ""


def _tidy(text: str) -> str:
    text = text.replace(ESCAPED_QUOTE, '"').replace(ESCAPED_BACKSLASH, "\\")
    return " ".join(decode_words(text).split())


def _tidy_address(text: str) -> str:
    text = "".join(_tidy(text).split()).strip("'\"<>[](),;")
    text = text.removeprefix("mailto:").removeprefix("MAILTO:")
    return text.rpartition(":")[2] if text.startswith("@") else text
