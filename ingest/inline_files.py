"""Takes files out of plain text: uuencode, as mail had before MIME, and yEnc."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

BEGIN = re.compile(r"begin [0-7]{3,4} (\S[^\n]{0,200})")
YENC_BEGIN = re.compile(r"=ybegin [^\n]{0,200}?name=([^\n]{1,200})")
MAX_TRIES = 50
"""Blocks looked for; each that never ends costs a look at all lines behind it."""


@dataclass(frozen=True, slots=True)
class InlineFile:
    """A file found between lines of text; `data` is empty if it could not be decoded."""

    name: str
    data: bytes
    note: str = ""


def take_files(text: str) -> tuple[str, list[InlineFile]]:
    """Return the text without the files that stand in it, and the files.

    Args:
        text: With LF line ends. A block that never ends is left in the text.
    """
    if "\nend" not in text and "=yend" not in text:
        return text, []
    lines, at, tries = text.split("\n"), 0, 0
    kept: list[str] = []
    files: list[InlineFile] = []
    while at < len(lines):
        line = lines[at]
        end = None
        if tries < MAX_TRIES and line.startswith(("begin ", "=ybegin ")):
            tries += 1
            end = _end(lines, at)
        if end is None:
            kept.append(line)
            at += 1
            continue
        files.append(_file(line, lines[at + 1 : end]))
        at = end + 1
    return "\n".join(kept), files


def _end(lines: list[str], start: int) -> int | None:
    """Return the index of the line that closes the block begun at `start`."""
    if YENC_BEGIN.match(lines[start]):
        return next((at for at in range(start + 1, len(lines)) if lines[at].startswith("=yend")), None)
    if not BEGIN.fullmatch(lines[start].rstrip()):
        return None
    for at in range(start + 1, len(lines)):
        line = lines[at].rstrip()
        if line == "end":
            return at
        if line and not line.isascii():
            return None
    return None


def _file(first: str, lines: list[str]) -> InlineFile:
    yenc = YENC_BEGIN.match(first)
    if yenc:
        return InlineFile(yenc[1].strip(), b"", "no text: yEnc is not decoded")
    name = first.split(" ", 2)[2].strip()
    pieces = []
    for line in lines:
        try:
            pieces.append(binascii.a2b_uu(line.encode("ascii")))
        except (binascii.Error, UnicodeEncodeError):
            try:  # some encoders wrote a wrong length; what the line can hold is taken
                count = (((line.encode("ascii")[0] - 32) & 63) * 4 + 5) // 3
                pieces.append(binascii.a2b_uu(line.encode("ascii")[: count + 1]))
            except (binascii.Error, UnicodeEncodeError, IndexError):
                return InlineFile(name, b"".join(pieces), "the uuencode is broken")
    return InlineFile(name, b"".join(pieces))
