"""Turns HTML mail into lines of text, with its quote structure kept.

Nothing remote is ever loaded. Block elements begin lines, quoted blocks get "> " a level, table
cells of one row stand on one line, and a rule becomes the line of underscores that Outlook writes in
plain text, so that one splitter of quotes serves both kinds of mail.
"""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_CHARACTERS = 5_000_000
MANY_TAGS = 500
MAX_TAGS = 150_000
MANY_WORDS = 5_000
DEEP = 60_000_000
"""Open elements times tags up to which the parser is trusted; its scope checks make it quadratic."""
FORMATTED = 500_000
"""The same for <b>, <font> and the like, which HTML makes a parser open again in every block."""

SKIPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "title",
        "template",
        "svg",
        "math",
        "object",
        "iframe",
        "noframes",
        "select",
        "audio",
        "video",
    ]
)
PARAGRAPHS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "ul",
        "ol",
        "dl",
        "table",
        "pre",
        "form",
        "fieldset",
    ]
)
BLOCKS = PARAGRAPHS | frozenset(
    [
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "address",
        "article",
        "aside",
        "center",
        "details",
        "figure",
        "footer",
        "header",
        "main",
        "nav",
        "section",
        "summary",
        "caption",
        "tbody",
        "thead",
        "tfoot",
        "body",
        "html",
        "legend",
    ]
)
CELLS = frozenset({"td", "th"})
SPACED = frozenset({"pre", "textarea", "listing", "xmp"})
NOTABLE = BLOCKS | CELLS | SPACED
"""Elements that change lines; all others only pass their text on."""
VOID = frozenset(
    [
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "col",
        "base",
        "area",
        "wbr",
        "source",
        "embed",
        "param",
        "track",
    ]
)
SELF_CLOSING = VOID | frozenset(
    ["p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot"]
)
FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
RULE = "_" * 32
CELL_GAP = " | "

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|mso-hide\s{0,3}:\s{0,3}all", re.IGNORECASE)
KEEPS_SPACE = re.compile(r"white-space\s{0,3}:\s{0,3}(?:pre|break-spaces)", re.IGNORECASE)
STYLED = ("display", "white-space", "mso-hide", "hidden")
"""Words without which no element of a page needs to be asked for its style."""
ANY_TAG = re.compile(r"<(?:/?[a-zA-Z!?])[^<>]*>?")
LINE_TAG = re.compile(r"<(?:/?(?:p|div|tr|li|h[1-6]|blockquote|table)|br)\b[^<>]*>?", re.IGNORECASE)


def html_to_text(html: str) -> str:
    """Return the words of an HTML page, line by line.

    Args:
        html: Decoded; anything beyond five million characters is not looked at.

    Example:
        >>> html_to_text("<p>Hello</p><blockquote>Hi<br>there</blockquote>")
        'Hello\\n\\n> Hi\\n> there'
    """
    html = html[:MAX_CHARACTERS]
    if _is_bomb(html):
        return _strip_tags(html)
    root = LexborHTMLParser(html).root
    if root is None:
        return _strip_tags(html)
    lower = html.lower()
    styled = any(word in lower for word in STYLED)
    text = _Page(styled=styled, show_hidden=False).render(root)
    if not text and styled:
        text = _Page(styled=styled, show_hidden=True).render(root)
    return text


def _is_bomb(html: str) -> bool:
    """Say whether a parser or the walk over its tree would be busy for longer than mail deserves."""
    count = html.count("<")
    if count > MAX_TAGS:
        return True
    if len(html) > 2 * MANY_WORDS and any(
        len(piece) > 2 * MANY_WORDS and len(piece.split(None, MANY_WORDS)) > MANY_WORDS
        for piece in html.split("<")
    ):
        return True  # may be one tag with that many attributes: each is compared with each
    return count > MANY_TAGS and _is_deep(html)


def _is_deep(html: str) -> bool:
    open_now: dict[str, int] = {}
    depth = formatting = deepest = most_formatting = tags = 0
    for match in TAG.finditer(html):
        tags += 1
        name = match[2].lower()
        if name in SELF_CLOSING:
            continue
        if not match[1]:
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            formatting += name in FORMATTING
        elif open_now.get(name):
            open_now[name] -= 1
            depth -= 1
            formatting -= name in FORMATTING
        deepest, most_formatting = max(deepest, depth), max(most_formatting, formatting)
    return deepest * tags > DEEP or most_formatting * tags > FORMATTED


