"""Recognises disclaimers, list footers and the banners of mail gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.phrases import fold, holds, openings, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = 80
_LINK_NAME = 40
_BANNER = 300
_PARAGRAPH = 3_000
_MIN_LEGAL = 2
_SHORT = 64
_LIST_FOOTER = 600
_LIST_ROWS = 5
_STATEMENT = 40
_DISCLAIMER = 90
_SIGNS = "⚠❗🔒🛑⛔‼\ufe0f "
_DRAWN = "_-=*~#.,+•·— "
_FIRST_PERSON = frozenset(
    (
        *("I", "I'm", "I'd", "I've", "I’m", "I’d", "I’ve", "me", "my", "My", "yo", "Yo", "mi", "Mi"),
        *("je", "Je", "mon", "ma", "Ma", "ich", "Ich", "eu", "Eu", "minha", "meu", "minhas", "meus"),
        *("me.", "me,", "me?", "me!", "mine", "myself", "I'll", "I’ll", "j'ai", "J'ai", "j’ai", "J’ai"),
        *("moi", "mir", "mich", "mein", "meine", "meinen", "meinem", "meiner", "ik", "Ik", "io", "mio"),
        *("mia", "Mijn", "mijn", "estoy", "Estoy", "Soy", "soy", "Tengo", "tengo", "Quiero", "quiero"),
        *("Necesito", "necesito", "estou", "Estou", "Sou", "sou", "Tenho", "tenho", "preciso", "Preciso"),
    )
)


def is_banner(text: str) -> bool:
    """Say whether a line opens a banner, as "[EXTERNAL] This email originated outside"."""
    known, bare = openings("closings", "banners"), text.lstrip(_SIGNS)
    if not bare or not known.may_begin(bare) or not known.begin(fold(bare[:_HEAD])):
        return False
    return warns(bare) and not speaks_of_self([bare])


def warns(text: str) -> bool:
    """Say whether a line has a word that banners use to warn."""
    return holds(fold(text[:_BANNER]), phrases("closings", "banner_words"))


def warns_twice(text: str) -> bool:
    """Say whether a line has two such words; "the attachment is signed" has one, and is somebody's."""
    low = fold(text[:_BANNER])
    return sum(word in low for word in phrases("closings", "banner_words")) > 1


def is_rule(text: str) -> bool:
    """Say whether a line is only drawn: underscores, dashes, stars."""
    return len(text) > 1 and text[0] in _DRAWN and not text.strip(_DRAWN)


def is_footer_paragraph(paragraph: Sequence[str]) -> bool:
    """Say whether the lines of one paragraph are a disclaimer or a list footer."""
    lines = [text for text in paragraph if not is_rule(text)]
    if not lines:
        return False
    if (speaks_of_self(lines) and not _is_misdirected(lines)) or lines[-1][
        -1
    ] == "?":  # a parent who asks for records names the same laws
        return False
    if _opens(lines[0], "footers"):
        return True
    whole = fold(" ".join(lines)[:_PARAGRAPH])
    known = begins_footer(lines) or _is_listed(lines, paragraph, whole) or _is_disclaimer(whole)
    return known and not holds(whole, phrases("closings", "asks"))


def _is_misdirected(lines: Sequence[str]) -> bool:
    """Say whether somebody's own disclaimer says what to do with lost mail: "call me and delete it"."""
    if not opens_footer(lines[0]) or len(" ".join(lines)) > _LIST_FOOTER:
        return False
    return holds(fold(" ".join(lines)), phrases("closings", "misdirected"))


def _is_listed(lines: Sequence[str], paragraph: Sequence[str], whole: str) -> bool:
    """Say whether a paragraph with a drawn line or a link speaks of a list."""
    ruled = len(lines) < len(paragraph)
    linked = ruled or "http" in whole or "mailto:" in whole or "|" in whole
    if linked and len(whole) < _LIST_FOOTER and holds(whole, phrases("closings", "lists")):
        return True
    return ruled and len(paragraph[0]) > 2 and _is_address_of_list(lines)


def _is_disclaimer(whole: str) -> bool:
    """Say whether a folded paragraph is a policy, or speaks of its message as disclaimers do."""
    if len(whole) <= _STATEMENT:
        return False
    if holds(whole, phrases("closings", "policies")):
        return True
    if not holds(whole, phrases("closings", "of_itself")):
        return False
    return holds(whole, phrases("closings", "statements")) or (len(whole) > _DISCLAIMER and _is_legal(whole))


def _is_legal(whole: str) -> bool:
    found = 0
    for word in phrases("closings", "legal"):
        found += word in whole
        if found == _MIN_LEGAL:
            return True
    return False


def _is_address_of_list(lines: Sequence[str]) -> bool:
    """Say whether a few lines under a drawn one say what list this is, as lists put it."""
    listed = any(
        word in text.casefold() for text in lines for word in ("list", "group", "subscri", "member", "leave")
    )
    return listed and len(lines) <= _LIST_ROWS and all(len(text) < _LIST_FOOTER // 4 for text in lines)


def speaks_of_self(texts: Sequence[str]) -> bool:
    """Say whether somebody says "I" or "my"; capital letters as in "Boston, MA" do not count."""
    return not _FIRST_PERSON.isdisjoint(" ".join(texts).split())


def begins_footer(lines: Sequence[str]) -> bool:
    """Say whether lines are a disclaimer or a list footer by how they begin and, if need be, go on."""
    if _opens(lines[0], "footers"):
        return True
    if len(lines[0]) < _LINK_NAME and fold(lines[0]).strip("*_[]()<>#-. ") in phrases(
        "closings", "footer_lines"
    ):
        return True
    if not _opens(lines[0], "weak_footers"):
        return False
    whole = fold(" ".join(lines)[:_PARAGRAPH])
    return holds(whole, phrases("closings", "legal")) or holds(whole, phrases("closings", "list_marks"))


def opens_footer(text: str) -> bool:
    """Say whether a line begins as a disclaimer or a list footer does, and sometimes a person."""
    return _opens(text, "footers") or _opens(text, "weak_footers")


def _opens(text: str, section: str) -> bool:
    known = openings("closings", section)
    if text.startswith("<http"):  # the picture above the words of a virus scanner
        text = text.partition(">")[2].strip() or text
    if not known.may_begin(text):
        return False
    head = fold(text[:_HEAD])
    return known.begin(head) or known.begin(head.lstrip("*_[(<#>- "))


def may_follow(text: str, above: str) -> bool:
    """Say whether a footer may begin at a line that has no blank line above it."""
    # A small letter goes on with a sentence: "How do we / unsubscribe from the calls?"
    stands = len(above) <= _SHORT and above[-1] not in ",;" and not text[0].islower()
    return stands or is_rule(above)
