"""Tells body from attachments in a tree of parts, and turns text parts into canonical text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.attachments import MAX_CHARACTERS, html_charset
from ingest.charset import decode_text
from ingest.html_text import html_to_text
from ingest.mime import MAX_DEPTH, payload_of, read_part
from ingest.plain_text import canonical, unflow
from ingest.raw_payload import raw_payload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import Message

    from ingest.mime import Leaf

NOT_BODY = frozenset(
    {
        "text/calendar",
        "text/x-amp-html",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/rfc822-headers",
        "text/rtf",
    }
)
STUB = re.compile(
    r"\bhtml\b|view (?:this|the) (?:e-?mail|message|newsletter)|(?:e-?mail|mail) (?:client|reader|program)"
    r"|does(?: not|n't) support|in your browser",
    re.IGNORECASE,
)
STUB_LENGTH = 400
HTML_START = re.compile(r"\s{0,20}<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
WORD = re.compile(r"\w")
FIRST_BOUNDARY = re.compile(r"^--(\S[^\n]{0,200}?)\s{0,3}$", re.MULTILINE)


@dataclass(slots=True)
class Gathered:
    """Parts of one message in order: text for the body, and what is attached."""

    texts: list[Leaf] = field(default_factory=list)
    attached: list[Leaf] = field(default_factory=list)

    def add(self, other: Gathered) -> None:
        """Take in what another part held."""
        self.texts += other.texts
        self.attached += other.attached


class TooDeep(Exception):
    """Parts nest deeper than a walk by recursion may go."""


class TextReader:
    """Reads text parts of one message, each once, and notes what was wrong with them."""

    def __init__(self, defects: list[str]) -> None:
        self._defects = defects
        self._read: dict[int, str] = {}

    def text(self, leaf: Leaf) -> str:
        """Return a text part's canonical text."""
        known = self._read.get(id(leaf.part))
        if known is None:
            known = self._read[id(leaf.part)] = self._decode(leaf)
        return known

    def texts(self, parts: Sequence[Leaf]) -> str:
        """Return the texts of several parts as one body, a blank line between them."""
        return "\n\n".join(text for text in map(self.text, parts) if text)

    def _decode(self, leaf: Leaf) -> str:
        data, problem = payload_of(leaf)
        charset = leaf.charset or (html_charset(data) if leaf.is_html else None)
        decoded = decode_text(data[: MAX_CHARACTERS * 4], charset)
        text = decoded.text
        if leaf.is_html or HTML_START.match(text):
            text = html_to_text(text)
        elif leaf.flowed:
            text = unflow(text, delete_space=leaf.delete_space)
        text = canonical(text)
        if len(text) > MAX_CHARACTERS:
            text = canonical(text[:MAX_CHARACTERS])
            problem = problem or f"only the first {MAX_CHARACTERS} characters were read"
        self._defects += [f"body: {one}" for one in (problem, decoded.problem) if one]
        return text


def gather(part: Message, reader: TextReader, depth: int = 0) -> Gathered:
    """Sort the parts below `part`.

    Raises:
        TooDeep: If they nest more than fifty deep.
    """
    if depth > MAX_DEPTH:
        raise TooDeep
    leaf = read_part(part)
    kind = leaf.media_type
    if not part.is_multipart():
        return _sort(leaf)
    if kind.startswith("message/"):
        return Gathered(attached=[leaf])
    found = [gather(child, reader, depth + 1) for child in _children(part)]
    if kind == "multipart/alternative":
        return _choose(found, reader)
    if kind == "multipart/related" and found:
        return _related(found)
    whole = Gathered()
    for one in found:
        whole.add(one)
    if depth and leaf.disposition == "attachment":  # RFC 2183, 2.9: it covers the whole container
        return Gathered(attached=whole.texts + whole.attached)
    return whole


def gather_flat(leaves: Sequence[Message], reader: TextReader) -> Gathered:
    """Sort parts whose nesting is not known: all plain text, or else all HTML, is the body."""
    whole = Gathered()
    for part in leaves:
        whole.add(_sort(read_part(part)))
    plain = [leaf for leaf in whole.texts if not leaf.is_html]
    return Gathered(plain or whole.texts, whole.attached)


def mend_container(leaf: Leaf) -> str:
    """Return text that makes a container without a usable boundary readable again, or ""."""
    payload = raw_payload(leaf.part)
    match = FIRST_BOUNDARY.search(payload)
    if match is None:
        return ""
    boundary = match[1].replace("\\", "\\\\").replace('"', '\\"')
    return f'Content-Type: {leaf.media_type}; boundary="{boundary}"\n\n{payload}'


def has_words(text: str) -> bool:
    """Say whether there is anything to read in `text`."""
    return WORD.search(text) is not None


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if not isinstance(child, str)] if isinstance(payload, list) else []


def _sort(leaf: Leaf) -> Gathered:
    kind = leaf.media_type
    is_text = kind.startswith(("text/", "multipart/")) and kind not in NOT_BODY
    if is_text and leaf.disposition != "attachment" and not leaf.name:
        return Gathered(texts=[leaf])
    return Gathered(attached=[leaf])


def _related(found: list[Gathered]) -> Gathered:
    """Take the first part as the text; the others are what it shows (RFC 2387)."""
    root = next((one for one in found if one.texts), found[0])
    whole = Gathered(list(root.texts), list(root.attached))
    for one in found:
        if one is not root:
            whole.attached += one.texts + one.attached
    return whole


def _choose(found: list[Gathered], reader: TextReader) -> Gathered:
    """Choose among alternatives: plain text, unless it is empty or only points at the HTML."""
    attached = [leaf for one in found for leaf in one.attached if leaf.media_type != "text/x-amp-html"]
    plain = next((one.texts for one in found if one.texts and _is_plain(one.texts)), [])
    rich = next((one.texts for one in reversed(found) if one.texts and not _is_plain(one.texts)), [])
    if not rich or (plain and not _is_stub(reader.texts(plain), rich, reader)):
        return Gathered(plain, attached)
    return Gathered(rich if has_words(reader.texts(rich)) else plain or rich, attached)


def _is_plain(leaves: list[Leaf]) -> bool:
    return not any(leaf.is_html for leaf in leaves)


def _is_stub(plain: str, rich: list[Leaf], reader: TextReader) -> bool:
    if not has_words(plain):
        return True
    if len(plain) > STUB_LENGTH or not STUB.search(plain):
        return False
    return len(reader.texts(rich)) > 2 * len(plain)
