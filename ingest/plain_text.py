"""The canonical form of text: what every offset in the timeline points into.

Same bytes, same text: lines end in LF, no other control character than the tab is left, no line ends
in blanks (save the signature mark "-- "), no-break spaces are spaces, and no blank lines stand at the
start or end. Nothing else is touched: no Unicode normalisation, since a quote must show what was sent.
"""

from __future__ import annotations

LINE_ENDS = {ord(char): "\n" for char in "\x0b\x0c\x85\u2028\u2029"}
DROPPED = dict.fromkeys([*range(9), *range(14, 32), 127, 0xFEFF])
BLANKS = {0xA0: " ", 0x202F: " "}
CHARACTERS = LINE_ENDS | DROPPED | BLANKS
PLAIN_BYTES = bytes({*range(32, 127), *range(128, 256)} | {9, 10})
"""What UTF-8 text may hold without a closer look, save the characters of ODD."""
ODD = "\x85\xa0\u2028\u2029\u202f\ufeff"
SIGNATURE = "-- "


def canonical(text: str) -> str:
    """Return text in canonical form. Applying it again changes nothing."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _has_odd(text):
        text = text.translate(CHARACTERS)
    if " \n" in text or "\t\n" in text or text[-1:] in " \t":
        text = "\n".join(line if line == SIGNATURE else line.rstrip(" \t") for line in text.split("\n"))
    return text.strip("\n")


def _has_odd(text: str) -> bool:
    """Say whether any character must be changed. Several times as fast as a regex over the text."""
    if text.encode("utf-8", "surrogatepass").translate(None, PLAIN_BYTES):
        return True
    return not text.isascii() and any(char in text for char in ODD)


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Undo format=flowed: join the lines that only a mail program broke (RFC 3676, 4).

    Args:
        text: With LF or CRLF line ends.
        delete_space: The parameter DelSp=yes, for text without spaces between words.
    """
    lines: list[str] = []
    pieces: list[str] = []
    open_depth = -1  # quote depth of a line that goes on in the next one; -1: none does
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        content = raw[depth:].removeprefix(" ")
        if pieces and (depth != open_depth or content == SIGNATURE):
            lines.append(_quoted("".join(pieces), open_depth))
            pieces = []
        flows = content.endswith(" ") and content != SIGNATURE
        pieces.append(content[:-1] if flows and delete_space else content)
        open_depth = depth
        if not flows:
            lines.append(_quoted("".join(pieces), depth))
            pieces = []
    if pieces:
        lines.append(_quoted("".join(pieces), open_depth))
    return "\n".join(lines)


def _quoted(content: str, depth: int) -> str:
    return f"{'>' * depth} {content}" if depth else content