def _strip_tags(html: str) -> str:
    """Drop tags without building a tree: for pages that no parser should be given."""
    text = ANY_TAG.sub(" ", LINE_TAG.sub("\n", html))
    lines = (" ".join(line.split()) for line in entities.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


class _Page:
    """Walks a tree without recursion and gathers its lines."""

    def __init__(self, *, styled: bool, show_hidden: bool) -> None:
        self._styled = styled
        self._show_hidden = show_hidden
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._quotes = 0
        self._preformatted = 0
        self._marker = ""
        self._inked = False
        self._gap = False
        self._lists: list[int] = []

    def render(self, root: LexborNode) -> str:
        """Return the text below `root`."""
        node: LexborNode | None = root
        path: list[tuple[LexborNode, str, bool]] = []
        while True:
            if node is None:
                if not path:
                    break
                node, tag, keeps_space = path.pop()
                self._leave(tag, keeps_space=keeps_space)
                node = node.next
                continue
            tag = node.tag or ""
            child = None
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag[:1] != "-" or tag == "-document":
                child = self._child(node, tag)
            if child is None:
                node = node.next
            else:
                keeps_space = self._enter(node, tag)
                path.append((node, tag, keeps_space))
                node = child
        self._end_line()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines)

    def _child(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Return the first child to visit, after dealing with elements that have none."""
        if tag in SKIPPED or (self._styled and not self._show_hidden and _is_hidden(node)):
            return None
        child = node.first_child
        if child is not None and tag not in VOID:
            return child
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag == "hr":
            self._end_line()
            self._pieces.append(RULE)
            self._end_line()
        elif tag == "img":
            self._image(node)
        elif tag in BLOCKS:
            self._end_line()
        elif tag in CELLS:
            self._cell()
        return None

    def _image(self, node: LexborNode) -> None:
        attributes = node.attributes
        alt = " ".join((attributes.get("alt") or "").split())[:200]
        if alt and not {attributes.get("width"), attributes.get("height")} & {"0", "1"}:
            self._pieces.append(f"[{alt}]")

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Open an element; returns whether it keeps its line breaks."""
        if tag not in NOTABLE and not self._styled:
            return False
        keeps_space = tag in SPACED or (self._styled and _keeps_space(node))
        if tag in BLOCKS:
            self._end_line()
            self._gap = self._gap or tag in PARAGRAPHS
        if tag == "blockquote":
            self._quotes += 1
        elif tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag in CELLS:
            self._cell()
        self._preformatted += keeps_space
        return keeps_space

    def _leave(self, tag: str, *, keeps_space: bool) -> None:
        if tag not in NOTABLE and not keeps_space:
            return
        if tag in BLOCKS:
            self._end_line()
            self._gap = self._gap or tag in PARAGRAPHS
        if tag == "blockquote":
            self._quotes -= 1
        elif tag == "li":
            self._marker = ""
        elif tag in {"ul", "ol"}:
            self._lists.pop()
        self._preformatted -= keeps_space

    def _item(self) -> None:
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            self._marker = f"{self._lists[-1]}. "
        else:
            self._marker = "- "

    def _cell(self) -> None:
        if self._inked:
            self._pieces.append(CELL_GAP)

    def _text(self, text: str) -> None:
        self._inked = self._inked or not text.isspace()
        if not self._preformatted:
            self._pieces.append(text)
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._pieces.append(first)
        for line in others:
            self._end_line(keep_empty=True)
            self._pieces.append(line)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        """Write out what was gathered; blank lines come one at a time and never first."""
        if not self._pieces:
            self._gap = self._gap or keep_empty
            return
        text = "".join(self._pieces)
        self._pieces, self._inked = [], False
        line = text.rstrip() if self._preformatted else " ".join(text.split())
        line = line.removesuffix(CELL_GAP.rstrip())
        prefix = "> " * self._quotes
        if not line:
            self._gap = self._gap or keep_empty
            return
        if self._gap and self._lines:
            self._lines.append(self._blank())
        self._gap = False
        self._lines.append(prefix + self._marker + line)
        self._marker = ""

    def _blank(self) -> str:
        """Return a blank line that belongs to the quote on both its sides, if there is one."""
        before = len(self._lines[-1]) - len(self._lines[-1].lstrip("> "))
        return ("> " * min(self._quotes, before // 2)).rstrip()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or HIDDEN.search(attributes.get("style") or "") is not None


def _keeps_space(node: LexborNode) -> bool:
    return KEEPS_SPACE.search(node.attributes.get("style") or "") is not None
